"""Word lists of the pack: dictionary words with rank, other known strings, brands, profanity."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.engine.names.shelves import Neighbours, WordSet, by_end, by_start
from core.engine.ontology import ontology
from core.engine.pack import load, section

_NEUTRAL = 9
_DIGIT_STEP = 15
LEAST_BRAND = 5  # letters of a brand that others can be too near to


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`rank` maps a dictionary word to its place by frequency, 0 the most common.

    `profane` words count anywhere in a name from four letters on, shorter ones at its edges.
    """

    rank: Mapping[str, int]
    strings: WordSet
    brands: WordSet
    near_brands: Neighbours
    near_words: Neighbours
    profane: frozenset[str]
    allowed: frozenset[str]
    negative: frozenset[str]
    generic_starts: tuple[str, ...]
    generic_ends: tuple[str, ...]


@cache
def lexicon() -> Lexicon:
    """The word lists, read once per process."""
    raw = load("lexicon")
    hand = section("names")["screen"]
    famous = section("names")["famous"]["names"].split()
    known = [word for word in famous if len(word) >= LEAST_BRAND]
    baked = raw["brands"]
    return Lexicon(
        rank={word: place for place, word in enumerate(raw["words"].split())},
        strings=WordSet(raw["strings"]),
        brands=WordSet(baked["starts"], by_start(famous)),
        near_brands=Neighbours((baked["starts"], baked["ends"]), (by_start(known), by_end(known))),
        near_words=Neighbours((raw["common"]["starts"], raw["common"]["ends"])),
        profane=frozenset((*raw["profanity"].split(), *hand["refused"])),
        allowed=frozenset(hand["allowed"]),
        negative=frozenset(hand["negative"]),
        generic_starts=tuple(hand["generic_starts"]),
        generic_ends=tuple(hand["generic_ends"]),
    )


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
    return (int(_digits()[row * len(places) + places[industry]], 19) - _NEUTRAL) / _DIGIT_STEP


@cache
def _places() -> Mapping[str, int]:
    """The place of each industry among the digits of a word."""
    return {industry: place for place, industry in enumerate(ontology().industries)}


def lemma(word: str) -> str:
    """The singular of a plural when the dictionary knows it, or the owner, else the word itself."""
    if word.endswith(("'s", "’s")):
        return word[:-2]
    if not word.endswith("s") or word.endswith("ss"):
        return word
    rank = lexicon().rank
    for ending, replacement in (("s", ""), ("ies", "y"), ("es", "")):  # wine, berry, box
        stem = word[: len(word) - len(ending)] + replacement
        if word.endswith(ending) and len(stem) > 2 and stem in rank:
            return stem
    return word
