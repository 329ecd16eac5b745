"""Finds a listed word that differs from a name in one letter, without comparing all of them."""

from collections.abc import Iterator
from functools import lru_cache

import jellyfish

from core.engine.names.lexicon import LEAST_BRAND, lexicon
from core.engine.names.shelves import Neighbours

_SHORT = 6  # letters up to which two edits make another word
_ALIKE = 0.6  # share of equal letters above which two names of a list are taken for one another


def _nearest(key: str, listed: Neighbours, most: int) -> str | None:
    """The listed word the fewest edits away, at most `most`; among equals the first by alphabet."""
    near = ((jellyfish.levenshtein_distance(key, word), word) for word in listed.of(key, most))
    distance, word = min(near, default=(most + 1, ""))
    return word if distance <= most else None


def _near(key: str, listed: Neighbours) -> Iterator[str]:
    """The listed words exactly one insertion, deletion or substitution away."""
    return (word for word in listed.of(key, 1) if _one_apart(key, word))


def _one_apart(one: str, other: str) -> bool:
    """Whether two different words of nearly the same length are one edit apart."""
    short, long = sorted((one, other), key=len)
    place = 0
    while place < len(short) and short[place] == long[place]:
        place += 1
    if len(short) == len(long):
        return short[place + 1 :] == long[place + 1 :]
    return short[place:] == long[place + 1 :]


@lru_cache(maxsize=4_096)
def near_brand(key: str) -> str | None:
    """A known brand of five letters or more that differs in one letter, or None."""
    return next(
        (word for word in _near(key, lexicon().near_brands) if len(word) >= LEAST_BRAND), None
    )


@lru_cache(maxsize=4_096)
def nearest_brand(key: str) -> str | None:
    """The known brand of five letters or more that reads most alike, or None.

    Within one edit of short names, two of longer ones.
    """
    return _nearest(key, lexicon().near_brands, 1 if len(key) <= _SHORT else 2)


@lru_cache(maxsize=4_096)
def sounds_like_brand(key: str) -> bool:
    """Whether a brand within two edits is said the same."""
    brand = nearest_brand(key)
    return brand is not None and sound_code(brand) == sound_code(key)


@lru_cache(maxsize=4_096)
def near_word(key: str) -> str | None:
    """A common word that differs in one letter, or None: the name would read as a misprint."""
    return next(_near(key, lexicon().near_words), None)


@lru_cache(maxsize=4_096)
def respelt(key: str) -> str | None:
    """The common word that a made-up string is said like but not spelt like, or None."""
    if key in lexicon().rank:
        return None
    near = _near(key, lexicon().near_words)
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
