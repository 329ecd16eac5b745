"""Words of a line: tokens, stems, content words and sentences."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from core.engine.pack import section

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.?])\s+")
_SUFFIXES = ("ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "y")


@dataclass(frozen=True, slots=True)
class WordLists:
    """The small word lists that linting and scoring share, as sets."""

    stop: frozenset[str]
    common: frozenset[str]


@cache
def word_lists() -> WordLists:
    """Function words, and the common abstract words of the data pack."""
    rules = section("taglines")["rules"]
    return WordLists(stop=frozenset(rules["stop"]), common=frozenset(rules["common"]))


def words(text: str) -> list[str]:
    """The words of a text in lower case, straight apostrophes, hyphenated words whole."""
    return _WORD.findall(text.lower().replace("’", "'"))


def sentences(text: str) -> list[str]:
    """The sentences of a line, each with its stop."""
    return _SENTENCE_END.split(text.strip())


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A rough stem: good enough to notice that "baking" and "bakes" repeat each other."""
    root = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if root.endswith(suffix) and len(root) - len(suffix) >= 3 and not root.endswith("ss"):
            root = root[: -len(suffix)]
            break
    if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "aeiou":
        root = root[:-1]
    return root.removesuffix("e") if len(root) > 3 else root


def stems(tokens: Iterable[str]) -> frozenset[str]:
    """The stems of all words, those inside hyphenated words too."""
    return frozenset(stem(piece) for token in tokens for piece in token.split("-"))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, in order; pieces of hyphenated words one by one."""
    stop = word_lists().stop
    pieces = (piece for word in words(text) for piece in word.split("-"))
    return [piece for piece in pieces if piece not in stop and len(piece) > 1]


@lru_cache(maxsize=4096)
def content_stems(text: str) -> frozenset[str]:
    """Stems of the content words; remembered, because atoms are asked for again and again."""
    return frozenset(stem(word) for word in content_words(text))


def same_line(text: str) -> str:
    """A key under which two lines count as the same line."""
    return " ".join(words(text))


def sentence_start(text: str) -> str:
    """The text with its first letter in upper case and the rest as it was."""
    return text[:1].upper() + text[1:]
