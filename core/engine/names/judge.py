"""Judges any name, ours or a language model's, by the same filters, factors and score."""

from collections.abc import Sequence
from dataclasses import replace

from core.engine.names.decompose import decomposed
from core.engine.names.factors import factors_of, score_of
from core.engine.names.fit import Topic, topic_of
from core.engine.names.lexicon import folded
from core.engine.names.reasons import reason
from core.engine.names.screen import refusal
from core.engine.names.screening import screened
from core.engine.names.wishes import unwished
from core.engine.types import Brief, Name, NameCandidate, NameStrategy, NameWishes, Rejection


def judge_name(
    brief: Brief,
    text: str,
    parts: Sequence[str] = (),
    strategy: NameStrategy | None = None,
    reasoning: str | None = None,
) -> Name | Rejection:
    """A scored Name, or the Rejection that says why it may not be served.

    Missing parts or strategy are found by taking the name apart; a given reasoning is kept.
    """
    name = " ".join(text.split())
    found_strategy, found_parts = decomposed(name)
    made_of = tuple(part for part in map(folded, parts) if part) or found_parts
    assessed = assess(topic_of(brief), name, made_of, strategy or found_strategy)
    if isinstance(assessed, Rejection):
        return assessed
    return explained(topic_of(brief), assessed, reasoning)


def judge_all(
    brief: Brief, candidates: Sequence[NameCandidate], wishes: NameWishes
) -> tuple[list[Name], list[Rejection]]:
    """Sound names, best first, and the refused; each text counts once, excluded ones not at all."""
    names: list[Name] = []
    refused: list[Rejection] = []
    seen = {folded(text) for text in (*wishes.exclude, *wishes.locked)}
    for candidate in candidates:
        key = folded(candidate.text)
        if key in seen:
            continue
        seen.add(key)
        unwanted = unwished(wishes, candidate.text)
        judged = (
            Rejection(candidate.text, unwanted)
            if unwanted
            else judge_name(
                brief, candidate.text, candidate.parts, candidate.strategy, candidate.reasoning
            )
        )
        if isinstance(judged, Rejection):
            refused.append(judged)
        else:
            names.append(judged)
    return sorted(names, key=lambda name: (-name.score, name.text)), refused


def assess(
    topic: Topic, text: str, parts: tuple[str, ...], strategy: NameStrategy
) -> Name | Rejection:
    """The name with factors and score but no reasoning yet, or the Rejection."""
    refused = refusal(text, parts, strategy)
    if refused is not None:
        return Rejection(text, refused)
    factors = factors_of(topic, text, parts, strategy)
    return Name(text, strategy, parts, score_of(factors, strategy), factors, "")


def explained(topic: Topic, name: Name, reasoning: str | None = None) -> Name:
    """The name with the given reasoning or our own, and with its screening."""
    own = reason(topic, name.text, name.parts, name.strategy, name.factors)
    return replace(name, reasoning=reasoning or own, screening=screened(name))
