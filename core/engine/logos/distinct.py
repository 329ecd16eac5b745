"""Chooses symbols that are clear and unlike each other and the marks of known brands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from PIL import Image

from core.engine.logos.art import one_colour
from core.engine.logos.concepts import Concept
from core.engine.logos.gates import LEGIBLE, LIKE_A_BRAND, above, missed_apart
from core.engine.logos.known import nearest, nearest_known
from core.engine.logos.layout import Sheet
from core.engine.logos.paint import Inks
from core.engine.logos.silhouette import silhouette_of
from core.engine.logos.svg import document, path_data
from utils.image_utils import correlation, legible, on_white, svg_to_png

ALIKE = 0.4  # at 32 pixels; in full size that is below `gates.ALIKE`
_SIDE = 32
_LARGE = 64  # px; a quarter of the time of the 128 and 256 that the exact measures take
_SPARE = 0.01  # what the quick measure of legibility may be off
_DOUBT = 0.1  # what the quick measure of likeness to a brand may be too low


@dataclass(frozen=True, slots=True)
class Look:
    """What a symbol looks like: grey levels, 32 x 32, in one ink and in colour; and its faults.

    `faults` is what it misses by itself: legibility, and likeness to a known brand.
    """

    single: bytes
    coloured: bytes
    faults: float


def in_black(sheet: Sheet) -> str:
    """A drawing in one ink."""
    data = "".join(path_data(shape) for shape in one_colour(sheet.art))
    return document("", sheet.view, [(data, "#000000")])


def in_colour(sheet: Sheet, inks: Inks) -> str:
    """A drawing in the colours of `inks`."""
    paths = [(path_data(layer.shape), inks[layer.role]) for layer in sheet.art]
    return document("", sheet.view, paths)


def look(concept: Concept, inks: Inks) -> Look:
    """The look of the symbol on white."""
    black, colour = in_black(concept.symbol), in_colour(concept.symbol, inks)
    single, clear = _seen(black)
    coloured, clear_in_colour = _seen(colour)
    faults = above(LEGIBLE + _SPARE, min(clear, clear_in_colour))
    return Look(single, coloured, faults + above(_nearest_brand(black), LIKE_A_BRAND))


# Symbols recur: with other options of the same name, and in the next name with the same picture.
@lru_cache(maxsize=512)
def _seen(svg: str) -> tuple[bytes, float]:
    """Grey levels, 32 x 32, and the legibility at 16 pixels."""
    large, small = on_white(svg_to_png(svg, _LARGE)), on_white(svg_to_png(svg, 16))
    return large.resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes(), legible(large, small)


@lru_cache(maxsize=512)
def _nearest_brand(svg: str) -> float:
    """The likeness to the nearest known brand, exact where it matters."""
    doubtful = LIKE_A_BRAND - _DOUBT
    quick = nearest(silhouette_of(svg_to_png(svg, _LARGE)), doubtful)[1]
    return quick if quick < doubtful else nearest_known(svg)[1]


def alikeness(one: Look, other: Look) -> float:
    """The larger of the two correlations, -1 to 1."""
    return max(correlation(one.single, other.single), correlation(one.coloured, other.coloured))


def missed(looks: Sequence[Look]) -> float:
    """What the symbols miss by themselves, and the pair that is most alike; 0 is a pass."""
    pairs = (alikeness(*pair) for pair in combinations(looks, 2))
    return sum(look.faults for look in looks) + missed_apart(pairs, ALIKE)


def first_sound(
    options: Iterator[Concept], others: Sequence[Look], inks: Inks
) -> tuple[Concept, Look]:
    """The first faultless option unlike all others, or the least bad; with its look."""
    tried: list[tuple[float, Concept, Look]] = []
    for option in options:
        seen = look(option, inks)
        apart = missed_apart((alikeness(seen, other) for other in others), ALIKE)
        if seen.faults + apart == 0:
            return option, seen
        tried.append((seen.faults + apart, option, seen))
    _, option, seen = min(tried, key=lambda each: each[0])
    return option, seen
