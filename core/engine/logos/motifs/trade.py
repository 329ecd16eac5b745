"""Motifs of trades and tools: cup, loaf, needle, bricks, coins, wheels."""

from core.engine.logos.geometry import (
    arc,
    circle,
    outline,
    polygon,
    rect,
    ring,
    stroke,
    turned_copies,
    union,
)
from core.engine.logos.motifs.base import GAP, LINE, Motif, plain


def cup() -> Motif:
    """A cup with a handle, two curls of steam and a saucer."""
    bowl = outline((14, 38), (70, 38), (70, 48), (70, 66, 58, 76, 42, 76), (26, 76, 14, 66, 14, 48))
    handle = arc((70, 52), 14, 8, -90, 90)
    steam = [stroke(6.5, (x, 28), (x - 6, 21, x + 6, 15, x, 8)) for x in (32, 52)]
    return Motif(union([bowl, handle, rect(10, 84, 64, 8, 4)]), union(steam))


def bowl() -> Motif:
    """A bowl on its foot, warm."""
    basin = outline((6, 48), (94, 48), (94, 70, 76, 86, 62, 86), (38, 86), (24, 86, 6, 70, 6, 48))
    foot = rect(32, 88, 36, 8, 4)
    steam = [stroke(7, (x, 38), (x - 8, 28, x + 8, 20, x, 8)) for x in (34, 50, 66)]
    return Motif(basin + foot, union(steam))


def loaf() -> Motif:
    """A loaf with three cuts in its crust."""
    body = union([rect(4, 18, 92, 42, 21), rect(11, 40, 78, 44, 7)])
    cuts = [stroke(7.5, (x + 7, 32), (x - 5, 56)) for x in (30, 50, 70)]
    return plain(body - union(cuts))


def needle() -> Motif:
    """A needle and the thread through its eye."""
    shaft = outline(
        (50, 114),
        (40, 80, 37, 30, 37, 0),
        (37, -17, 63, -17, 63, 0),
        (63, 30, 60, 80, 50, 114),
    )
    eye = rect(46, -4, 8, 24, 4)
    thread = stroke(9, (50, 12), (98, 6, 88, 42, 77, 58), (66, 74, 82, 88, 94, 76))
    thread -= rect(0, 0, 50, 100)
    return Motif(shaft - eye - thread.grown(4.5), thread).turned(40)


def spool() -> Motif:
    """A spool of thread."""
    flange = rect(16, 5, 68, 14, 6)
    turns = [stroke(LINE, (28, y + 4), (72, y - 4)) for y in (31, 50, 69)]
    return Motif(union([flange, flange.moved(0, 76)]), union(turns))


def knot() -> Motif:
    """Two rings that hold each other."""
    one, two = ring(35, 50, 31, 12), ring(65, 50, 31, 12)
    first = one - (two & rect(40, 0, 60, 46)).grown(4.5)
    second = two - (one & rect(0, 54, 60, 46)).grown(4.5)
    return Motif(first, second)


def bricks() -> Motif:
    """Three courses of brick, one of them new."""
    height = 26
    courses = [
        rect(4, 8, 56, height, 4),
        rect(66, 8, 30, height, 4),
        rect(4, 8 + height + GAP, 26, height, 4),
        rect(4, 8 + 2 * (height + GAP), 56, height, 4),
        rect(66, 8 + 2 * (height + GAP), 30, height, 4),
    ]
    return Motif(union(courses), rect(36, 8 + height + GAP, 60, height, 4))


def gable() -> Motif:
    """A roof over a door."""
    roof = stroke(13, (8, 50), (50, 14), (92, 50))
    walls = polygon([(22, 58), (50, 34), (78, 58), (78, 92), (22, 92)], [3, 3, 3, 4, 4])
    door = union([circle(50, 68, 10), rect(40, 68, 20, 30)])
    return Motif(roof, walls - roof.grown(GAP * 0.8) - door)


def keystone() -> Motif:
    """An arch held by the stone at its top."""
    band = union([circle(50, 52, 44), rect(6, 52, 88, 40)]) - union(
        [circle(50, 54, 21), rect(29, 54, 42, 60)]
    )
    stone = polygon([(34, 2), (66, 2), (58, 38), (42, 38)], 2.5)
    return Motif(band - stone.grown(GAP), stone)


def arch() -> Motif:
    """A doorway within a doorway."""
    outer = union([circle(50, 48, 44), rect(6, 48, 88, 46, 3)])
    middle = union([circle(50, 52, 30), rect(20, 52, 60, 60)])
    inner = union([circle(50, 56, 22), rect(28, 56, 44, 38, 2)])
    return Motif(outer - middle, inner)


def coin() -> Motif:
    """Two coins, one over the other."""
    front = circle(62, 50, 34)
    return Motif(circle(36, 50, 34) - front.grown(GAP), front - rect(57.5, 32, LINE, 36, LINE / 2))


def bars() -> Motif:
    """Three columns that rise."""
    return Motif(union([rect(6, 60, 24, 34, 5), rect(38, 36, 24, 58, 5)]), rect(70, 8, 24, 86, 5))


def key() -> Motif:
    """A key, bow up."""
    bow = ring(50, 28, 25, 12)
    shaft = union([rect(44, 48, 12, 50, 4), rect(50, 66, 22, 11, 3), rect(50, 85, 16, 11, 3)])
    return plain((bow + shaft).turned(40, (50, 50)))


def wheel() -> Motif:
    """A wheel with five openings."""
    opening = polygon([(50, 37), (35, 16), (65, 16)], 5)
    holes = union(turned_copies(opening, 5))
    return Motif(circle(50, 50, 46) - holes - circle(50, 50, 10), circle(50, 50, 4.5))


def helm() -> Motif:
    """A ship's wheel with six spokes."""
    spokes = union([rect(46, 1, 8, 98, 4).turned(angle) for angle in (0, 60, 120)])
    hub = circle(50, 50, 10)
    return Motif((ring(50, 50, 36, 10) + spokes) - circle(50, 50, 10 + GAP * 0.8), hub)


def anchor() -> Motif:
    """An anchor with a ring, a stock and two flukes."""
    shank = rect(45.5, 36, 9, 56, 2)
    arms = arc((50, 50), 41, 10, 25, 155)
    fluke = polygon([(97, 46), (95, 76), (70, 60)], 2)
    stock = rect(30, 36, 40, LINE, LINE / 2)
    return Motif(union([shank, arms, fluke, fluke.mirrored(), stock]), ring(50, 16, 14, 8))


def lantern() -> Motif:
    """A lantern with a flame behind its glass."""
    hook = ring(50, 11, 10, 6)
    roof = polygon([(50, 14), (84, 40), (16, 40)], [4, 4, 4])
    frame = polygon([(22, 46), (78, 46), (72, 86), (28, 86)], 3)
    glass = polygon([(31, 46), (69, 46), (65, 79), (35, 79)])
    base = rect(20, 84, 60, 12, 4)
    flame = outline(
        (50, 44),
        (54, 54, 61, 57, 61, 66),
        (61, 73, 56, 77, 50, 77),
        (44, 77, 39, 73, 39, 66),
        (39, 57, 46, 54, 50, 44),
    )
    return Motif(union([hook, roof, frame - glass, base]), flame.moved(0, -0.5))
