"""Motifs of tools and works: brush, gear, hammer, horseshoe, nib, scissors, tap, wrench."""

from core.engine.logos.geometry import (
    circle,
    outline,
    polygon,
    rect,
    stroke,
    turned_copies,
    union,
)
from core.engine.logos.motifs.base import GAP, Motif, plain


def brush() -> Motif:
    """A painter's brush, its tip full of colour."""
    handle = outline(
        (43, 46), (38, 20, 41, 0, 43, -10), (44, -17, 56, -17, 57, -10), (59, 0, 62, 20, 57, 46)
    )
    ferrule = polygon([(37, 52), (63, 52), (69, 68), (31, 68)], 2)
    tip = outline((30, 74), (70, 74), (80, 92, 64, 100, 50, 122), (36, 100, 20, 92, 30, 74))
    return Motif(handle + ferrule, tip).turned(42)


def gear() -> Motif:
    """A toothed wheel."""
    tooth = polygon([(42, 2), (58, 2), (63, 24), (37, 24)], 3)
    body = union([circle(50, 50, 36), *turned_copies(tooth, 8)])
    return Motif(body - circle(50, 50, 19), circle(50, 50, 19 - GAP))


def hammer() -> Motif:
    """A claw hammer, raised."""
    head = outline(
        (92, 0),
        (92, 34),
        (78, 34),
        (74, 29, 70, 28, 66, 28),
        (42, 28),
        (28, 28, 16, 34, 6, 46),
        (4, 22, 22, 5, 44, 5),
        (66, 5),
        (70, 5, 74, 4, 78, 0),
    )
    handle = rect(44, 34, 17, 76, 6)
    return Motif(head, handle).turned(35)


def horseshoe() -> Motif:
    """A horseshoe, open upwards, with its nail holes."""
    shoe = outline(
        (17, 3),
        (36, 3),
        (37, 10, 34, 12, 32, 18),
        (18, 50, 30, 73, 50, 73),
        (70, 73, 82, 50, 68, 18),
        (66, 12, 63, 10, 64, 3),
        (83, 3),
        (100, 30, 102, 97, 50, 97),
        (-2, 97, 0, 30, 17, 3),
    )
    holes = union([circle(*place, 4) for place in ((63, 82), (80, 63), (82, 38))])
    return plain(shoe - holes - holes.mirrored())


def nib() -> Motif:
    """The nib of a pen."""
    blade = outline(
        (30, 30),
        (70, 30),
        (74, 42, 80, 50, 80, 58),
        (72, 74, 56, 84, 50, 99),
        (44, 84, 28, 74, 20, 58),
        (20, 50, 26, 42, 30, 30),
    )
    slit = union([circle(50, 56, 8), rect(50 - 2.5, 56, 5, 50)])
    return Motif(blade - slit, rect(28, 2, 44, 22, 4))


def scissors() -> Motif:
    """A pair of scissors, open."""
    blade = outline((80, 1), (88, 20, 76, 38, 55, 56), (45, 48))
    one = union([blade, stroke(12.5, (50, 52), (30, 76)), circle(20, 82, 18)]) - circle(20, 82, 8.5)
    clear = stroke(24, (22, 86), (50, 52), (80, -4))
    return Motif(one - circle(52, 48, 4), one.mirrored() - clear)


def tap() -> Motif:
    """A tap and the drop that leaves it."""
    pipe = outline(
        (14, 40), (58, 40), (80, 40, 92, 52, 92, 72), (70, 72), (70, 66, 66, 62, 58, 62), (14, 62)
    )
    wall = rect(4, 30, 14, 42, 4)
    handle = union([rect(38, 14, 10, 30), rect(20, 6, 46, 13, 6)])
    drop = outline(
        (81, 76), (84, 82, 90, 86, 90, 91), (90, 101, 72, 101, 72, 91), (72, 86, 78, 82, 81, 76)
    )
    return Motif(union([pipe, wall, handle]), drop)


def wrench() -> Motif:
    """A spanner: open jaw at one end, ring at the other."""
    jaw = circle(50, 4, 27) - polygon(
        [(40, -40), (60, -40), (60, 6), (50, 12), (40, 6)], [0, 0, 2, 2, 2]
    )
    shaft = polygon([(41, 20), (59, 20), (57, 100), (43, 100)])
    eye = circle(50, 103, 17)
    return plain(jaw + shaft + eye - circle(50, 103, 7)).turned(45)
