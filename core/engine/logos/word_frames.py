"""Wordmark gestures that set a plain shape with the name: a label around it, a cursor after it."""

from core.engine.logos.art import layers
from core.engine.logos.fonts import EM
from core.engine.logos.geometry import rect
from core.engine.logos.gesture import (
    Gesture,
    Request,
    block,
    initial_shape,
    single_line,
    text_of,
)
from core.engine.logos.lettermark import LIKE_A_TARGET, WELL_KNOWN, initial
from core.engine.logos.words import reference_height

TECHNICAL = frozenset({"devtools", "data", "security", "robotics"})
_SHORTEST_LABEL, _LONGEST_LABEL = 3, 12  # letters
_ROUNDED = frozenset({"comfortaa", "fredoka", "quicksand"})
_SIDE_AIR, _UPPER_AIR = 0.5, 0.42  # from the letters to the edge of a label, in capitals
_LEAST_AIR = 0.22  # from a descender to the edge
_SYMBOL_LETTER = 0.66  # share of the square


def label(request: Request) -> Gesture | None:
    """The name cut out of one solid bar with the corners of its typeface."""
    set_line, face = single_line(request), request.face
    if set_line is None or face.hairline:
        return None
    if not _SHORTEST_LABEL <= len(request.name) <= _LONGEST_LABEL:
        return None
    letter = initial(request.name, face)
    if letter in WELL_KNOWN | LIKE_A_TARGET:
        return None
    shape, capital = set_line.shape, face.cap_height
    left, top, right, bottom = shape.bounds
    rise = reference_height(face, text_of(set_line)) / 2
    reach = max(-rise - top, bottom + rise)
    half = max(rise + _UPPER_AIR * capital, reach + _LEAST_AIR * capital)
    air = _SIDE_AIR * capital
    bar = rect(left - air, -rise - half, right - left + 2 * air, 2 * half, _corner(request) * half)
    word = block(face, layers((bar - shape, "mark")), text_of(set_line))
    tile = rect(0, 0, 100, 100, 50 * min(0.5, _corner(request)))
    size = 100 * _SYMBOL_LETTER
    sign = initial_shape(request).fitted((50, 50), size, size)
    idea = "The name as a label: one solid shape, ready for a box, a shirt or a door."
    return Gesture("label", word, layers((tile - sign, "mark")), idea)


def _corner(request: Request) -> float:
    """The corner radius as a share of half the height: round type gets round ends."""
    if request.face.serif:
        return 0.0
    return 1.0 if request.face.preset.family in _ROUNDED else 0.3


def cursor(request: Request) -> Gesture | None:
    """An underscore after the name, for tools that are typed."""
    set_line, face = single_line(request), request.face
    if request.trade not in TECHNICAL or set_line is None or face.serif:
        return None
    weight = 0.9 * face.stem
    sign = rect(0, -weight, 0.46 * EM, weight)
    art = layers(
        (set_line.shape, "word"),
        (sign.moved(set_line.shape.bounds[2] + 0.09 * EM, 0), "second"),
    )
    word = block(face, art, text_of(set_line))
    letter = initial_shape(request)
    symbol = layers((letter, "mark"), (sign.moved(letter.bounds[2] + 0.07 * EM, 0), "second"))
    idea = "A cursor after the name: the next line is yours to write."
    return Gesture("cursor", word, symbol, idea)
