"""Many words in little memory: one text for all of a length that begin or end alike."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

_START, _END = 2, 3  # one edit in a word of five letters leaves one of the edges intact

Shelves = Mapping[str, str]


def by_start(words: Iterable[str]) -> dict[str, str]:
    """Words between spaces by their length and first two letters: "5ba" to " badge bagel "."""
    return _shelved(words, lambda word: f"{len(word)}{word[:_START]}")


def by_end(words: Iterable[str]) -> dict[str, str]:
    """The same by length and last three letters."""
    return _shelved(words, lambda word: f"{len(word)}{word[-_END:]}")


def _shelved(words: Iterable[str], key: Callable[[str], str]) -> dict[str, str]:
    shelves: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        shelves[key(word)].append(word)
    return {start: f" {' '.join(shelf)} " for start, shelf in shelves.items()}


class WordSet:
    """Whether a word is listed, for lists made by `by_start`."""

    def __init__(self, *starts: Shelves) -> None:
        self._starts = starts

    def __contains__(self, word: str) -> bool:
        shelf, sought = f"{len(word)}{word[:_START]}", f" {word} "
        return any(sought in starts.get(shelf, "") for starts in self._starts)


class Neighbours:
    """Listed words of about the length of a string that share its beginning or its end."""

    def __init__(self, *edges: tuple[Shelves, Shelves]) -> None:
        self._edges = edges

    def of(self, key: str, reach: int) -> Iterator[str]:
        """Other words, at most `reach` letters shorter or longer."""
        for length in range(len(key) - reach, len(key) + reach + 1):
            for starts, ends in self._edges:
                yield from _others(key, starts.get(f"{length}{key[:_START]}", ""))
                yield from _others(key, ends.get(f"{length}{key[-_END:]}", ""))


def _others(key: str, shelf: str) -> Iterator[str]:
    return (word for word in shelf.split() if word != key)
