"""Hard filters: what may never be served as a name, and why."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from core.engine.names.lexicon import Lexicon, folded, lexicon
from core.engine.names.nearness import near_brand, near_word, sounds_like_brand
from core.engine.names.sayability import said_ease
from core.engine.names.sound import VOWELS
from core.engine.ontology import ontology
from core.engine.types import NameStrategy

SHORTEST, LONGEST = 3, 15
_LONGEST_PHRASE = 20
LONGEST_RUN = 4  # consonants in a row
HARD, HARDEST = -5.0, -6.0  # sayability; a real word may be hard, but not the hardest
MADE = frozenset({"compound", "blend", "coined"})


def refusal(text: str, parts: Sequence[str], strategy: NameStrategy) -> str | None:
    """Why a name is refused, or None; `parts` are dictionary forms as in `Name`."""
    key = folded(text)
    longest = _LONGEST_PHRASE if strategy == "phrase" else LONGEST
    if not SHORTEST <= len(key) <= longest:
        return f"has {len(key)} letters; {SHORTEST} to {longest} are usable"
    if not (key.isascii() and key.isalpha()):
        return "has characters that a domain or a logo cannot carry"
    if not any(letter in VOWELS for letter in key) or longest_run(text) > LONGEST_RUN:
        return "cannot be said aloud"
    if said_ease(text) < (HARD if strategy in MADE else HARDEST):
        return "is hard to say"
    return _unsafe(key, parts) or _taken(key, parts, strategy)


def _unsafe(key: str, parts: Sequence[str]) -> str | None:
    """Offence and gloom."""
    if is_profane(key, tuple(folded(part) for part in parts)):
        return "reads as an offensive word in one of six languages"
    if any(folded(part) in lexicon().negative for part in (*parts, key)):
        return "brings death, disease or waste to mind"
    return None


def _taken(key: str, parts: Sequence[str], strategy: NameStrategy) -> str | None:
    """Known brands, and words that already mean something."""
    known = lexicon()
    if key in known.brands:
        return "is a known brand"
    if strategy not in MADE:
        return None
    if key in known.rank or key in known.strings or (strategy == "blend" and key in parts):
        return "already means something else"
    if near_brand(key):
        return "is one letter away from a known brand"
    if sounds_like_brand(key):
        return "sounds like a known brand"
    misread = near_word(key) if strategy == "blend" else None
    if misread is not None and not key.startswith(misread) and not key.endswith(misread):
        return "reads as a misspelt word"
    return None


def longest_run(text: str) -> int:
    """Length of the longest run of consonants within a word."""
    longest = 0
    for word in text.split():
        run = 0
        for letter in folded(word):
            run = 0 if letter in VOWELS else run + 1
            longest = max(longest, run)
    return longest


@lru_cache(maxsize=4_096)
def is_profane(key: str, parts: tuple[str, ...]) -> bool:
    """Whether a listed word shows; inside one innocent dictionary word it does not count."""
    known = lexicon()
    spans = _innocent_spans(key, parts, known)
    return any(
        not any(start <= first and last <= end for start, end in spans)
        for first, last in _offences(key, known)
    )


def _offences(key: str, known: Lexicon) -> Iterator[tuple[int, int]]:
    """Where listed words stand: anywhere from four letters on, three letters only at an edge."""
    for first in range(len(key)):
        for last in range(first + 3, len(key) + 1):
            at_edge = first == 0 or last == len(key)
            if key[first:last] in known.profane and (at_edge or last - first > 3):
                yield first, last


def _innocent_spans(key: str, parts: tuple[str, ...], known: Lexicon) -> list[tuple[int, int]]:
    """Where parts of the name stand that are whole dictionary words and not listed themselves."""
    spans = []
    for part in (*parts, key):
        start = key.find(part) if part else -1
        if start >= 0 and part not in known.profane and _is_a_word(part, known):
            spans.append((start, start + len(part)))
    return spans


def _is_a_word(part: str, known: Lexicon) -> bool:
    """Whether a part is a real word or stem: what a model calls a part may be anything."""
    own = ontology()
    tables = (known.rank, known.allowed, own.words, own.foreign, own.tails, own.roots)
    return any(part in table for table in tables)
