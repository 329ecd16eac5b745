"""Motifs of meaning and people: book, eye, heart, shield, speech, signals."""

from core.engine.logos.geometry import (
    Shape,
    arc,
    circle,
    ellipse,
    lens,
    outline,
    polar,
    polygon,
    rect,
    regular,
    ring,
    stroke,
    union,
)
from core.engine.logos.motifs.base import GAP, LINE, Motif, plain


def aperture() -> Motif:
    """Six blades that close on an opening."""
    cuts = []
    for index in range(6):
        start = polar(50, 50, 19, 60 * index)
        toward = polar(50, 50, 19, 60 * index + 60)
        end = (start[0] + 4 * (toward[0] - start[0]), start[1] + 4 * (toward[1] - start[1]))
        cuts.append(stroke(GAP * 0.8, start, end))
    hole = regular(50, 50, 19, 6, 0, 0)
    return Motif(circle(50, 50, 46) - union([hole, *cuts]), circle(50, 50, 9))


def beacon() -> Motif:
    """A lighthouse and its beam."""
    tower = polygon([(24, 46), (46, 46), (54, 97), (16, 97)], 3)
    slash = stroke(GAP, (11, 80), (59, 64), round_ends=False)
    gallery = rect(15, 32, 40, 9, 3)
    lamp = union([circle(35, 15, 11), rect(24, 15, 22, 11)])
    beam = polygon([(53, 11), (97, 2), (97, 40), (53, 20)], 3)
    return Motif(union([tower - slash, gallery, lamp]), beam)


def book() -> Motif:
    """An open book."""
    page = outline((47, 26), (38, 17, 22, 14, 5, 15), (5, 78), (22, 77, 38, 80, 47, 89))
    return Motif(page, page.mirrored())


def page() -> Motif:
    """A sheet with a folded corner and three lines."""
    sheet = polygon([(18, 4), (82, 4), (82, 96), (18, 96)], 6) - rect(56, 0, 40, 31)
    lines = [rect(31, y, width, 7.5, 3.75) for y, width in ((45, 38), (60, 38), (75, 22))]
    return Motif(sheet - union(lines), polygon([(62, 4), (82, 25), (62, 25)], 3))


def bubble() -> Motif:
    """Two speech bubbles in talk."""
    front = circle(63, 62, 32) + rect(63, 62, 32, 32, 5)
    back = circle(35, 37, 31) + rect(4, 37, 31, 31, 5)
    return Motif(back - front.grown(GAP), front)


def eye() -> Motif:
    """An eye with a bright iris."""
    lid = lens((2, 50), (98, 50), 0.29)
    return Motif(lid - circle(50, 50, 21), circle(50, 50, 13))


def heart_body() -> Shape:
    """The outline of a heart."""
    return outline(
        (50, 92),
        (30, 76, 5, 58, 5, 34),
        (5, 18, 17, 8, 29, 8),
        (38, 8, 46, 13, 50, 21),
        (54, 13, 62, 8, 71, 8),
        (83, 8, 95, 18, 95, 34),
        (95, 58, 70, 76, 50, 92),
    )


def heart() -> Motif:
    """A heart that holds a smaller one."""
    small = heart_body().fitted((66, 60), 44)
    body = heart_body()
    return Motif(body - small.grown(GAP), small & body)


def hexagon() -> Motif:
    """A cube seen from its corner."""
    edges = [stroke(GAP, (50, 50), polar(50, 50, 60, angle)) for angle in (-150, -30, 90)]
    faces = (regular(50, 50, 47, 6, 4) - union(edges)).contours()
    top = min(faces, key=lambda face: face.centre[1])
    return Motif(union([face for face in faces if face is not top]), top)


def paw() -> Motif:
    """A paw print."""
    toes = [
        ellipse(17, 47, 10, 13.5).turned(-24, (17, 47)),
        ellipse(38, 23, 11, 15.5).turned(-7, (38, 23)),
    ]
    pad = outline(
        (50, 46),
        (66, 46, 84, 64, 84, 78),
        (84, 94, 66, 92, 50, 90),
        (34, 92, 16, 94, 16, 78),
        (16, 64, 34, 46, 50, 46),
    )
    return plain(union([pad, *toes, *[toe.mirrored() for toe in toes]]))


def prism() -> Motif:
    """A pyramid of three faces."""
    corners, middle = [(50.0, 6.0), (96.0, 90.0), (4.0, 90.0)], (50.0, 62.0)
    edges = [stroke(GAP, middle, (2 * x - middle[0], 2 * y - middle[1])) for x, y in corners]
    faces = (polygon(corners, 4) - union(edges)).contours()
    base = max(faces, key=lambda face: face.centre[1])
    return Motif(union([face for face in faces if face is not base]), base)


def scope() -> Motif:
    """A pulse within a ring."""
    pulse = stroke(8, (20, 54), (36, 54), (46, 30), (57, 72), (65, 50), (80, 50))
    return Motif(ring(50, 50, 46, LINE), pulse)


def shield_body() -> Shape:
    """The outline of a shield."""
    return outline(
        (50, 3),
        (60, 12, 74, 16, 88, 16),
        (88, 50),
        (88, 74, 72, 88, 50, 97),
        (28, 88, 12, 74, 12, 50),
        (12, 16),
        (26, 16, 40, 12, 50, 3),
    )


def shield() -> Motif:
    """A shield in two halves."""
    body = shield_body()
    return Motif(body - rect(50 - GAP / 2, 0, 60, 100), body - rect(0, 0, 50 + GAP / 2, 100))


def signal() -> Motif:
    """Waves that leave a source."""
    waves = [arc((18, 82), radius, 13, -90, 0, round_ends=False) for radius in (38, 62)]
    return Motif(union(waves), circle(20, 80, 14))


def smile() -> Motif:
    """A smiling face."""
    mouth = arc((50, 50), 25, 8.5, 22, 158)
    eyes = [circle(34, 40, 6.5), circle(66, 40, 6.5)]
    return plain(circle(50, 50, 46) - union([mouth, *eyes]))


def tooth_body() -> Shape:
    """The outline of a molar."""
    return outline(
        (50, 15),
        (58, 8, 66, 4, 74, 4),
        (88, 4, 96, 16, 96, 30),
        (96, 44, 88, 54, 84, 66),
        (80, 80, 82, 97, 73, 97),
        (62, 97, 64, 68, 50, 68),
        (36, 68, 38, 97, 27, 97),
        (18, 97, 20, 80, 16, 66),
        (12, 54, 4, 44, 4, 30),
        (4, 16, 12, 4, 26, 4),
        (34, 4, 42, 8, 50, 15),
    )


def tooth() -> Motif:
    """A molar with a smile."""
    return plain(tooth_body() - arc((50, 28), 20, 8, 25, 155))
