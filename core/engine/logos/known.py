"""Marks of known brands, to warn of look-alikes; a flag, not a legal search."""

import math
from functools import cache

from core.engine.logos.silhouette import BITS, silhouette
from core.engine.pack import load


def nearest_known(svg: str) -> tuple[str, float]:
    """The known brand whose silhouette is most like a mark's, and how much, -1 to 1."""
    return nearest(silhouette(svg))


def nearest(mark: int) -> tuple[str, float]:
    """The same for a silhouette: the highest Pearson correlation (phi); 0 for a blank one."""
    inked = mark.bit_count()
    spread = math.sqrt(inked * (BITS - inked))
    if not spread:
        return "", 0.0
    share = inked / BITS
    best, name = max(
        (((mark & bits).bit_count() - share * count) / its_spread, name)
        for name, bits, count, its_spread in _known()
    )
    return name, BITS * best / spread


@cache
def _known() -> tuple[tuple[str, int, int, float], ...]:
    """Name, bits, their number and their spread; blank and full ones are like nothing."""
    raw = load("icons")
    marks = []
    for name, digits in zip(raw["names"].split(), raw["bits"].split(), strict=True):
        bits = int(digits, 16)
        count = bits.bit_count()
        if 0 < count < BITS:
            marks.append((name, bits, count, math.sqrt(count * (BITS - count))))
    return tuple(marks)
