"""Motifs that grow: leaves, grain, trees, flowers, beans."""

from core.engine.logos.geometry import (
    Shape,
    circle,
    ellipse,
    lens,
    outline,
    rect,
    stroke,
    turned_copies,
    union,
)
from core.engine.logos.motifs.base import GAP, LINE, Motif, plain


def leaf() -> Motif:
    """A leaf with two square-cut tips, halved along its vein."""
    blade = outline((14, 86), (14, 50, 14, 14, 86, 14), (86, 50, 86, 86, 14, 86))
    vein = stroke(GAP, (4, 96), (70, 30))
    upper = outline((0, 100), (0, 0), (100, 0))
    whole = blade - vein
    return Motif(whole & upper, whole - upper)


def sprout() -> Motif:
    """A stem with one large and one small leaf."""
    right = outline((53, 60), (53, 28, 70, 12, 96, 12), (96, 44, 80, 60, 53, 60))
    left = outline((47, 74), (47, 50, 34, 36, 8, 36), (8, 60, 22, 74, 47, 74))
    stem = rect(45.5, 56, LINE, 38, 4.5)
    return Motif(right, (left - stem.grown(GAP * 0.8)) + stem - right.grown(GAP * 0.8))


def oak() -> Motif:
    """A tree: a crown of three discs on a trunk."""
    crown = union(
        [circle(50, 28, 24), circle(29, 46, 22), circle(71, 46, 22), rect(30, 30, 40, 38)]
    )
    trunk = outline(
        (44, 44), (44, 80), (44, 88, 36, 90, 30, 94), (70, 94), (64, 90, 56, 88, 56, 80), (56, 44)
    )
    return Motif(crown - trunk.grown(GAP * 0.8), trunk)


def wheat() -> Motif:
    """An ear of grain: a tip and three pairs of kernels on a stalk."""
    left = union([lens((47.5, y + 27), (20, y), 0.2) for y in (22, 45, 68)]) - rect(47, 0, 6, 100)
    stalk = rect(46.5, 60, 7, 38, 3.5)
    kernels = left + left.mirrored()
    return Motif((kernels - stalk.grown(3)) + stalk, lens((50, 36), (50, 2), 0.22))


def petal() -> Motif:
    """A flower of five round petals around a heart."""
    one = ellipse(50, 26, 17.5, 22)
    flower = union([*turned_copies(one, 5, (50, 52)), circle(50, 52, 20)])
    return Motif(flower - circle(50, 52, 15.5), circle(50, 52, 9.5))


def bean() -> Motif:
    """A coffee bean, its seam a single wave."""
    body = ellipse(50, 50, 31, 45)
    seam = stroke(
        GAP + 1.5,
        (50, 0),
        (50, 0, 50, 8, 50, 8),
        (38, 26, 42, 38, 50, 50),
        (58, 62, 62, 74, 50, 92),
        (50, 100),
    )
    return plain((body - seam).turned(32))


def drop() -> Motif:
    """A drop with a bright edge."""
    return plain(drop_body() - drop_shine())


def drop_body() -> Shape:
    """The outline of a drop, its point up."""
    return outline(
        (50, 3),
        (58, 20, 82, 40, 82, 64),
        (82, 82, 68, 96, 50, 96),
        (32, 96, 18, 82, 18, 64),
        (18, 40, 42, 20, 50, 3),
    )


def drop_shine() -> Shape:
    """The strip of light in the drop's lower left."""
    return stroke(8, (33, 64), (33, 74, 40, 81, 50, 81))


def flame_body() -> Shape:
    """The outline of a flame with a smaller tongue on its left."""
    return outline(
        (54, 2),
        (58, 20, 84, 36, 84, 63),
        (84, 83, 69, 97, 50, 97),
        (31, 97, 16, 83, 16, 63),
        (16, 48, 24, 38, 31, 28),
        (34, 36, 37, 40, 42, 42),
        (44, 28, 46, 14, 54, 2),
    )


def flame() -> Motif:
    """A flame with a smaller one in it."""
    inner = outline(
        (51, 52),
        (54, 62, 65, 66, 65, 78),
        (65, 86, 59, 92, 50, 92),
        (41, 92, 35, 86, 35, 78),
        (35, 66, 46, 62, 51, 52),
    )
    return Motif(flame_body() - inner, inner.fitted((50, 78), 17))
