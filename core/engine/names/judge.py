"""Judges any name, ours or a language model's, by the same filters, factors and score."""

from collections.abc import Sequence
from dataclasses import replace

from core.engine.names.decompose import decomposed
from core.engine.names.factors import factors_of, score_of
from core.engine.names.fit import Topic, topic_of
from core.engine.names.lexicon import folded
from core.engine.names.reasons import reason
from core.engine.names.screen import refusal
from core.engine.types import Brief, Name, NameStrategy, Rejection


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
    """The name with the given reasoning, or with our own."""
    own = reason(topic, name.text, name.parts, name.strategy, name.factors)
    return replace(name, reasoning=reasoning or own)
