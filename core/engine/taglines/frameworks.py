"""Combines atoms into lines; every pattern here is right for any filler it admits."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from core.engine.taglines.atoms import Phrase, Source
from core.engine.taglines.slots import Slots
from core.engine.taglines.words import content_stems, sentence_start, words

_SAMPLES = 12
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
        yield Candidate(text, "contrast", source.bonus)
    for text in _actions(source, slots, rng):
        yield Candidate(text, "action", source.bonus)
    for framework, text in _slot_lines(source, slots):
        yield Candidate(text, framework, source.bonus + 0.3)


def _contrasts(source: Source, rng: Random) -> Iterator[str]:
    pairs = [
        (gain, pain)
        for gain, pain in product(source.gains, source.pains)
        if content_stems(gain.text).isdisjoint(content_stems(pain.text))
    ]
    for gain, pain in rng.sample(pairs, min(_SAMPLES, len(pairs))):
        yield rng.choice(list(_contrast_patterns(gain, pain)))


def _contrast_patterns(gain: Phrase, pain: Phrase) -> Iterator[str]:
    start = sentence_start(gain.text)
    yield f"{start}. No {pain.text}."
    if not _RELATIONS & set(words(gain.text)):
        yield f"{start}, minus the {pain.text}."
        yield f"{start} without the {pain.text}."
        if gain.number != "one":
            yield f"More {gain.text}, {_less(pain)} {pain.text}."


def _less(pain: Phrase) -> str:
    return "fewer" if pain.number == "many" else "less"


def _actions(source: Source, slots: Slots, rng: Random) -> Iterator[str]:
    acts = [*source.acts, *slots.acts]
    pairs = [
        (act, scene)
        for act, scene in product(acts, source.scenes)
        if content_stems(act).isdisjoint(content_stems(scene))
    ]
    for act, scene in rng.sample(pairs, min(_SAMPLES, len(pairs))):
        yield f"{sentence_start(act)} {scene}."


def _slot_lines(source: Source, slots: Slots) -> Iterator[tuple[str, str]]:
    for gain in source.gains:
        if len(words(gain.text)) > 3 or _RELATIONS & set(words(gain.text)):
            continue
        if slots.audience:
            yield "audience", f"{sentence_start(gain.text)} for {slots.audience}."
        if slots.place:
            yield "place", f"{sentence_start(slots.place)}, meet {gain.text}."
            yield "place", f"{sentence_start(gain.text)}, right here in {slots.place}."
