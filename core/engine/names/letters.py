"""A letter 4-gram model: how natural a string of letters is in English."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from core.engine.pack import load

ORDER = 4
_TYPE_WEIGHT = 1.5  # Witten–Bell: λ = c / (c + 1.5·T)
_UNSEEN = 1 / 28


@dataclass(frozen=True, slots=True)
class LetterModel:
    """`counts` of 1- to 4-letter strings; `totals` and `types` of what follows each context."""

    counts: Mapping[str, int]
    totals: Mapping[str, int]
    types: Mapping[str, int]


@cache
def letter_model() -> LetterModel:
    """The model of the pack, read once per process."""
    counts: dict[str, int] = load("letters")["counts"]
    totals: dict[str, int] = {}
    types: dict[str, int] = {}
    for gram, count in counts.items():
        context = gram[:-1]
        totals[context] = totals.get(context, 0) + count
        types[context] = types.get(context, 0) + 1
    return LetterModel(counts, totals, types)


@lru_cache(maxsize=4_096)
def _probability(gram: str) -> float:
    """Of the last letter of a string after the letters before it, interpolated to shorter ones."""
    model = letter_model()
    shorter = _probability(gram[1:]) if len(gram) > 1 else _UNSEEN
    context = gram[:-1]
    total = model.totals.get(context, 0)
    if not total:
        return shorter
    spread = _TYPE_WEIGHT * model.types[context]
    return (model.counts.get(gram, 0) + spread * shorter) / (total + spread)


@lru_cache(maxsize=4_096)
def naturalness(word: str) -> tuple[float, float]:
    """Mean and least log-probability (natural) a letter of a lower-case word, edges included."""
    padded = "^" * (ORDER - 1) + word + "$"
    logs = [
        math.log(_probability(padded[end - ORDER + 1 : end + 1]))
        for end in range(ORDER - 1, len(padded))
    ]
    return sum(logs) / len(logs), min(logs)
