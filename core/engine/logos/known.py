"""Marks of known brands, to warn of look-alikes; a flag, not a legal search."""

from functools import cache

from core.engine.logos.silhouette import likeness, silhouette
from core.engine.pack import load


def nearest_known(svg: str) -> tuple[str, float]:
    """The known brand whose silhouette is most like a mark's, and how much, -1 to 1."""
    mark = silhouette(svg)
    return max(((name, likeness(mark, bits)) for name, bits in _known()), key=lambda near: near[1])


@cache
def _known() -> tuple[tuple[str, int], ...]:
    raw = load("icons")
    bits = (int(digits, 16) for digits in raw["bits"].split())
    return tuple(zip(raw["names"].split(), bits, strict=True))
