"""The typed atoms that fit a brief, best source first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from core.engine.ontology import ontology
from core.engine.pack import section
from core.engine.taglines.words import content_stems, stem, words
from core.engine.types import Brief

LINE_KINDS = ("claim", "imp", "triad")
LOW_CONFIDENCE = 0.35
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase; `number` is "one" (with its article), "many" (bare plural) or "mass"."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Source:
    """The atoms of one field, topic or concept.

    `bonus` says how well its whole lines fit the brief, `combined` how well its combinations do.
    """

    bonus: float
    combined: float
    lines: Mapping[str, tuple[str, ...]]
    gains: tuple[Phrase, ...]
    pains: tuple[Phrase, ...]
    acts: tuple[str, ...]
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Topic:
    field: str
    name: str
    number: int
    when: frozenset[str]
    sure: frozenset[str]


def sources(brief: Brief) -> list[Source]:
    """Topics the brief names, its fields, then concepts; only the last when all is unknown."""
    found = [*_topic_sources(brief), *_field_sources(brief)]
    lead, combined = (-0.4, -2.5) if found else (0.6, 0.6)
    for rank, concept in enumerate(brief.concepts[:4]):
        source = _source(f"concept_{concept}", lead - 0.1 * rank)
        found.append(replace(source, combined=combined - 0.1 * rank))
    return found or [_source("concept_clarity", 0.6)]


def every_concept() -> list[Source]:
    """All concepts, the last resort when a brief has used up its own lines."""
    return [_source(f"concept_{concept}", -0.6) for concept in ontology().concepts]


def field_vocabulary(brief: Brief) -> frozenset[str]:
    """Stems of everything said in the atoms of the brief's fields and topics."""
    found = frozenset().union(
        *(_vocabulary(topic.name, topic.number) for topic, _ in _topics_of(brief))
    )
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
    return entries.get(part) or entries.get(part.removesuffix("s"), {})


def _field_sources(brief: Brief) -> Iterator[Source]:
    if brief.confidence < LOW_CONFIDENCE:
        return
    fields = {industry.id for industry in brief.industries}
    misread = any(topic.field not in fields for topic, _ in _topics_of(brief))
    for rank, industry in enumerate(brief.industries):
        bonus = 0.5 * industry.weight if rank == 0 else 0.3 * industry.weight - 1.4
        yield _source(f"industry_{industry.id}", bonus - 0.4 * misread)


def _cue(word: str) -> str:
    """The stem that a cue is recognized by; a short one would be met by strangers: wir, wiring."""
    found = stem(word)
    return found if len(found) >= _SHORTEST_STEM else word


def _told(text: str) -> frozenset[str]:
    """What the cues are looked up in: the words of a text and their stems."""
    return content_stems(text) | frozenset(words(text))


def _exact_words(description: str) -> frozenset[str]:
    told = words(description)
    return frozenset(told) | {piece for word in told for piece in word.split("-")}


def _topic_sources(brief: Brief) -> Iterator[Source]:
    for topic, bonus in _topics_of(brief):
        yield _source(topic.name, bonus, topic.number)


def _topics_of(brief: Brief) -> Iterator[tuple[_Topic, float]]:
    """Topics of the brief's fields by any cue; those of other fields by an unmistakable one.

    What the audience is or does is a cue for the leading field only: an app for florists may be
    about money.
    """
    told, exactly = _told(brief.description), _exact_words(brief.description)
    served = _told(brief.audience or "")
    weights = {industry.id: industry.weight for industry in brief.industries}
    lead = brief.industries[0].id if brief.industries else None
    for topic in _topics():
        named = not topic.sure.isdisjoint(exactly)
        if topic.field in weights and brief.confidence >= LOW_CONFIDENCE:
            cues = told if topic.field == lead else told - served
            named = named or not topic.when.isdisjoint(cues)
        if named:
            yield topic, 0.7 + 0.5 * weights.get(topic.field, 0.6)


@cache
def _topics() -> tuple[_Topic, ...]:
    return tuple(
        _Topic(
            field=field,
            name=f"industry_{field}",
            number=number,
            when=frozenset(map(_cue, topic["when"])),
            sure=frozenset(topic.get("sure", ())),
        )
        for field in ontology().industries
        for number, topic in enumerate(section("taglines")[f"industry_{field}"].get("topic", ()))
    )


def _source(name: str, bonus: float, topic: int | None = None) -> Source:
    parsed = _parsed(name, topic)
    return Source(bonus, bonus, *parsed)


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
def _vocabulary(name: str, topic: int | None = None) -> frozenset[str]:
    atoms = section("taglines")[name]
    return content_stems(" ".join(_texts(atoms if topic is None else atoms["topic"][topic])))


def _texts(value: Any) -> Iterator[str]:  # Any: TOML values
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    else:
        for inner in value:
            yield from _texts(inner)
