"""Motifs of art, play and adornment: gem, glasses, helix, mask, note, puzzle, ring."""

from core.engine.logos.geometry import (
    arc,
    circle,
    ellipse,
    outline,
    polygon,
    rect,
    stroke,
    union,
)
from core.engine.logos.geometry import ring as band
from core.engine.logos.motifs.base import GAP, Motif, plain


def gem() -> Motif:
    """A cut stone seen from its side."""
    whole = polygon([(24, 10), (76, 10), (98, 40), (50, 95), (2, 40)], 3)
    girdle = rect(0, 40 - GAP / 2, 100, GAP)
    edge = stroke(GAP * 0.9, (30, 38), (50, 100))
    below = rect(0, 40, 100, 60)
    faces = ((whole & below) - girdle - edge - edge.mirrored()).contours()
    middle = min(faces, key=lambda face: abs(face.centre[0] - 50))
    sides = [face for face in faces if face is not middle]
    return Motif(union([whole - below - girdle, *sides]), middle)


def glasses() -> Motif:
    """A pair of spectacles, light on their lenses."""
    rim = band(25, 52, 24, 9)
    glint = stroke(6.5, (20, 57), (30, 47))
    bridge = arc((50, 56), 12, 9, -150, -30)
    return Motif(union([rim, rim.mirrored(), bridge]), glint + glint.moved(50, 0))


def helix() -> Motif:
    """Two strands that wind around each other, and their rungs."""
    one = stroke(12.5, (15, 8), (15, 25, 85, 20, 85, 50), (85, 80, 15, 75, 15, 92))
    two = one.mirrored()
    back = two - (one & rect(0, 0, 100, 50)).grown(GAP * 0.8)
    front = one - (back & rect(0, 50, 100, 50)).grown(GAP * 0.8)
    rungs = [rect(36, y, 28, 8.5, 4.25) for y in (38.5, 53)]
    return Motif(front + back, union(rungs))


def mask() -> Motif:
    """A mask of the stage, half of it merry and half of it sad."""
    face = outline(
        (4, 10),
        (34, 20, 66, 20, 96, 10),
        (98, 50, 92, 84, 50, 97),
        (8, 84, 2, 50, 4, 10),
    )
    eyes = union([arc((28, 46), 9, 7, 190, 350), arc((72, 40), 9, 7, 10, 170)])
    mouth = stroke(8, (24, 62), (32, 76, 42, 74, 50, 70), (58, 66, 68, 64, 76, 78))
    cut = face - union([eyes, mouth, rect(50 - GAP / 2, 0, GAP, 100)])
    right = rect(50, 0, 60, 110)
    return Motif(cut - right, cut & right)


def note() -> Motif:
    """Two notes under one beam."""
    heads = [
        ellipse(21, 82, 18, 14).turned(-20, (21, 82)),
        ellipse(75, 74, 18, 14).turned(-20, (75, 74)),
    ]
    stems = [rect(30, 18, 9, 62), rect(84, 8, 9, 64)]
    beam = polygon([(30, 14), (93, 3), (93, 25), (30, 36)], [3, 3, 0, 0])
    return plain(union([*heads, *stems, beam]))


def puzzle() -> Motif:
    """A piece of a jigsaw."""
    body = rect(4, 26, 70, 70, 5)
    knobs = union(
        [circle(39, 17, 13), rect(32, 20, 14, 12), circle(83, 61, 13), rect(70, 54, 12, 14)]
    )
    sockets = union(
        [circle(15, 61, 12), rect(0, 55, 14, 12), circle(39, 85, 12), rect(33, 86, 12, 14)]
    )
    return plain((body + knobs) - sockets)


def ring() -> Motif:
    """A ring with a cut stone."""
    stone = polygon([(34, 2), (66, 2), (80, 19), (50, 46), (20, 19)], 2.5)
    hoop = band(50, 65, 34, 10.5)
    return Motif(hoop - stone.grown(GAP), stone - rect(0, 16, 100, 5))
