"""What every wordmark gesture takes and gives, and the small symbols they share."""

from dataclasses import dataclass

from core.engine.logos.art import Art, layers
from core.engine.logos.fonts import EM, Typeface
from core.engine.logos.geometry import Shape
from core.engine.logos.layout import Word
from core.engine.logos.lettermark import initial, letter_shape
from core.engine.logos.typeset import Line, cased, line
from core.engine.logos.words import reference_height, set_lines

LEADING = 1.0
_TUCK = 0.08 * EM  # how far a full stop may slip under the arm of an r or a T
_AIR = 0.045 * EM  # least distance of a full stop from the letter before it
_BRACED = 0.012 * EM  # rim that keeps a hairline face visible in a small symbol


@dataclass(frozen=True, slots=True)
class Request:
    """What a gesture may use: `motifs` are the brand's ideas, best first."""

    face: Typeface
    name: str
    parts: tuple[str, ...]
    motifs: tuple[str, ...]
    trade: str


@dataclass(frozen=True, slots=True)
class Gesture:
    """A finished wordmark, its small symbol and what was done, in words."""

    id: str
    word: Word
    symbol: Art
    idea: str
    motif: str | None = None


def block(face: Typeface, art: Art, text: str, lines: int = 1) -> Word:
    """A drawn name as a word of the layout."""
    base = (lines - 1) * LEADING * EM
    return Word(art, -reference_height(face, text), base, len(text), lines)


def stop_shape(face: Typeface) -> Shape:
    """The full stop of the typeface, a little larger than it is in text."""
    dot = letter_shape(face, ".")
    return dot.scaled(1.16, (dot.bounds[0], dot.bounds[3]))


def beside(sign: Shape, before: Shape, tracking: float = 0.0) -> Shape:
    """A sign on the baseline as near to the shape before it as the eye allows.

    `tracking` is the letter spacing of the word in em; wide words keep their signs wide.
    """
    air = _AIR + max(0.0, 0.6 * tracking * EM)
    x = before.bounds[2] - sign.bounds[0] - (_TUCK if tracking <= 0 else 0.0)
    while not (sign.moved(x, 0).grown(air) & before).empty:
        x += 0.01 * EM
    return sign.moved(x, 0)


def initial_shape(request: Request, face: Typeface | None = None) -> Shape:
    """The initial for a small symbol; a hairline face is braced so that it does not vanish."""
    face = face or request.face
    letter = letter_shape(face, initial(request.name, face))
    return letter.grown(_BRACED) if face.hairline else letter


def initial_alone(request: Request, face: Typeface | None = None) -> Art:
    """The initial: the symbol of a wordmark whose gesture is too fine for a small square."""
    return layers((initial_shape(request, face), "mark"))


def initial_with(request: Request, sign: Shape) -> Art:
    """The initial and the sign of the gesture after it."""
    letter = initial_shape(request)
    return layers((letter, "mark"), (beside(sign, letter), "second"))


def two_letters(request: Request) -> Art:
    """The first two letters of the name as they are set, or the only one."""
    letters = "".join(char for char in request.name if char.isalnum())[:2] or request.name[0]
    return layers((line(request.face, cased(letters, request.face.preset.case)).shape, "mark"))


def single_line(request: Request) -> Line | None:
    """The set name, or None when it takes more than one line."""
    lines = set_lines(request.face, request.name)
    return lines[0] if len(lines) == 1 else None


def text_of(set_line: Line) -> str:
    """The name as it is set."""
    return "".join(glyph.text for glyph in set_line.glyphs)
