"""Marks of known brands, to warn of look-alikes; a flag, not a legal search."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from operator import itemgetter

from core.engine.logos.silhouette import BITS, silhouette
from core.engine.pack import load

_Row = tuple[int, int, float, str]  # inked bits, the bits, their spread, whose they are


def nearest_known(svg: str) -> tuple[str, float]:
    """The known brand whose silhouette is most like a mark's, and how much, -1 to 1."""
    return nearest(silhouette(svg))


def nearest(mark: int, least: float = 0.0) -> tuple[str, float]:
    """The same for a silhouette: the highest Pearson correlation (phi); 0 for a blank one.

    Brands that cannot reach `least` count as 0: they have far more ink than the mark, or far less.
    """
    inked = mark.bit_count()
    spread = math.sqrt(inked * (BITS - inked))
    if not spread:
        return "", 0.0
    share = inked / BITS
    best, name = max(
        (
            (((mark & bits).bit_count() - share * count) / its_spread, name)
            for count, bits, its_spread, name in _reaching(least, inked)
        ),
        default=(0.0, ""),
    )
    return name, BITS * best / spread


def _reaching(least: float, inked: int) -> Sequence[_Row]:
    """The brands that can be so much alike.

    phi² is at most the smaller odds of ink over the larger, where one mark lies within the other.
    """
    if not least:
        return known_marks()
    odds, ratio = inked / (BITS - inked), least**2
    fewest, most = (BITS * x / (1 + x) for x in (odds * ratio, odds / ratio))
    low = bisect_left(known_marks(), fewest, key=itemgetter(0))
    return known_marks()[low : bisect_right(known_marks(), most, key=itemgetter(0))]


@cache
def known_marks() -> tuple[_Row, ...]:
    """All marks by their ink, but blank and full ones, which are like nothing."""
    raw = load("icons")
    rows = []
    for name, digits in zip(raw["names"].split(), raw["bits"].split(), strict=True):
        bits = int(digits, 16)
        count = bits.bit_count()
        if 0 < count < BITS:
            rows.append((count, bits, math.sqrt(count * (BITS - count)), name))
    return tuple(sorted(rows))
