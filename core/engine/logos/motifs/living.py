"""Motifs that live: bee, fish, horse, pine, tulip."""

from core.engine.logos.geometry import (
    circle,
    lens,
    outline,
    polygon,
    rect,
    stroke,
    union,
)
from core.engine.logos.motifs.base import GAP, LINE, Motif


def bee() -> Motif:
    """A bee from above, its body in three bands."""
    head = circle(50, 20, 11)
    feelers = stroke(5.5, (36, 3), (40, 11, 46, 13, 50, 21), (54, 13, 60, 11, 64, 3))
    body = outline(
        (50, 34),
        (66, 34, 72, 48, 71, 60),
        (70, 78, 62, 90, 50, 99),
        (38, 90, 30, 78, 29, 60),
        (28, 48, 34, 34, 50, 34),
    )
    bands = rect(0, 51, 100, GAP) + rect(0, 69, 100, GAP)
    wing = outline((38, 44), (26, 18, 2, 16, 1, 36), (0, 56, 22, 66, 38, 56))
    wings = (wing + wing.mirrored()) - body.grown(GAP) - head.grown(GAP)
    return Motif(union([body - bands, head, feelers]) - rect(30, 31, 40, 4), wings)


def fish() -> Motif:
    """A fish with a tail of its own tone."""
    body = outline(
        (98, 53),
        (90, 38, 80, 30, 70, 27),
        (62, 16, 50, 12, 38, 13),
        (43, 19, 44, 24, 43, 30),
        (36, 36, 30, 42, 24, 51),
        (32, 70, 48, 81, 64, 81),
        (80, 81, 92, 68, 98, 53),
    )
    tail = outline(
        (28, 52), (20, 38, 12, 28, 1, 22), (8, 44, 8, 60, 1, 82), (12, 76, 20, 66, 28, 52)
    )
    gill = stroke(GAP * 0.8, (66, 40), (58, 48, 58, 60, 66, 69))
    return Motif(body - circle(80, 47, 5) - gill, tail - body.grown(GAP))


def horse() -> Motif:
    """The head of a horse in profile, with its mane."""
    head = outline(
        (52, 2),
        (56, 8, 60, 12, 66, 16),
        (76, 24, 82, 36, 94, 50),
        (98, 56, 92, 66, 84, 68),
        (74, 68, 66, 62, 58, 62),
        (60, 74, 72, 82, 74, 98),
        (22, 98),
        (20, 66, 26, 36, 48, 16),
    )
    mane = outline((40, 10), (12, 26, 2, 60, 8, 98), (16, 98), (14, 64, 22, 32, 43, 14))
    return Motif(head - circle(64, 34, 4), mane)


def pine() -> Motif:
    """A conifer of three tiers."""
    top = polygon([(50, -2), (77, 31), (23, 31)], [3, 4, 4])
    middle = polygon([(50, 12), (88, 55), (12, 55)], [3, 4, 4])
    low = polygon([(50, 33), (98, 80), (2, 80)], [3, 4, 4])
    tiers = [top, middle - top.grown(GAP), low - (middle + top).grown(GAP)]
    return Motif(union(tiers), rect(40, 80 + GAP * 0.8, 20, 14, 2))


def tulip() -> Motif:
    """A tulip: two petals before a third, a stem and two leaves."""
    left = outline((17, 6), (34, 13, 46, 26, 50, 44), (50, 62), (27, 62, 16, 44, 17, 6))
    head = left + left.mirrored()
    inner = lens((50, 54), (50, 0), 0.38)
    blade = outline((50, 99), (26, 98, 12, 82, 10, 62), (28, 64, 44, 76, 50, 99))
    stem = rect(50 - LINE / 2, 58, LINE, 41, 3)
    leaf = blade - stem.grown(GAP * 0.6)
    return Motif(union([head, stem, leaf, leaf.mirrored()]), inner - head.grown(GAP))
