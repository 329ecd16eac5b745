"""Wordmark gestures that colour one part of one letter: the bar of a T or the foot."""

from core.engine.logos.art import layers
from core.engine.logos.fonts import EM
from core.engine.logos.geometry import Shape, group, polygon, rect, stroke
from core.engine.logos.gesture import (
    Gesture,
    Request,
    block,
    initial_shape,
    single_line,
    text_of,
)
from core.engine.logos.lettermark import initial, letter_shape

_LEAST_STEM = 0.12 * EM  # thinner letters fall apart when cut
_SLIT = frozenset("ADHLUVbdhnu")  # the others lose a bar or an eye, or have slants of their own
_ARM = 0.2  # where the arm of a T is measured, as a share of its width
_SEAM = 0.5  # how far a letter runs under the colour beside it, so that no seam shows


def bar(request: Request) -> Gesture | None:
    """The bar of an initial T is coloured."""
    set_line = single_line(request)
    if set_line is None or set_line.glyphs[0].text != "T":
        return None
    if request.face.serif or request.face.stem < _LEAST_STEM:
        return None
    stem, top = _stem_and_bar(set_line.glyphs[0].shape)
    rest = group([stem, *(each.shape for each in set_line.glyphs[1:])])
    word = block(request.face, layers((rest, "word"), (top, "strong")), text_of(set_line))
    foot, roof = _stem_and_bar(initial_shape(request))
    symbol = layers((foot, "word"), (roof, "strong"))
    idea = "The bar of the T in colour: a roof over the first letter."
    return Gesture("bar", word, symbol, idea)


def _stem_and_bar(letter: Shape) -> tuple[Shape, Shape]:
    """A capital T in two; the stem runs a little under the bar."""
    left, top, right, bottom = letter.bounds
    arm = letter & rect(left + _ARM * letter.width, top - 1, 1, bottom - top + 2)
    edge = arm.bounds[3]
    above = rect(left - 1, top - 1, right - left + 2, edge - top + 1)
    below = rect(left - 1, edge - _SEAM, right - left + 2, bottom - edge + 1 + _SEAM)
    return letter & below, letter & above


def slit(request: Request) -> Gesture | None:
    """A diagonal slit through the initial, its foot in colour."""
    set_line = single_line(request)
    if set_line is None or request.face.serif or request.face.stem < _LEAST_STEM:
        return None
    if set_line.glyphs[0].text not in _SLIT:
        return None
    first, rest = set_line.glyphs[0].shape, group(each.shape for each in set_line.glyphs[1:])
    upper, lower = _slit_halves(first)
    word = block(
        request.face, layers((group([rest, upper]), "word"), (lower, "strong")), text_of(set_line)
    )
    symbol = letter_shape(request.face, initial(request.name, request.face))
    top, foot = _slit_halves(symbol)
    idea = "A clean diagonal cut through the initial, its foot in colour."
    return Gesture("slit", word, layers((top, "word"), (foot, "strong")), idea)


def _slit_halves(letter: Shape) -> tuple[Shape, Shape]:
    """What lies above and below a slit that rises to the right through the lower half."""
    left, top, right, bottom = letter.bounds
    start, end = top + 0.78 * (bottom - top), top + 0.42 * (bottom - top)
    cut = stroke(
        0.055 * EM,
        (left - 20, start + 0.2 * (start - end)),
        (right + 20, end - 0.2 * (start - end)),
    )
    below = polygon(
        [
            (left - 20, start + 0.2 * (start - end)),
            (right + 20, end - 0.2 * (start - end)),
            (right + 20, bottom + 20),
            (left - 20, bottom + 20),
        ]
    )
    whole = letter - cut
    return whole - below, whole & below
