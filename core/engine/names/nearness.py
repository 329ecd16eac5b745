"""Finds a listed word that differs from a name in one letter, without comparing all of them."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache

from core.engine.names.lexicon import lexicon

_EDGE_START, _EDGE_END = 2, 3  # one edit in a word of five letters leaves one of the edges intact
_LEAST_BRAND = 5
_COMMON_RANK = 14_000


class Shelf:
    """Words by their first two and last three letters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: defaultdict[str, list[str]] = defaultdict(list)
        self._by_end: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            self._by_start[word[:_EDGE_START]].append(word)
            self._by_end[word[-_EDGE_END:]].append(word)

    def near(self, key: str) -> str | None:
        """A word exactly one insertion, deletion or substitution away, or None."""
        for listed in (self._by_start.get(key[:_EDGE_START]), self._by_end.get(key[-_EDGE_END:])):
            for word in listed or ():
                if abs(len(word) - len(key)) <= 1 and word != key and _one_apart(key, word):
                    return word
        return None


def _one_apart(one: str, other: str) -> bool:
    """Whether two different words of nearly the same length are one edit apart."""
    short, long = sorted((one, other), key=len)
    place = 0
    while place < len(short) and short[place] == long[place]:
        place += 1
    if len(short) == len(long):
        return short[place + 1 :] == long[place + 1 :]
    return short[place:] == long[place + 1 :]


@cache
def _brands() -> Shelf:
    return Shelf(sorted(word for word in lexicon().brands if len(word) >= _LEAST_BRAND))


@cache
def _common_words() -> Shelf:
    rank = lexicon().rank
    return Shelf(word for word, place in rank.items() if place < _COMMON_RANK and len(word) > 4)


@lru_cache(maxsize=16_384)
def near_brand(key: str) -> str | None:
    """A known brand of five letters or more that differs in one letter, or None."""
    return _brands().near(key)


@lru_cache(maxsize=16_384)
def near_word(key: str) -> str | None:
    """A common word that differs in one letter, or None: the name would read as a misprint."""
    return _common_words().near(key)
