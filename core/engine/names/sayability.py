"""How easily a string of letters is said in English: a letter-trigram model of a dictionary."""

import math
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from core.engine.names.lexicon import folded
from core.engine.pack import load

_ADDED = 0.1  # to every count, so that nothing is impossible
_SYMBOLS = 27  # a to z and the end of the word


@lru_cache(maxsize=4_096)
def sayability(word: str) -> float:
    """Mean log2 probability of each letter after the two before it, edges included.

    Of lower-case ASCII words: "notion" −2.7, "tumblr" −5.0, "xzvbq" −6.4. Nine of ten real brand
    names reach −5.0, one random string in 25 does.
    """
    counts, totals = _model()
    padded = f"^^{word}$"
    logs = [
        math.log2(
            (counts.get(padded[at : at + 3], 0) + _ADDED)
            / (totals.get(padded[at : at + 2], 0) + _ADDED * _SYMBOLS)
        )
        for at in range(len(padded) - 2)
    ]
    return sum(logs) / len(logs)


def said_ease(text: str) -> float:
    """The sayability of a name's hardest word."""
    words = [folded(word) for word in text.replace("&", " ").split()]
    return min((sayability(word) for word in words if word), default=0.0)


@cache
def _model() -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Counts of three letters, and of the two that they begin with."""
    counts: dict[str, int] = load("trigrams")
    totals: Counter[str] = Counter()
    for gram, count in counts.items():
        totals[gram[:2]] += count
    return counts, totals
