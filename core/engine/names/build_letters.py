"""Counts letter 4-grams of common words for the letter model; a developer's tool, not run-time."""

from collections import Counter
from collections.abc import Iterable

ORDER = 4
START = "^"
END = "$"


def gram_counts(words: Iterable[str]) -> dict[str, int]:
    """How often each 1- to 4-letter string occurs; each distinct word counts once, edges included.

    Strings of the full order seen once are dropped: they are a third of the table and mostly noise.
    """
    counts: Counter[str] = Counter()
    for word in words:
        padded = START * (ORDER - 1) + word + END
        for end in range(ORDER - 1, len(padded)):
            counts.update(padded[end - size + 1 : end + 1] for size in range(1, ORDER + 1))
    kept = {gram: n for gram, n in counts.items() if n > 1 or len(gram) < ORDER}
    return dict(sorted(kept.items()))
