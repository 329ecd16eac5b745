"""Motifs of sky, sea and land: sun, moon, stars, waves, mountains, wind."""

from core.engine.logos.geometry import (
    Shape,
    circle,
    ellipse,
    outline,
    polar,
    polygon,
    rect,
    ring,
    stroke,
    turned_copies,
    union,
)
from core.engine.logos.motifs.base import GAP, LINE, Motif, plain


def sun() -> Motif:
    """A sun rising over the horizon, with five rays."""
    disc = circle(50, 70, 24) - rect(0, 70, 100, 40)
    rays = [
        stroke(LINE, polar(50, 70, 36, angle), polar(50, 70, 46, angle))
        for angle in (-180, -135, -90, -45, 0)
    ]
    low = union([disc, *rays]) - rect(0, 70, 100, 40)
    base = rect(6, 78, 88, LINE, LINE / 2)
    return Motif(union([*rays[1:4], base]), low & circle(50, 70, 26))


def moon() -> Motif:
    """A crescent holding a small disc."""
    crescent = circle(47, 51, 44) - circle(64, 38, 36)
    return Motif(crescent, circle(69, 33, 12))


def star_body() -> Shape:
    """The outline of a star of five points."""
    points = [polar(50, 54, 50 if i % 2 == 0 else 23, -90 + 36 * i) for i in range(10)]
    return polygon(points, [4, 2] * 5)


def star() -> Motif:
    """A star of five points, split into light and shade."""
    body = star_body()
    return Motif(body - rect(50 - GAP / 2, 0, 60, 110), body - rect(0, 0, 50 + GAP / 2, 110))


def spark() -> Motif:
    """A bolt of two blades that pass each other."""
    blade = polygon([(60, 3), (60, 46), (18, 54)], 3)
    return Motif(blade, blade.turned(180).moved(0, 4))


def wave() -> Motif:
    """A disc of three swells."""
    disc = circle(50, 50, 46)
    lines = [
        stroke(
            GAP,
            (-4, y),
            (8, y - 14, 22, y - 14, 36, y - 2),
            (52, y + 12, 70, y + 14, 104, y - 6),
            round_ends=False,
        )
        for y in (38, 60)
    ]
    body = disc - union(lines)
    parts = sorted(body.contours(), key=lambda part: part.centre[1])
    return Motif(union([parts[0], parts[-1]]), union(parts[1:-1]))


def ripple() -> Motif:
    """Circles that spread from one point of the rim."""
    outer = ring(50, 50, 46, LINE)
    middle = ring(50, 60, 30, LINE)
    return Motif(outer + middle, circle(50, 65, 10.5))


def mountain() -> Motif:
    """Two peaks, the nearer one with snow on it."""
    far = polygon([(42, 88), (74, 38), (102, 88)], [3, 4, 3])
    near = polygon([(-2, 88), (36, 8), (74, 88)], [3, 4, 3])
    snow = stroke(GAP, (8, 52), (26, 43), (36, 53), (46, 43), (64, 52), round_ends=False)
    return Motif(near - snow, far - near.grown(GAP))


def orbit() -> Motif:
    """A planet within a tilted ring that passes before and behind it."""
    planet = circle(50, 50, 29)
    band = (ellipse(50, 50, 50, 15.5) - ellipse(50, 50, 42, 8)).turned(-28)
    front = polygon([(0, 50), (100, 50), (100, 100), (0, 100)]).turned(-28)
    ahead = band & front
    behind = (band - front) - planet.grown(GAP * 0.8)
    return Motif(planet - ahead.grown(GAP * 0.8), behind + ahead)


def turbine() -> Motif:
    """Three blades around a hub."""
    blade = outline(
        (50, 44), (42, 38, 43, 14, 52, 2), (60, 16, 60, 34, 55, 44), (53, 46, 52, 46, 50, 44)
    )
    blades = union(turned_copies(blade, 3, (50, 55)))
    return Motif(blades - circle(50, 55, 6 + GAP), circle(50, 55, 7.5))


def kite() -> Motif:
    """A kite of four panels with a curling tail."""
    top, right, bottom, left = (50.0, -4.0), (82.0, 30.0), (50.0, 77.0), (18.0, 30.0)
    spars = union([rect(47.2, -6, 5.6, 85), rect(14, 27.2, 72, 5.6)])
    sail = polygon([top, right, bottom, left], 2.5) - spars
    shade = polygon([top, left, (50, 30)]) + polygon([bottom, right, (50, 30)])
    tail = stroke(8, (50, 84), (52, 98, 38, 100, 34, 92), (30, 84, 18, 86, 18, 98))
    return Motif(sail - shade, (sail & shade) + tail).turned(24)


def feather() -> Motif:
    """A feather with its quill and two notches."""
    vane = outline((22, 78), (18, 40, 46, 8, 88, 6), (90, 48, 62, 80, 22, 78))
    notches = union(
        [
            stroke(5, (52, 50), (90, 54), round_ends=False),
            stroke(5, (38, 64), (76, 70), round_ends=False),
        ]
    )
    body = (
        vane
        - stroke(GAP, (2, 99), (68, 32))
        - (notches & polygon([(0, 100), (100, 0), (100, 100)]))
    )
    return plain(body + stroke(GAP, (8, 93), (19, 82)))


def bird() -> Motif:
    """A swift in flight: body, raised wing and forked tail from circle arcs."""
    body = outline(
        (95, 38),
        (84, 36),
        (80, 26, 66, 24, 58, 32),
        (48, 42, 40, 56, 20, 62),
        (30, 66, 40, 66, 46, 65),
        (40, 74, 32, 80, 20, 84),
        (50, 92, 76, 78, 80, 46),
        (84, 44),
        (95, 38),
    )
    wing = outline(
        (56, 52), (30, 56, 8, 40, 5, 12), (24, 26, 56, 22, 62, 34), (64, 42, 62, 48, 56, 52)
    )
    return plain(body + wing)


def compass() -> Motif:
    """A ring around a needle that points north-east."""
    needle = polygon([(72, 28), (58, 58), (42, 42)], [2, 1, 1])
    return Motif(ring(50, 50, 46, LINE) + needle.turned(180), needle)


def path() -> Motif:
    """A way from a start to the place that a pin marks."""
    pin = outline(
        (70, 66),
        (62, 50, 46, 42, 46, 27),
        (46, 13, 57, 3, 70, 3),
        (83, 3, 94, 13, 94, 27),
        (94, 42, 78, 50, 70, 66),
    )
    way = stroke(LINE, (36, 91), (70, 91), (92, 91, 92, 77, 70, 77), (60, 77))
    return Motif((pin - circle(70, 27, 9.5)) + way, circle(15, 91, 6.5).scaled(1.2, (15, 91)))
