"""Finds a listed word that differs from a name in one letter, without comparing all of them."""

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import jellyfish

from core.engine.names.lexicon import lexicon, shelved

_EDGE_START, _EDGE_END = 2, 3  # one edit in a word of five letters leaves one of the edges intact
_LEAST_BRAND = 5
_SHORT = 6  # letters up to which two edits make another word
_COMMON_RANK = 14_000
_ALIKE = 0.6  # share of equal letters above which two names of a list are taken for one another


class Shelf:
    """Words by their length with their first two, and with their last three letters."""

    def __init__(self, words: Iterable[str]) -> None:
        listed = list(words)
        self._by_start = shelved(listed, lambda word: f"{len(word)}{word[:_EDGE_START]}")
        self._by_end = shelved(listed, lambda word: f"{len(word)}{word[-_EDGE_END:]}")

    def _alike(self, key: str, reach: int) -> Iterator[str]:
        """Other words of about the same length that share the beginning or the end."""
        for length in range(len(key) - reach, len(key) + reach + 1):
            starting = self._by_start.get(f"{length}{key[:_EDGE_START]}", "")
            ending = self._by_end.get(f"{length}{key[-_EDGE_END:]}", "")
            yield from (word for word in f"{starting}{ending}".split() if word != key)

    def near(self, key: str) -> Iterator[str]:
        """The words exactly one insertion, deletion or substitution away."""
        return (word for word in self._alike(key, 1) if _one_apart(key, word))

    def nearest(self, key: str, most: int) -> str | None:
        """The word the fewest edits away, at most `most`; among equals the first by alphabet."""
        near = (
            (jellyfish.levenshtein_distance(key, word), word) for word in self._alike(key, most)
        )
        distance, word = min(near, default=(most + 1, ""))
        return word if distance <= most else None


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


@lru_cache(maxsize=4_096)
def near_brand(key: str) -> str | None:
    """A known brand of five letters or more that differs in one letter, or None."""
    return next(_brands().near(key), None)


@lru_cache(maxsize=4_096)
def nearest_brand(key: str) -> str | None:
    """The known brand of five letters or more that reads most alike, or None.

    Within one edit of short names, two of longer ones.
    """
    return _brands().nearest(key, 1 if len(key) <= _SHORT else 2)


@lru_cache(maxsize=4_096)
def sounds_like_brand(key: str) -> bool:
    """Whether a brand within two edits is said the same."""
    brand = nearest_brand(key)
    return brand is not None and sound_code(brand) == sound_code(key)


@lru_cache(maxsize=4_096)
def near_word(key: str) -> str | None:
    """A common word that differs in one letter, or None: the name would read as a misprint."""
    return next(_common_words().near(key), None)


@lru_cache(maxsize=4_096)
def respelt(key: str) -> str | None:
    """The common word that a made-up string is said like but not spelt like, or None."""
    if key in lexicon().rank:
        return None
    near = _common_words().near(key)
    return next((word for word in near if sound_code(word) == sound_code(key)), None)


@lru_cache(maxsize=4_096)
def alike(one: str, other: str) -> bool:
    """Whether two names of a list are mixed up: by edit similarity over 0.6, or by sound."""
    similarity = 1 - jellyfish.levenshtein_distance(one, other) / max(len(one), len(other))
    return similarity > _ALIKE or sound_code(one) == sound_code(other)


@lru_cache(maxsize=4_096)
def sound_code(key: str) -> str:
    """The Metaphone code (Philips 1990) of a folded name: equal codes are said nearly alike."""
    return jellyfish.metaphone(key)
