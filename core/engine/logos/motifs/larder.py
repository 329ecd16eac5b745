"""Motifs of what holds or feeds: barrel, bottle, cone, crate, flask, grapes, vase."""

from core.engine.logos.geometry import circle, outline, polygon, rect, stroke, union
from core.engine.logos.motifs.base import GAP, Motif


def barrel() -> Motif:
    """A barrel: head and foot in one tone, the staves between the hoops in the other."""
    body = outline(
        (24, 4),
        (50, 9, 76, 4),
        (92, 32, 92, 68, 76, 96),
        (50, 101, 24, 96),
        (8, 68, 8, 32, 24, 4),
    )
    hoops = [
        stroke(GAP, (0, 27), (50, 37, 100, 27), round_ends=False),
        stroke(GAP, (0, 71), (50, 81, 100, 71), round_ends=False),
    ]
    belly = outline((0, 27), (50, 37, 100, 27), (100, 71), (50, 81, 0, 71))
    joints = [
        stroke(GAP, (38, 26), (34, 42, 34, 62, 38, 84), round_ends=False),
        stroke(GAP, (62, 26), (66, 42, 66, 62, 62, 84), round_ends=False),
    ]
    cut = body - union(hoops)
    return Motif(cut - belly, (cut & belly) - union(joints))


def bottle() -> Motif:
    """A wine bottle with its label."""
    glass = outline(
        (41, 5),
        (41, 1, 59, 1, 59, 5),
        (59, 28),
        (59, 42, 76, 40, 76, 58),
        (76, 91),
        (76, 95, 74, 98, 69, 98),
        (31, 98),
        (26, 98, 24, 95, 24, 91),
        (24, 58),
        (24, 40, 41, 42, 41, 28),
    )
    label = rect(0, 60, 100, 20)
    return Motif(glass - label.grown(GAP) - rect(30, 13, 40, GAP), glass & label)


def cone() -> Motif:
    """A scoop of ice cream on its cone."""
    scoop = union([circle(50, 28, 26), rect(14, 30, 72, 15, 7.5), circle(31, 43, 8)])
    wafer = polygon([(16, 44), (84, 44), (50, 101)], [0, 0, 4])
    lines = stroke(GAP * 0.8, (24, 91), (50, 48), (76, 91))
    return Motif(scoop, wafer - scoop.grown(GAP) - lines)


def crate() -> Motif:
    """A box with its flaps open."""
    front = polygon([(12, 41), (88, 41), (88, 96), (12, 96)], [1, 1, 5, 5])
    flap = polygon([(12, 35), (47, 35), (36, 10), (1, 10)], 3)
    return Motif(front - rect(35, 55, 30, 11, 5.5), flap + flap.mirrored())


def flask() -> Motif:
    """A conical flask, half full."""
    glass = outline(
        (40, 8),
        (60, 8),
        (60, 36),
        (90, 84),
        (94, 91, 90, 97, 82, 97),
        (18, 97),
        (10, 97, 6, 91, 10, 84),
        (40, 36),
    )
    level = outline(
        (0, 60), (20, 52, 34, 52, 50, 60), (66, 68, 80, 68, 100, 60), (100, 110), (0, 110)
    )
    rim = rect(31, 3, 38, 12, 5)
    liquid = (glass & level) - union([circle(37, 78, 6), circle(58, 84, 4.5)])
    return Motif((glass + rim) - level.moved(0, -GAP), liquid)


def grapes() -> Motif:
    """A bunch of six grapes under a leaf."""
    places = ((19, 41), (50, 41), (81, 41), (34.5, 66), (65.5, 66), (50, 91))
    leaf = outline((50, 23), (52, 8, 66, 0, 86, 2), (86, 18, 72, 26, 50, 23))
    return Motif(union([circle(x, y - 3.5, 13) for x, y in places]), leaf.moved(0, -1))


def vase() -> Motif:
    """A vase with a painted belly."""
    body = outline(
        (32, 4),
        (68, 4),
        (72, 4, 73, 9, 69, 12),
        (58, 20, 62, 26, 70, 30),
        (82, 37, 88, 46, 86, 56),
        (84, 72, 70, 80, 68, 96),
        (32, 96),
        (30, 80, 16, 72, 14, 56),
        (12, 46, 18, 37, 30, 30),
        (38, 26, 42, 20, 31, 12),
        (27, 9, 28, 4, 32, 4),
    )
    band = rect(0, 44, 100, 20)
    return Motif(body - band.grown(GAP), body & band)
