"""Checks 9 to 12: taglines.

Lengths after 6,340 slogans of real companies; truth after Jin et al., Natural Language Engineering
(2022); the mix after Hodges, Estes & Warren, Journal of Consumer Research 50 (2024).
"""

from collections.abc import Sequence
from itertools import combinations

from core.engine.scorecard.material import CheckResult, Line
from core.engine.taglines.judge import opening_class
from core.engine.taglines.lint import Given, repeats_brief, unsupported_claim
from core.engine.taglines.words import content_stems, words

_LENGTHS, _MOST_WORDS, _MOST_CHARACTERS = range(3, 9), 10, 62
_MOST_SHARED = 0.4  # Jaccard index of two lines' content words
_OPENINGS = 3  # of five lines
_MEMORABLE, _LIKABLE = 1, 2


def length(lines: Sequence[Line]) -> CheckResult:
    """Check 9: words and characters."""
    counts = [len(words(line.text)) for line in lines]
    good = sum(
        count in _LENGTHS and len(line.text) <= _MOST_CHARACTERS
        for count, line in zip(counts, lines, strict=True)
    )
    sound = good >= 0.8 * len(lines) and max(counts) <= _MOST_WORDS
    return CheckResult(
        9, "tagline_length", "score", good,
        f"3–8 words and ≤ {_MOST_CHARACTERS} characters for four of five, none over {_MOST_WORDS}",
        "pass" if sound else "fail",
        f"{good} of {len(lines)} keep it; the longest has {max(counts)} words.",
    )  # fmt: skip


def truthful(given: Given, lines: Sequence[Line]) -> CheckResult:
    """Check 10: no number, rank, superlative, promise, place or certificate of its own."""
    claims = {line.text: claim for line in lines if (claim := unsupported_claim(line.text, given))}
    return CheckResult(
        10, "truthful", "gate", len(claims), "0", "fail" if claims else "pass",
        "; ".join(f"“{text}” {claim}" for text, claim in claims.items()) + "." if claims
        else "No line says more than the brief.",
    )  # fmt: skip


def fresh(given: Given, lines: Sequence[Line]) -> CheckResult:
    """Check 11: nothing copied from the brief, little shared between lines, varied openings."""
    copied = [line.text for line in lines if repeats_brief(line.text, given)]
    shared = max(
        (_jaccard(one.text, other.text) for one, other in combinations(lines, 2)), default=0.0
    )
    openings = len({opening_class(line.text, given) for line in lines})
    wanted = min(_OPENINGS, len(lines))
    sound = not copied and shared <= _MOST_SHARED and openings >= wanted
    return CheckResult(
        11, "fresh_and_varied", "score", round(shared, 2),
        f"no four words of the brief, ≤ {_MOST_SHARED} shared, {wanted} kinds of opening",
        "pass" if sound else "fail",
        f"{len(copied)} lines repeat the brief; two lines share at most {shared:.0%} of their "
        f"words; {openings} kinds of opening.",
    )  # fmt: skip


def mix(lines: Sequence[Line]) -> CheckResult:
    """Check 12: some lines to be remembered, some to be liked."""
    memorable = sum(line.label == "memorable" for line in lines)
    likable = sum(line.label == "likable" for line in lines)
    sound = memorable >= _MEMORABLE and likable >= _LIKABLE
    return CheckResult(
        12, "memorable_and_likable", "score", f"{memorable} memorable, {likable} likable",
        f"≥ {_MEMORABLE} memorable, ≥ {_LIKABLE} likable", "pass" if sound else "fail",
        "Rare and concrete words are remembered, short and common ones are liked.",
    )  # fmt: skip


def _jaccard(one: str, other: str) -> float:
    first, second = content_stems(one), content_stems(other)
    return len(first & second) / len(first | second) if first | second else 0.0
