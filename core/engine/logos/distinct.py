"""Keeps the concepts of one name apart: their symbols must not look alike."""

from collections.abc import Iterator, Sequence
from itertools import islice

from core.engine.logos.art import one_colour
from core.engine.logos.concepts import Concept
from core.engine.logos.svg import document, path_data
from utils.image_utils import correlation, on_white, svg_to_png

ALIKE = 0.4  # unrelated icons stay below about 0.45 at full size
_TRIES = 6
_SIDE = 32


def thumbnail(concept: Concept) -> bytes:
    """Grey levels of the symbol in one ink, 32 x 32."""
    sheet = concept.symbol
    data = "".join(path_data(shape) for shape in one_colour(sheet.art))
    return on_white(svg_to_png(document("", sheet.view, [(data, "#000000")]), _SIDE)).tobytes()


def first_distinct(options: Iterator[Concept], others: Sequence[bytes]) -> tuple[Concept, bytes]:
    """The first option unlike all others, or the least alike of those tried; with its thumbnail."""
    tried: list[tuple[float, Concept, bytes]] = []
    for option in islice(options, _TRIES):
        small = thumbnail(option)
        worst = max((correlation(small, other) for other in others), default=-1.0)
        if worst <= ALIKE:
            return option, small
        tried.append((worst, option, small))
    _, option, small = min(tried, key=lambda each: each[0])
    return option, small
