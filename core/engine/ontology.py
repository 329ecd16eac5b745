"""Typed access to the hand-written word data: industries, concepts, foreign words, roots, tails."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from sys import intern
from typing import Any, NamedTuple

from core.engine.pack import load, section


class Word(NamedTuple):
    """An English word fit for a brand, as one industry or concept lists it or as all of them do.

    `roles` holds solo, first, tail and pair; `crowded` marks words that many companies use.
    """

    text: str
    gloss: str
    roles: frozenset[str]
    concepts: tuple[str, ...]
    industries: tuple[str, ...]
    crowded: bool
    motif: str | None


@dataclass(frozen=True, slots=True)
class Foreign:
    """A word of another language with its checked meaning; `general` ones suit any field.

    `say` respells it for a reader of English, the stressed syllable in capitals.
    """

    text: str
    language: str
    meaning: str
    concepts: tuple[str, ...]
    industries: tuple[str, ...]
    general: bool
    say: str | None


@dataclass(frozen=True, slots=True)
class Root:
    """A Latin, Greek or Romance stem for coined names; `source` is the full word it comes from.

    `general` ones suit any field.
    """

    stem: str
    language: str
    source: str
    meaning: str
    concepts: tuple[str, ...]
    industries: tuple[str, ...]
    general: bool


@dataclass(frozen=True, slots=True)
class Tail:
    """A second half of compounds; `quality` is 0–1."""

    text: str
    quality: float
    concepts: tuple[str, ...]


class Idiom(NamedTuple):
    """A phrase of a trade's own language, fit for a name.

    One with `cues` suits only descriptions that hold one of these words.
    """

    gloss: str
    concepts: tuple[str, ...]
    cues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Industry:
    """A field of business; `specificity` is over 1 for narrow and under 1 for broad fields.

    `moods` are colour worlds and `motifs` pictures, best first; `container` holds the pictures.
    `idioms` are found by their words. `compounds`, `coined` words and `picked` blends and foreign
    words are names that people chose from many for this field.
    """

    id: str
    label: str
    specificity: float
    consumer: bool
    keywords: tuple[str, ...]
    concepts: tuple[str, ...]
    moods: tuple[str, ...]
    container: str
    motifs: tuple[str, ...]
    words: tuple[Word, ...]
    idioms: Mapping[tuple[str, ...], Idiom]
    compounds: tuple[tuple[str, ...], ...]
    coined: tuple[str, ...]
    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A quality a brand may want; `phrase` names it in a sentence, `cues` are words that ask it."""

    id: str
    phrase: str
    cues: tuple[str, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Ontology:
    """All word data; `words` has one merged record a word, `coined` the stem of each coined one."""

    industries: Mapping[str, Industry]
    concepts: Mapping[str, Concept]
    words: Mapping[str, Word]
    foreign: Mapping[str, Foreign]
    roots: Mapping[str, Root]
    coined: Mapping[str, str]
    tails: Mapping[str, Tail]


@cache
def ontology() -> Ontology:
    """The ontology of the pack, read once per process."""
    idioms, picked = load("idioms"), load("picked")
    industries = {
        key: _industry(raw, idioms[key]["idioms"], picked[key])
        for key, raw in sorted(load("industries").items())
    }
    concepts = {key: _concept(raw) for key, raw in sorted(load("concepts").items())}
    listed = [word for industry in industries.values() for word in industry.words]
    listed += [word for concept in concepts.values() for word in concept.words]
    foreign = [raw for part in load("foreign").values() for raw in part["words"]]
    roots = [raw for part in load("roots").values() for raw in part["roots"]]
    tails = section("names")["tails"]["tails"]
    return Ontology(
        industries=industries,
        concepts=concepts,
        words=_merged(listed),
        foreign={raw["word"]: _foreign(raw) for raw in foreign},
        roots={raw["stem"]: _root(raw) for raw in roots},
        coined=_stems({raw["stem"] for raw in roots}, picked),
        tails={
            raw["word"]: Tail(raw["word"], raw["quality"], tuple(raw["concepts"])) for raw in tails
        },
    )


def _stems(stems: Set[str], picked: Mapping[str, Any]) -> dict[str, str]:  # Any: TOML values
    """The longest stem that each picked coined word begins with."""
    return {
        word: next(word[:size] for size in range(len(word), 0, -1) if word[:size] in stems)
        for raw in picked.values()
        for word in raw["coined"]
    }


def _industry(
    raw: Mapping[str, Any], idioms: Sequence[Mapping[str, Any]], picked: Mapping[str, Any]
) -> Industry:  # Any: TOML values
    own = (raw["id"],)
    words = tuple(_word(entry, (), own) for entry in raw["words"])
    return Industry(
        id=raw["id"],
        label=raw["label"],
        specificity=float(raw["specificity"]),
        consumer=raw["consumer"],
        keywords=tuple(raw["keywords"]),
        concepts=tuple(raw["concepts"]),
        moods=tuple(raw["moods"]),
        container=raw["container"],
        motifs=tuple(raw["motifs"]),
        words=words,
        idioms={_words_of(idiom["phrase"]): _idiom(idiom) for idiom in idioms},
        compounds=tuple(map(_words_of, picked["compounds"])),
        coined=tuple(picked["coined"]),
        picked=(*picked["blends"], *picked["borrowed"]),
    )


def _words_of(text: str) -> tuple[str, ...]:
    """The words of a name; they recur in others and are held once."""
    return tuple(map(intern, text.split()))


def _idiom(raw: Mapping[str, Any]) -> Idiom:  # Any: TOML values
    return Idiom(
        gloss=raw["gloss"],
        concepts=_shared(tuple(raw["concepts"])),
        cues=_shared_set(tuple(raw.get("cues", ()))),
    )


def _concept(raw: Mapping[str, Any]) -> Concept:  # Any: TOML values
    own = (raw["id"],)
    words = tuple(_word(entry, own, ()) for entry in raw["words"])
    return Concept(raw["id"], raw["phrase"], tuple(raw["cues"]), words)


@cache
def _shared(values: tuple[str, ...]) -> tuple[str, ...]:
    """One tuple for all equal ones: thousands of records hold the same few."""
    return values


@cache
def _shared_set(values: tuple[str, ...]) -> frozenset[str]:
    """One set for all equal ones."""
    return frozenset(values)


def _word(
    raw: Mapping[str, Any], concepts: tuple[str, ...], industries: tuple[str, ...]
) -> Word:  # Any: TOML values
    """One record of one list; its texts recur in others and are held once."""
    motif = raw.get("motif")
    return Word(
        intern(raw["word"]),
        raw["gloss"],
        _shared_set(tuple(raw["roles"])),
        _shared(tuple(raw.get("concepts", concepts))),
        industries,
        raw.get("crowded", False),
        motif and intern(motif),
    )


def _merged(listed: Sequence[Word]) -> dict[str, Word]:
    """One record a word: the first gloss, the union of everything else."""
    found: dict[str, Word] = {}
    for word in listed:
        known = found.get(word.text)
        if known is None:
            found[word.text] = word
            continue
        found[word.text] = Word(
            known.text,
            known.gloss,
            known.roles | word.roles,
            tuple(dict.fromkeys(known.concepts + word.concepts)),
            tuple(dict.fromkeys(known.industries + word.industries)),
            known.crowded or word.crowded,
            known.motif or word.motif,
        )
    return found


def _foreign(raw: Mapping[str, Any]) -> Foreign:  # Any: TOML values
    return Foreign(
        text=raw["word"],
        language=raw["language"],
        meaning=raw["meaning"],
        concepts=tuple(raw["concepts"]),
        industries=tuple(raw["industries"]),
        general=raw.get("general", False),
        say=raw.get("say"),
    )


def _root(raw: Mapping[str, Any]) -> Root:  # Any: TOML values
    return Root(
        stem=raw["stem"],
        language=raw["language"],
        source=raw["source"],
        meaning=raw["meaning"],
        concepts=tuple(raw["concepts"]),
        industries=tuple(raw["industries"]),
        general=raw.get("general", False),
    )
