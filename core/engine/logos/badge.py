"""A round seal: the name on a ring around a motif."""

import math

from core.engine.logos.art import Art, Role, layers, placed
from core.engine.logos.fonts import EM, Typeface, typeface
from core.engine.logos.geometry import Shape, circle, ring, union
from core.engine.logos.motifs import motif
from core.engine.logos.typeset import line, on_circle

_OUTER = 85.5  # no letter passes this radius; the thin ring runs from 92 to 94.5 of 100
_FEWEST_LETTERS = 3
_LONGEST_ARC = 175.0  # degrees
_LEAST_WEIGHT = 650.0
_SPACING = 0.07  # em
_LARGEST_CAPITALS = 19.0
_SMALLEST_CAPITALS = 11.0
_SIGN_CAPITALS = 11.0


def ring_face(face: Typeface) -> Typeface:
    """The typeface as a ring wants it: spaced, and never thin."""
    setting = face.preset
    heavy = max(dict(setting.axes).get("wght", 0.0), _LEAST_WEIGHT)
    if "wght" in dict(setting.axes):
        setting = setting.weighing(heavy)
    return typeface(setting.spaced(_SPACING))


def fits(face: Typeface, name: str) -> bool:
    """Whether the typeface has the capitals and they are neither lost nor too small on the ring."""
    text = name.upper()
    if len(text) < _FEWEST_LETTERS:
        return False
    return face.covers(text) and _capitals(ring_face(face), text) >= _SMALLEST_CAPITALS


def _capitals(face: Typeface, text: str) -> float:
    """The cap height, in units, at which the text spans at most the longest arc."""
    width = line(face, text).width
    height = _LARGEST_CAPITALS
    while height > _SMALLEST_CAPITALS / 2:
        radius = _OUTER - height
        arc = math.degrees(width * height / face.cap_height / radius)
        if arc <= _LONGEST_ARC:
            return height
        height -= 0.5
    return 0.0


def badge(face: Typeface, name: str, sign: str, motif_id: str) -> Art:
    """The seal in a 100-unit box; `sign` is a short word for the bottom, or empty."""
    text, face = name.upper(), ring_face(face)
    height = _capitals(face, text)
    letters = on_circle(face, text, EM * height / face.cap_height, _OUTER - height, top=True)
    disc = circle(0, 0, 100) - ring(0, 0, 94.5, 2.5) - letters
    reach = _OUTER - height - 6
    main, second = _centre(motif_id, reach)
    art = layers((disc - main, "mark"), (second, "inner"), *_foot(face, sign))
    return placed(art, 0.5, 50, 50)


def _centre(motif_id: str, reach: float) -> tuple[Shape, Shape]:
    """The motif within a circle of the given radius, a little below the middle of the text."""
    drawing = motif(motif_id)
    left, top, right, bottom = drawing.ink.bounds
    scale = min(1.9 * reach / math.hypot(right - left, bottom - top), 1.16 * reach / 50)
    dx, dy = -scale * (left + right) / 2, -scale * (top + bottom) / 2 + 2
    return (
        drawing.main.mapped(scale, 0, 0, scale, dx, dy),
        drawing.second.mapped(scale, 0, 0, scale, dx, dy),
    )


def _foot(face: Typeface, sign: str) -> list[tuple[Shape, Role]]:
    """The sign at the bottom and a dot on either side, between it and the name."""
    dots = union([circle(-76, 24, 3.6), circle(76, 24, 3.6)])
    if not sign or not face.covers(sign):
        return [(dots, "inner")]
    size = EM * _SIGN_CAPITALS / face.cap_height
    return [(dots, "inner"), (on_circle(face, sign, size, _OUTER, top=False), "note")]
