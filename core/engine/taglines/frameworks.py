"""Combines atoms into lines; every pattern here is right for any filler it admits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import TypeVar

from core.engine.taglines.atoms import Phrase, Source
from core.engine.taglines.slots import Slots
from core.engine.taglines.words import content_stems, sentence_start, words

_A = TypeVar("_A")
_B = TypeVar("_B")
_SAMPLES = 8  # combinations tried of each source; more would not be better, only slower
_MAX_ACTION_WORDS = 7  # longer ones lose their breath
_SURE = 0.2  # fit of a source whose noun phrases may be promised to the brief's audience
_LINE_FRAMEWORKS = {"claim": "claim", "imp": "imperative", "triad": "triad"}
_RELATIONS = {
    "for",
    "in",
    "at",
    "on",
    "by",
    "under",
    "with",
    "without",
    "to",
    "that",
    "who",
    "you",
    "your",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line before linting and scoring."""

    text: str
    framework: str
    bonus: float


def candidates(source: Source, slots: Slots, rng: Random) -> Iterator[Candidate]:
    """All whole lines of a source and a sample of its combinations."""
    for kind, framework in _LINE_FRAMEWORKS.items():
        for line in source.lines[kind]:
            yield Candidate(line, framework, source.bonus)
    for text in _contrasts(source, rng):
        yield Candidate(text, "contrast", source.combined)
    for text in _actions(source, slots, rng):
        yield Candidate(text, "action", source.combined)
    if source.combined >= _SURE:
        for framework, text in _slot_lines(source, slots):
            yield Candidate(text, framework, source.combined + 0.3)


def _share_nothing(one: str, other: str) -> bool:
    """Whether no word of one stands in the other, denied or not: unhurried, hurry."""
    return _undenied(one).isdisjoint(_undenied(other))


def _undenied(text: str) -> frozenset[str]:
    return frozenset(stem.removeprefix("un") for stem in content_stems(text))


def _sample(firsts: Sequence[_A], seconds: Sequence[_B], rng: Random) -> list[tuple[_A, _B]]:
    pairs = list(product(firsts, seconds))
    return rng.sample(pairs, min(_SAMPLES, len(pairs)))


def _contrasts(source: Source, rng: Random) -> Iterator[str]:
    for gain, pain in _sample(source.gains, source.pains, rng):
        if _share_nothing(gain.text, pain.text):
            yield rng.choice(list(_contrast_patterns(gain, pain)))


def _contrast_patterns(gain: Phrase, pain: Phrase) -> Iterator[str]:
    start = sentence_start(gain.text)
    yield f"{start}. No {pain.text}."
    if not _RELATIONS & set(words(gain.text)):
        yield f"{start}, minus the {pain.text}."
        yield f"{start} without the {pain.text}."
        if gain.number != "one" and not _is_comparative(gain.text):
            yield f"More {gain.text}, {_less(pain)} {pain.text}."


def _is_comparative(gain: str) -> bool:
    return gain.partition(" ")[0].endswith("er")


def _less(pain: Phrase) -> str:
    return "fewer" if pain.number == "many" else "less"


def _actions(source: Source, slots: Slots, rng: Random) -> Iterator[str]:
    for act, scene in _sample([*source.acts, *slots.acts], source.scenes, rng):
        line = f"{sentence_start(act)} {scene}."
        if len(words(line)) <= _MAX_ACTION_WORDS and _share_nothing(act, scene):
            yield line


def _slot_lines(source: Source, slots: Slots) -> Iterator[tuple[str, str]]:
    for gain in source.gains:
        if len(words(gain.text)) > 3 or _RELATIONS & set(words(gain.text)):
            continue
        if slots.audience:
            yield "audience", f"{sentence_start(gain.text)} for {slots.audience}."
        if slots.place:
            yield "place", f"{sentence_start(slots.place)}, meet {gain.text}."
            yield "place", f"{sentence_start(gain.text)}, right here in {slots.place}."
