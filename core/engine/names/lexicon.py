"""Word lists of the pack: dictionary words with rank, other known strings, brands, profanity."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.engine.pack import section

_NEUTRAL = 18
_DIGIT_STEP = 30


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`rank` maps a dictionary word to its place by frequency, 0 the most common."""

    rank: Mapping[str, int]
    strings: frozenset[str]
    brands: frozenset[str]
    profane: re.Pattern[str]
    allowed: frozenset[str]
    negative: frozenset[str]
    generic_starts: tuple[str, ...]
    generic_ends: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once per process."""
    raw = section("lexicon")
    hand = section("names")["screen"]
    famous = section("names")["famous"]["names"].split()
    profanity = [*raw["profanity"].split(), *hand["refused"]]
    return Lexicon(
        rank={word: place for place, word in enumerate(raw["words"].split())},
        strings=frozenset(raw["strings"].split()),
        brands=frozenset(raw["brands"].split()) | frozenset(famous),
        profane=_profanity_pattern(profanity),
        allowed=frozenset(hand["allowed"]),
        negative=frozenset(hand["negative"]),
        generic_starts=tuple(hand["generic_starts"]),
        generic_ends=tuple(hand["generic_ends"]),
    )


def _profanity_pattern(words: list[str]) -> re.Pattern[str]:
    """Anywhere in a name from four letters on; three letters only at its start or end."""
    long = sorted({word for word in words if len(word) > 3})
    short = "|".join(sorted({word for word in words if len(word) == 3}))
    return re.compile(f"{'|'.join(long)}|^(?:{short})|(?:{short})$")


def folded(text: str) -> str:
    """The letters of a name as compared: lower case, no accents, letters and digits only."""
    if text.isascii() and text.isalpha():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if letter.isalnum())


@cache
def _affinity() -> tuple[Mapping[str, int], str, tuple[str, ...]]:
    raw = section("affinity")
    rows = {word: row for row, word in enumerate(raw["words"].split())}
    return rows, raw["digits"], tuple(sorted(section("industries")))


@cache
def affinity(word: str) -> Mapping[str, float]:
    """Cosine of a word's meaning to each industry's direction; empty for unknown words."""
    rows, digits, industries = _affinity()
    row = rows.get(word)
    if row is None:
        return {}
    values = digits[row * len(industries) : (row + 1) * len(industries)]
    return {
        industry: (int(digit, 36) - _NEUTRAL) / _DIGIT_STEP
        for industry, digit in zip(industries, values, strict=True)
    }


def lemma(word: str) -> str:
    """The singular of a plural when the dictionary knows it, else the word itself."""
    rank = lexicon().rank
    for ending, replacement in (("ies", "y"), ("es", ""), ("s", "")):
        stem = word[: len(word) - len(ending)] + replacement
        if word.endswith(ending) and not word.endswith("ss") and len(stem) > 2 and stem in rank:
            return stem
    return word
