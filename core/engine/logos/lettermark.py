"""An initial in a container: cut out, cropped, striped or on two tones."""

import unicodedata

from core.engine.logos.art import Art, layers
from core.engine.logos.containers import container
from core.engine.logos.fonts import Typeface
from core.engine.logos.geometry import Shape, polygon, rect, union
from core.engine.logos.typeset import cased, line

STYLES = ("knockout", "crop", "stripes", "split", "outline")

_RIM = 8.0  # width of an outlined container

# Letters that stay themselves when they leave the frame; the others read as a cross or as a ring.
_CROPPED = frozenset("hknrBDKPR")
_CROPPING = frozenset({"squircle", "arch"})
_SMALL_HOLD = frozenset({"tooth", "bean", "drop", "shield"})
LIKE_A_TARGET = frozenset("oO0")
# Their bars and bowls run into the slits, or a stem falls apart.
_UNSTRIPED = frozenset("abdeghkqsxæABEFGHJKQRSTXYZ1234589")
_LEAST_STEM = 11.5  # thinner letters fall apart in stripes
_UNSPLIT = frozenset("zXYZ17")  # a stroke of theirs runs along the cut
WELL_KNOWN = frozenset("FPX")  # cut out of a plain shape they are the icons of others
_PLAIN = frozenset({"circle", "squircle"})
_LIKE_A_CROSS = frozenset("Ttf+")  # in these outlines they read as a grave, a crest or a church
_SOLEMN = frozenset({"arch", "circle", "house", "page", "shield"})
_ROUND = frozenset({"bean", "circle", "drop", "squircle"})  # an o in them is a target
_RIGHTS = frozenset("cCpPrR")  # in a ring: copyright, registered, sound recording
_CLOSING = frozenset("xX")  # in a plain outline: the button that closes a window
_TWINS = str.maketrans("ТтХхСсРр×ΤΧ", "TtXxCcPpxTX")  # letters of other scripts
_OVERLAP = 0.8  # how far a hole runs under the colour beside it, so that no seam shows
_CAPITAL = frozenset("tfjlrxy")  # weak or like a cross in lower case


def initial(name: str, face: Typeface) -> str:
    """The first letter or digit as the typeface sets it; letters like a cross become capitals."""
    first = next((char for char in name if char.isalnum()), name[0])
    if first in "iI":
        return "i"  # a capital I reads as a slot
    letter = cased(first, face.preset.case)
    return letter.upper() if plain_letter(letter) in _CAPITAL else letter


def plain_letter(letter: str) -> str:
    """The Latin letter that one looks like but for its marks."""
    return unicodedata.normalize("NFD", letter)[0].translate(_TWINS)


def misread(letter: str, container_id: str, style: str) -> bool:
    """Whether the letter in the container is a known sign: a cross, a right, a button, a target."""
    plain = plain_letter(letter)
    if plain in _LIKE_A_CROSS:
        return container_id in _SOLEMN or style == "crop"
    if plain in _RIGHTS:
        return container_id == "circle" or (container_id == "squircle" and style == "outline")
    if plain in LIKE_A_TARGET:
        return container_id in _ROUND or style != "outline"
    return plain in _CLOSING and container_id in _PLAIN


def styles_for(face: Typeface, letter: str, container_id: str) -> tuple[str, ...]:
    """The styles that suit a letter in a container, all but the outline; at least one."""
    letter = plain_letter(letter)
    if letter == "i":
        return ("knockout",)
    suited = [style for style in STYLES[:-1] if _suits(style, face, letter, container_id)]
    return tuple(suited) or ("knockout",)


def _suits(style: str, face: Typeface, letter: str, container_id: str) -> bool:
    if style == "split":
        return letter not in _UNSPLIT
    if style == "knockout":
        known = letter in WELL_KNOWN and container_id in _PLAIN
        return letter not in LIKE_A_TARGET and not known
    if face.serif or container_id in _SMALL_HOLD:
        return False
    if style == "crop":
        return letter in _CROPPED and container_id in _CROPPING
    return letter not in _UNSTRIPED and face.stem >= _LEAST_STEM


def letter_shape(face: Typeface, letter: str) -> Shape:
    """The outline of one letter."""
    return line(face, letter).shape


def lettermark(face: Typeface, letter: str, container_id: str, style: str) -> Art:
    """The letter in the container in one of `STYLES`."""
    holder = container(container_id)
    shape = letter_shape(face, letter)
    if style == "crop":
        return _cropped(shape, holder.shape)
    fitted = shape.fitted(holder.centre, holder.width * 1.06, holder.height * 1.06)
    if style == "stripes":
        fitted -= _slits(fitted)
    if style == "outline":
        rim = holder.shape - holder.shape.shrunk(_RIM)
        return layers((rim, "mark"), (fitted.scaled(0.94, fitted.centre), "strong"))
    if style == "split":
        return _split(fitted, holder.shape)
    return layers((holder.shape - fitted, "mark"))


def _split(letter: Shape, holder: Shape) -> Art:
    """The letter cut out above the diagonal that rises to the right, painted below it."""
    left, top, right, bottom = letter.bounds
    below = polygon([(right, top), (right, bottom), (left, bottom)])
    hole = letter - below.moved(_OVERLAP, _OVERLAP)
    return layers((holder - hole, "mark"), (letter & below, "inner"))


def _cropped(shape: Shape, holder: Shape) -> Art:
    """The letter so large that the container crops it below and on the right."""
    left, top, right, bottom = holder.bounds
    width, height = right - left, bottom - top
    scale = min(1.02 * width / shape.width, 1.12 * height / shape.height)
    x, y = shape.bounds[0], shape.bounds[1]
    large = shape.mapped(
        scale, 0, 0, scale, left + 0.2 * width - scale * x, top + 0.16 * height - scale * y
    )
    return layers((holder, "mark"), (large & holder, "inner"))


def _slits(letter: Shape) -> Shape:
    """Horizontal slits through the lower half that widen downwards."""
    left, top, right, bottom = letter.bounds
    height = bottom - top
    slits = []
    for place, width in ((0.46, 0.045), (0.6, 0.06), (0.755, 0.075)):
        slits.append(rect(left - 1, top + place * height, right - left + 2, width * height))
    return union(slits)
