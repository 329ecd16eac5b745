"""Motifs that move: bolt, plane, rocket, sailing boat, and what a traveller carries."""

from core.engine.logos.geometry import circle, outline, polygon, rect, stroke, union
from core.engine.logos.motifs.base import GAP, LINE, Motif, plain


def bolt() -> Motif:
    """A flash of lightning."""
    return plain(polygon([(66, -4), (12, 58), (45, 58), (34, 104), (88, 42), (55, 42)], 2.5))


def plane() -> Motif:
    """An aeroplane from above, climbing."""
    hull = outline(
        (50, -10),
        (58, -8, 60, 6, 60, 16),
        (60, 88),
        (57, 96, 53, 100, 50, 100),
        (47, 100, 43, 96, 40, 88),
        (40, 16),
        (40, 6, 42, -8, 50, -10),
    )
    wing = polygon([(52, 28), (106, 60), (106, 73), (52, 58)], [0, 4, 4, 0])
    fin = polygon([(52, 76), (76, 94), (76, 104), (52, 96)], [0, 3, 3, 0])
    right = wing + fin
    return plain(union([hull, right, right.mirrored()])).turned(45)


def rocket() -> Motif:
    """A rocket taking off, its window open, its flame lit."""
    hull = outline(
        (50, -8),
        (68, 6, 74, 24, 72, 46),
        (71, 56, 68, 66, 65, 74),
        (35, 74),
        (32, 66, 29, 56, 28, 46),
        (26, 24, 32, 6, 50, -8),
    )
    fin = outline(
        (76, 48), (88, 56, 90, 70, 88, 88), (82, 80, 76, 78, 70, 76), (74, 66, 76, 58, 76, 48)
    )
    flame = outline((38, 80), (62, 80), (62, 92, 56, 100, 50, 108), (44, 100, 38, 92, 38, 80))
    ship = union([hull, fin, fin.mirrored()]) - circle(50, 34, 9)
    return Motif(ship, flame).turned(42)


def sail() -> Motif:
    """A boat under two sails."""
    main = outline((53, 3), (80, 20, 92, 44, 94, 70), (53, 70))
    jib = outline((46, 16), (46, 70), (8, 70), (24, 56, 38, 40, 46, 16))
    hull = outline((4, 77), (96, 77), (92, 90, 84, 97, 72, 97), (26, 97), (14, 97, 8, 90, 4, 77))
    return Motif(main + hull, jib)


def umbrella() -> Motif:
    """An open umbrella and its handle."""
    dome = circle(50, 54, 46) - rect(0, 54, 100, 50)
    scallops = union([circle(x, 56, 14.5) for x in (19.5, 50, 80.5)])
    top = rect(46, 1, 8, 14, 4)
    handle = stroke(LINE, (50, 56), (50, 84), (50, 96, 32, 96, 32, 84))
    canopy = (dome + top) - scallops
    return Motif(canopy - handle.grown(GAP * 0.8), handle)


def ticket() -> Motif:
    """A ticket with a star, its stub about to be torn off."""
    slip = rect(-4, 18, 108, 64, 6) - circle(70, 18, 9) - circle(70, 82, 9)
    tear = rect(70 - GAP / 2, 0, GAP, 100)
    star = polygon(
        [
            (33, 34),
            (38, 45),
            (49, 46),
            (41, 54),
            (43, 66),
            (33, 60),
            (23, 66),
            (25, 54),
            (17, 46),
            (28, 45),
        ],
        1,
    )
    parts = slip - tear - star
    stub = rect(70, 0, 60, 100)
    return Motif(parts - stub, parts & stub).turned(-20)
