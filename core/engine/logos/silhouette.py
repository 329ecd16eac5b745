"""The silhouette of a mark as bits, and how alike two of them are."""

import math

from PIL import Image

from utils.image_utils import drawn, svg_to_png

SIDE = 32  # bits a row
BITS = SIDE * SIDE
DRAWN = 4 * SIDE  # px; reduced to one bit for each 4 x 4 square


def silhouette(svg: str) -> int:
    """The inked area, cut to its bounds and centred in a square of `SIDE` x `SIDE` bits.

    Sizes and margins fall away, so that marks from different hands can be compared. 0 without ink.
    """
    return silhouette_of(svg_to_png(svg, DRAWN))


def silhouette_of(png: bytes) -> int:
    """The same from a picture, `DRAWN` pixels wide to be exact."""
    alpha = drawn(png).getchannel("A")
    box = alpha.getbbox()
    if box is None:
        return 0
    ink = alpha.crop(box)
    side = max(ink.size)
    square = Image.new("L", (side, side), 0)
    square.paste(ink, ((side - ink.width) // 2, (side - ink.height) // 2))
    small = square.resize((SIDE, SIDE), Image.Resampling.BOX)
    return int("".join("1" if value >= 128 else "0" for value in small.tobytes()), 2)


def likeness(one: int, other: int) -> float:
    """Pearson correlation of two silhouettes (the phi coefficient), -1 to 1; 0 for a blank one."""
    inked, others = one.bit_count(), other.bit_count()
    spread = inked * (BITS - inked) * others * (BITS - others)
    if not spread:
        return 0.0
    return (BITS * (one & other).bit_count() - inked * others) / math.sqrt(spread)
