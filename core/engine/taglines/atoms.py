"""The typed atoms that fit a brief, best source first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.engine.pack import section
from core.engine.taglines.words import content_stems, stem, words
from core.engine.types import CONCEPT_IDS, Brief

LINE_KINDS = ("claim", "imp", "triad")
PHRASE_KINDS = ("act", "scene")
NOUN_KINDS = ("gain", "pain")
LOW_CONFIDENCE = 0.35


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase; `number` is "one" (with its article), "many" (bare plural) or "mass"."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Source:
    """The atoms of one field, topic or concept; `bonus` says how well it fits the brief."""

    bonus: float
    lines: Mapping[str, tuple[str, ...]]
    gains: tuple[Phrase, ...]
    pains: tuple[Phrase, ...]
    acts: tuple[str, ...]
    scenes: tuple[str, ...]


def sources(brief: Brief) -> list[Source]:
    """Fields with their topics, then concepts; only concepts when the field is unknown."""
    found = list(_field_sources(brief)) if brief.confidence >= LOW_CONFIDENCE else []
    lead = 0.1 if found else 0.6
    for rank, concept in enumerate(brief.concepts[:4]):
        found.append(_source(f"concept_{concept}", lead - 0.1 * rank))
    return found or [_source("concept_clarity", 0.6)]


def every_concept() -> list[Source]:
    """All concepts, the last resort when a brief has used up its own lines."""
    return [_source(f"concept_{concept}", -0.6) for concept in CONCEPT_IDS]


def field_vocabulary(brief: Brief) -> frozenset[str]:
    """Stems of everything said in the atoms of the brief's fields."""
    found: frozenset[str] = frozenset()
    if brief.confidence >= LOW_CONFIDENCE:
        for industry in brief.industries:
            found |= _vocabulary(f"industry_{industry.id}")
    return found


def name_plays(brief: Brief, name_parts: Sequence[str], name_text: str) -> list[tuple[str, float]]:
    """Lines written for a word of the name, with a bonus for those of the brief's own field."""
    fields = {industry.id: industry.weight for industry in brief.industries}
    found: list[tuple[str, float]] = []
    for part in dict.fromkeys([*name_parts, *words(name_text)]):
        for tag, lines in _word_entry(part.lower()).items():
            if tag == "any" or tag in fields:
                found += [(line, 0.8 + fields.get(tag, 0.0)) for line in lines]
    return found


def _word_entry(part: str) -> Mapping[str, Sequence[str]]:
    entries: Mapping[str, Mapping[str, Sequence[str]]] = section("taglines")["words"]
    if part in entries:
        return entries[part]
    return entries.get(_entries_by_stem().get(stem(part), ""), {})


@cache
def _entries_by_stem() -> dict[str, str]:
    return {stem(word): word for word in sorted(section("taglines")["words"], reverse=True)}


def _field_sources(brief: Brief) -> Iterator[Source]:
    told = content_stems(brief.description) | {stem(word) for word in brief.keywords}
    for rank, industry in enumerate(brief.industries):
        name = f"industry_{industry.id}"
        yield _source(name, 0.5 * industry.weight if rank == 0 else 0.3 * industry.weight - 0.3)
        for number, topic in enumerate(section("taglines")[name].get("topic", ())):
            if told & {stem(word) for word in topic["when"]}:
                yield _source(name, 0.5 * industry.weight + 0.7, number)


def _source(name: str, bonus: float, topic: int | None = None) -> Source:
    parsed = _parsed(name, topic)
    return Source(bonus, *parsed)


_Parsed = tuple[
    Mapping[str, tuple[str, ...]],
    tuple[Phrase, ...],
    tuple[Phrase, ...],
    tuple[str, ...],
    tuple[str, ...],
]


@cache
def _parsed(name: str, topic: int | None) -> _Parsed:
    atoms = section("taglines")[name]
    if topic is not None:
        atoms = atoms["topic"][topic]
    return (
        {kind: tuple(atoms.get(kind, ())) for kind in LINE_KINDS},
        _phrases(atoms.get("gain", {})),
        _phrases(atoms.get("pain", {})),
        tuple(atoms.get("act", ())),
        tuple(atoms.get("scene", ())),
    )


def _phrases(by_number: Mapping[str, Sequence[str]]) -> tuple[Phrase, ...]:
    return tuple(Phrase(text, number) for number in sorted(by_number) for text in by_number[number])


@cache
def _vocabulary(name: str) -> frozenset[str]:
    return frozenset(content_stems(" ".join(_texts(section("taglines")[name]))))


def _texts(value: Any) -> Iterator[str]:  # Any: TOML values
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    else:
        for inner in value:
            yield from _texts(inner)
