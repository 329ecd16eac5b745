"""Word lists of the pack: dictionary words with rank, other known strings, brands, profanity."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from core.engine.pack import entries, load, section

_NEUTRAL = 18
_DIGIT_STEP = 30


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`rank` maps a dictionary word to its place by frequency, 0 the most common."""

    rank: Mapping[str, int]
    strings: "WordSet"
    brands: "WordSet"
    profane: re.Pattern[str]
    allowed: frozenset[str]
    negative: frozenset[str]
    generic_starts: tuple[str, ...]
    generic_ends: tuple[str, ...]


class WordSet:
    """Many words in little memory: joined to one text for each two first letters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._shelves = shelved(words, lambda word: word[:2])

    def __contains__(self, word: str) -> bool:
        return f" {word} " in self._shelves.get(word[:2], "")

    def __iter__(self) -> Iterator[str]:
        return (word for shelf in self._shelves.values() for word in shelf.split())


def shelved(words: Iterable[str], key: Callable[[str], str]) -> dict[str, str]:
    """The words of each key as one text with spaces around each: a tenth of the size of objects."""
    shelves: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        shelves[key(word)].append(word)
    return {start: f" {' '.join(shelf)} " for start, shelf in shelves.items()}


@cache
def lexicon() -> Lexicon:
    """The word lists, read once per process."""
    raw = load("lexicon")
    hand = section("names")["screen"]
    famous = section("names")["famous"]["names"].split()
    profanity = [*raw["profanity"].split(), *hand["refused"]]
    return Lexicon(
        rank={word: place for place, word in enumerate(raw["words"].split())},
        strings=WordSet(raw["strings"].split()),
        brands=WordSet(dict.fromkeys([*raw["brands"].split(), *famous])),
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
def _digits() -> str:
    """One digit for each industry and word, words in the order of `rank`."""
    digits: str = load("affinity")["digits"]
    return digits


def affinity(word: str, industry: str) -> float | None:
    """Cosine of a word's meaning to an industry's direction; None for unknown words."""
    places = _places()
    row = lexicon().rank.get(word)
    if row is None or (row + 1) * len(places) > len(_digits()):
        return None
    return (int(_digits()[row * len(places) + places[industry]], 36) - _NEUTRAL) / _DIGIT_STEP


@cache
def _places() -> Mapping[str, int]:
    """The place of each industry among the digits of a word."""
    return {industry: place for place, industry in enumerate(entries("industries"))}


def lemma(word: str) -> str:
    """The singular of a plural when the dictionary knows it, else the word itself."""
    rank = lexicon().rank
    for ending, replacement in (("ies", "y"), ("es", ""), ("s", "")):
        stem = word[: len(word) - len(ending)] + replacement
        if word.endswith(ending) and not word.endswith("ss") and len(stem) > 2 and stem in rank:
            return stem
    return word
