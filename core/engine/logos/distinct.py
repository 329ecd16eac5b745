"""Keeps the concepts of one name apart: their symbols must not look alike."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from core.engine.logos.art import one_colour
from core.engine.logos.concepts import Concept
from core.engine.logos.paint import Inks
from core.engine.logos.svg import document, path_data
from utils.image_utils import correlation, on_white, svg_to_png

ALIKE = 0.4  # unrelated icons stay below about 0.45 at full size
_SIDE = 32

Look = tuple[bytes, bytes]  # grey levels of a symbol: in one ink, in colour


def look(concept: Concept, inks: Inks) -> Look:
    """Grey levels of the symbol on white, 32 x 32: in one ink and in the colours of `inks`."""
    art = concept.symbol.art
    single = [("".join(path_data(shape) for shape in one_colour(art)), "#000000")]
    coloured = [(path_data(layer.shape), inks[layer.role]) for layer in art]
    return _greys(concept, single), _greys(concept, coloured)


def _greys(concept: Concept, paths: Sequence[tuple[str, str]]) -> bytes:
    return on_white(svg_to_png(document("", concept.symbol.view, paths), _SIDE)).tobytes()


def alikeness(one: Look, other: Look) -> float:
    """The larger of the two correlations, -1 to 1."""
    return max(correlation(*pair) for pair in zip(one, other, strict=True))


def most_alike(looks: Sequence[Look]) -> float:
    """The alikeness of the pair that is most alike, -1 for less than two looks."""
    return max((alikeness(*pair) for pair in combinations(looks, 2)), default=-1.0)


def first_distinct(
    options: Iterator[Concept], others: Sequence[Look], inks: Inks
) -> tuple[Concept, Look]:
    """The first option unlike all others, or the least alike of them; with its look."""
    tried: list[tuple[float, Concept, Look]] = []
    for option in options:
        seen = look(option, inks)
        worst = max((alikeness(seen, other) for other in others), default=-1.0)
        if worst <= ALIKE:
            return option, seen
        tried.append((worst, option, seen))
    _, option, seen = min(tried, key=lambda each: each[0])
    return option, seen
