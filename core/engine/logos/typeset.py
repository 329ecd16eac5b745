"""Text as shapes: kerned lines, broken names and words on a circle."""

import math
import unicodedata
from dataclasses import dataclass

import uharfbuzz as hb

from core.engine.logos.fonts import EM, Case, Typeface
from core.engine.logos.geometry import Point, Shape, group

_FEATURES = {"kern": True, "liga": False, "dlig": False, "calt": True}
_INVISIBLE = ("Cc", "Cf", "Cs")  # controls, format characters, lone surrogates
_LONGEST_CAPITALS = 14
_LONGEST_LINE = 14


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter in place: `index` is its place in the text, `pen` its origin on the baseline."""

    text: str
    index: int
    shape: Shape
    pen: float
    advance: float


@dataclass(frozen=True, slots=True)
class Line:
    """A set line that starts at (0, 0)."""

    face: Typeface
    glyphs: tuple[Glyph, ...]
    width: float

    @property
    def shape(self) -> Shape:
        """All letters side by side."""
        return group(glyph.shape for glyph in self.glyphs)


def normalised(text: str) -> str:
    """A name in composed Unicode with single spaces, without invisible or broken characters."""
    composed = unicodedata.normalize("NFC", text)
    visible = (c for c in composed if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(visible).split())


def cased(name: str, case: Case) -> str:
    """The name in the case of a preset, unless its own capitals carry meaning ("McKay", "IKO")."""
    plain = all(word[1:] == word[1:].lower() for word in name.split())
    if case == "lower" and plain and len(name.lower()) == len(name):
        return name.lower()
    if case == "upper" and len(name) <= _LONGEST_CAPITALS and len(name.upper()) == len(name):
        return name.upper()
    return name


def line(face: Typeface, text: str) -> Line:
    """The text set in one line at the size `EM`, with kerning and the tracking of the preset."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(face.font, buffer, _FEATURES)
    glyphs = []
    pen = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        advance = position.x_advance * face.scale + face.preset.tracking * EM
        at = pen + position.x_offset * face.scale
        shape = face.outline(info.codepoint).moved(at, -position.y_offset * face.scale)
        glyphs.append(Glyph(text[info.cluster], info.cluster, shape, pen, advance))
        pen += advance
    return Line(face, tuple(glyphs), pen - face.preset.tracking * EM)


def broken(name: str) -> list[str]:
    """A long name of several words as two or three lines of even length."""
    words = name.split()
    if len(name) <= _LONGEST_LINE or len(words) == 1:
        return [name]
    target = len(name) / min(3, math.ceil(len(name) / (_LONGEST_LINE * 1.25)), len(words))
    lines = [words[0]]
    for word in words[1:]:
        if abs(len(lines[-1]) + len(word) + 1 - target) <= abs(len(lines[-1]) - target):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def on_circle(face: Typeface, text: str, size: float, radius: float, *, top: bool) -> Shape:
    """Text around (0, 0), centred at the top (read clockwise) or at the bottom.

    `size` is the em in units; `radius` is that of the baseline.
    """
    set_line = line(face, text)
    scale = size / EM
    shapes = []
    for glyph in set_line.glyphs:
        if glyph.shape.empty:
            continue
        middle = glyph.pen + (glyph.advance - face.preset.tracking * EM) / 2
        angle = (middle - set_line.width / 2) * scale / radius
        letter = glyph.shape.moved(-middle, 0).scaled(scale)
        turn = math.degrees(angle if top else -angle)
        lift = -radius if top else radius
        shapes.append(letter.moved(0, lift).turned(turn, _ORIGIN))
    return group(shapes)


_ORIGIN: Point = (0.0, 0.0)
