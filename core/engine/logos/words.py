"""A name set as one plain block: the word of a lockup."""

from core.engine.logos.art import Layer
from core.engine.logos.fonts import EM, Typeface
from core.engine.logos.geometry import group
from core.engine.logos.layout import Word
from core.engine.logos.typeset import Line, broken, cased, line

_LEADING = 1.02


def set_lines(face: Typeface, name: str) -> list[Line]:
    """The name in the case of the typeface, one set line for each of its broken lines."""
    return [line(face, part) for part in broken(cased(name, face.preset.case))]


def reference_height(face: Typeface, text: str) -> float:
    """The height that the eye takes for a line: capitals, or the mean with x for lowercase."""
    if any(char.isupper() or char.isdigit() for char in text[:1]) or text.isupper():
        return face.cap_height
    return (face.cap_height + face.x_height) / 2


def word(face: Typeface, name: str, *, centred: bool = False) -> Word:
    """The name as a block of one to three lines, flush left or centred."""
    lines = set_lines(face, name)
    width = max(each.width for each in lines)
    art = []
    for index, each in enumerate(lines):
        shift = (width - each.width) / 2 if centred else 0.0
        art.append(Layer(each.shape.moved(shift, index * _LEADING * EM), "word"))
    merged = (Layer(group(layer.shape for layer in art), "word"),)
    text = cased(name, face.preset.case)
    top = -reference_height(face, text)
    base = (len(lines) - 1) * _LEADING * EM
    loose = max(0.0, 1.5 * face.preset.tracking * EM)
    return Word(merged, top, base, len(name), len(lines), loose)
