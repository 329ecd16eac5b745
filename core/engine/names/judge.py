"""Judges any name, ours or a language model's, by the same filters, factors and score."""

from collections.abc import Sequence

from core.engine.names.decompose import decomposed
from core.engine.names.factors import factors_of, score_of
from core.engine.names.fit import topic_of
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
    used = strategy or found_strategy
    made_of = tuple(part for part in map(folded, parts) if part) or found_parts
    refused = refusal(name, made_of, used)
    if refused is not None:
        return Rejection(name, refused)
    topic = topic_of(brief)
    factors = factors_of(topic, name, made_of, used)
    return Name(
        text=name,
        strategy=used,
        parts=made_of,
        score=score_of(factors, used),
        factors=factors,
        reasoning=reasoning or reason(topic, name, made_of, used, factors),
    )
