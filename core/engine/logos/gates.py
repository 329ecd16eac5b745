"""The limits that every served concept keeps, and by how much a mark misses them.

Pure measures: 0 is a pass, anything above says how far the mark is from one.
"""

from collections.abc import Iterable

from utils.image_utils import SmallSizes

ALIKE = 0.45  # unrelated icons stay below it: correlation of two symbols
LIKE_A_BRAND = 0.84  # 95 % of known brands have their nearest neighbour below it
LEGIBLE = 0.77  # nine of ten real icons are clearer at 16 pixels
LOST_AT_16 = 0.36  # share of the ink; three of four real icons lose less
LOST_AT_32 = 0.06
MOST_PARTS = 5
LEAST_INK, MOST_INK = 0.11, 0.79  # share of the square


def missed_small(sizes: SmallSizes, spare: float = 0.0) -> float:
    """By how much a mark misses the limits for small sizes, all in sum.

    `spare` narrows the limits of legibility and ink, for sizes that were measured quickly.
    """
    return (
        above(LEGIBLE + spare, sizes.legibility)
        + above(sizes.lost_at_16, LOST_AT_16 - spare)
        + above(sizes.lost_at_32, LOST_AT_32 - spare)
        + above(sizes.parts, MOST_PARTS)
        + above(LEAST_INK + spare, sizes.ink)
        + above(sizes.ink, MOST_INK - spare)
    )


def missed_apart(likenesses: Iterable[float], limit: float = ALIKE) -> float:
    """By how much the symbol is too like the most alike of the others."""
    return above(max(likenesses, default=-1.0), limit)


def above(value: float, limit: float) -> float:
    """By how much a value exceeds its limit."""
    return max(0.0, value - limit)
