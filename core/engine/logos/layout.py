"""Lockups: how a symbol and a word stand together, in units of the type."""

from dataclasses import dataclass, replace

from core.engine.logos.art import Art, Layer, bounds, fitted, placed
from core.engine.logos.geometry import Bounds, rect

MARGIN = 0.12  # clear strip around a lockup, as a share of the symbol's height
GAP = 0.26  # between symbol and word, as a share of the symbol's height
RULE, RULE_GAP = 0.028, 0.32  # a rule's thickness and the air on either side, as such shares


@dataclass(frozen=True, slots=True)
class Word:
    """A set name; `top` and `base` are the optical band of its first and last line.

    `loose` is the extra air of widely spaced letters, which the gap before the word repeats.
    """

    art: Art
    top: float
    base: float
    letters: int
    lines: int = 1
    loose: float = 0.0

    @property
    def band(self) -> float:
        """Height of the band."""
        return self.base - self.top


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished drawing and the box to show."""

    art: Art
    view: Bounds


def _sheet(art: Art, margin: float) -> Sheet:
    left, top, right, bottom = bounds(art)
    return Sheet(art, (left - margin, top - margin, right + margin, bottom + margin))


def symbol_alone(symbol: Art) -> Sheet:
    """The symbol centred in a square of 100 units, with 3 units clear."""
    return Sheet(fitted(symbol, (50, 50), 94, 94), (0, 0, 100, 100))


def word_alone(word: Word) -> Sheet:
    """The word with clear space around it."""
    return _sheet(word.art, 0.3 * word.band / word.lines)


def horizontal(symbol: Art, word: Word, optical: float = 1.0) -> Sheet:
    """Symbol left of the word, centred on the word's band."""
    height = _symbol_height(word) * optical
    return _led_by(symbol, word, height, bounds(word.art)[0] - GAP * height - word.loose)


def ruled(symbol: Art, word: Word) -> Sheet:
    """Symbol, an upright rule and the word: an initial would else read as a part of the name."""
    height = _symbol_height(word)
    gap = RULE_GAP * height
    place = bounds(word.art)[0] - gap - word.loose - RULE * height
    bar = rect(place, (word.top + word.base - height) / 2, RULE * height, height)
    return _led_by(symbol, replace(word, art=(Layer(bar, "word"), *word.art)), height, place - gap)


def _led_by(symbol: Art, word: Word, height: float, edge: float) -> Sheet:
    """The word behind a symbol of a height that ends at `edge`, centred on the word's band."""
    mark = _standing(symbol, height)
    _, top, right, bottom = bounds(mark)
    dy = (word.top + word.base - top - bottom) / 2
    return _sheet((*placed(mark, 1, edge - right, dy), *word.art), MARGIN * height)


def _standing(symbol: Art, height: float) -> Art:
    """The symbol scaled to a height; a wide one gives way so that it keeps the same area."""
    left, top, right, bottom = bounds(symbol)
    width, tall = right - left, bottom - top
    scale = height / max(tall, (width * tall) ** 0.5)
    return placed(symbol, scale, -scale * left, -scale * top)


def _symbol_height(word: Word) -> float:
    if word.lines > 1:
        return word.band * 1.16
    return word.band * (1.62 if word.letters <= 8 else 1.78)


def stacked(symbol: Art, word: Word, optical: float = 1.0) -> Sheet:
    """Symbol above the word, both centred; a long word is set smaller."""
    left, top, right, _ = bounds(word.art)
    width = right - left
    line = word.band / word.lines
    height = max(line * 2.7, min(width * 0.52, line * 5)) * optical
    mark = _standing(symbol, height)
    mark_left, _, mark_right, mark_bottom = bounds(mark)
    dx = (left + right) / 2 - (mark_left + mark_right) / 2
    dy = min(top, word.top) - 0.5 * line - 0.05 * height - mark_bottom
    return _sheet((*placed(mark, 1, dx, dy), *word.art), MARGIN * height)
