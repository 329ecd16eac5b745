"""The symbol of a combination mark: a motif alone, or cut out of a container."""

import random
from functools import lru_cache

from core.engine.logos.art import Art, fitted, layers
from core.engine.logos.containers import container
from core.engine.logos.geometry import Shape, circle, rect, ring, sector, union
from core.engine.logos.motifs import motif

# Optical size of motifs that stand alone: slim ones grow, full ones shrink.
_OPTICAL = {
    "aperture": 0.97,
    "barrel": 0.97,
    "bolt": 1.06,
    "bottle": 1.1,
    "bricks": 0.92,
    "brush": 1.06,
    "cone": 1.05,
    "crate": 0.95,
    "drop": 1.06,
    "feather": 1.08,
    "flame": 1.06,
    "gear": 0.97,
    "helix": 1.04,
    "hexagon": 1.04,
    "horseshoe": 0.96,
    "key": 1.06,
    "kite": 1.06,
    "needle": 1.06,
    "nib": 1.06,
    "pine": 1.05,
    "puzzle": 0.97,
    "ring": 1.05,
    "smile": 0.96,
    "sprout": 1.05,
    "tulip": 1.03,
    "turbine": 1.1,
    "umbrella": 1.03,
    "wave": 0.96,
    "wheat": 1.12,
    "wheel": 0.97,
    "wrench": 1.08,
}


def optical(motif_id: str) -> float:
    """The factor by which a motif that stands alone should differ from the usual height."""
    return _OPTICAL.get(motif_id, 1.0)


def bare(motif_id: str) -> Art:
    """The motif in two colours."""
    drawing = motif(motif_id)
    return layers((drawing.main, "mark"), (drawing.second, "second"))


def ringed(motif_id: str) -> Art:
    """The motif in two colours within a ring."""
    inside = fitted(bare(motif_id), (50, 50), 56, 56)
    return (*layers((ring(50, 50, 48, 6.5), "mark")), *inside)


@lru_cache(maxsize=256)
def cut_out(motif_id: str, container_id: str) -> Art:
    """The motif as a hole in the container; its second part is painted there in colour."""
    drawing, holder = motif(motif_id), container(container_id)
    whole = drawing.ink
    left, top, right, bottom = whole.bounds
    scale = min(holder.width / (right - left), holder.height / (bottom - top))
    dx = holder.centre[0] - scale * (left + right) / 2
    dy = holder.centre[1] - scale * (top + bottom) / 2
    main = drawing.main.mapped(scale, 0, 0, scale, dx, dy)
    second = drawing.second.mapped(scale, 0, 0, scale, dx, dy)
    return layers((holder.shape - main, "mark"), (second, "inner"))


def _cell(kind: str, x: float, y: float) -> Shape:
    size = 47.0
    corners = {"nw": (0.0, 0.0), "ne": (1.0, 0.0), "se": (1.0, 1.0), "sw": (0.0, 1.0)}
    if kind == "disc":
        return circle(x + size / 2, y + size / 2, size / 2)
    if kind == "square":
        return rect(x, y, size, size, 5)
    across, down = corners[kind]
    start = {"nw": 0, "ne": 90, "se": 180, "sw": 270}[kind]
    return sector((x + across * size, y + down * size), size, start, start + 90)


# Four cells, clockwise from the top left; reviewed by eye, none with fourfold rotation.
_TILES = (
    ("disc", "sw", "disc", "ne"),
    ("se", "sw", "square", "disc"),
    ("nw", "disc", "se", "square"),
    ("square", "sw", "nw", "disc"),
    ("se", "disc", "nw", "disc"),
    ("disc", "nw", "square", "ne"),
    ("sw", "square", "ne", "disc"),
    ("se", "sw", "disc", "square"),
    ("disc", "square", "nw", "sw"),
    ("ne", "disc", "sw", "square"),
)


def tile(rng: random.Random) -> Art:
    """A mark of four simple shapes for names that ask for no picture."""
    kinds = rng.choice(_TILES)
    places = ((0.0, 0.0), (53.0, 0.0), (53.0, 53.0), (0.0, 53.0))
    cells = [_cell(kind, *place) for kind, place in zip(kinds, places, strict=True)]
    odd = rng.randrange(4)
    rest = union(cell for index, cell in enumerate(cells) if index != odd)
    return layers((rest, "mark"), (cells[odd], "second"))
