"""Wordmarks with one gesture: a single drawn idea within the set name."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.engine.logos.art import Art, Layer, bounds, layers, placed
from core.engine.logos.fonts import EM, Typeface, preset, typeface
from core.engine.logos.geometry import Shape, group, lens, polygon, stroke
from core.engine.logos.ideas import noun
from core.engine.logos.layout import Word
from core.engine.logos.lettermark import initial, letter_shape
from core.engine.logos.motifs.nature import drop_body, flame_body
from core.engine.logos.motifs.signs import heart_body
from core.engine.logos.motifs.sky import star_body
from core.engine.logos.symbols import bare, cut_out
from core.engine.logos.typeset import Line, cased, line
from core.engine.logos.words import reference_height, set_lines

_LEADING = 1.0
_LONGEST_HALVES = 16  # letters that two weights can hold together
_ROUND = ("aperture", "compass", "smile", "wheel", "ripple", "wave", "scope")
_SMALL = ("leaf", "drop", "heart", "star", "moon", "paw", "flame", "spark", "bird", "petal", "bean")
_LEAST_STEM = 0.11 * EM  # thinner letters fall apart when cut
_SLIT = frozenset("AHKMNVWX")
_TECHNICAL = frozenset({"devtools", "data", "security", "robotics"})


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


def _block(face: Typeface, art: Art, text: str, lines: int = 1) -> Word:
    base = (lines - 1) * _LEADING * EM
    return Word(art, -reference_height(face, text), base, len(text), lines)


def _stop_shape(face: Typeface) -> Shape:
    """The full stop of the typeface, a little larger than it is in text."""
    dot = letter_shape(face, ".")
    return dot.scaled(1.16, (dot.bounds[0], dot.bounds[3]))


def _initial_with_stop(request: Request, face: Typeface | None = None) -> Art:
    """The initial and the full stop: the symbol of a wordmark without a picture."""
    face = face or request.face
    letter = letter_shape(face, initial(request.name, face))
    dot = _stop_shape(face)
    at = letter.bounds[2] - dot.bounds[0] + 0.05 * EM
    return layers((letter, "strong"), (dot.moved(at, 0), "second"))


def stop(request: Request) -> Gesture | None:
    """The name ends in a full stop of the second colour."""
    if not request.name[-1].isalnum():
        return None
    lines = set_lines(request.face, request.name)
    art: list[Layer] = []
    for index, each in enumerate(lines):
        art.append(Layer(each.shape.moved(0, index * _LEADING * EM), "word"))
    dot = _stop_shape(request.face)
    air = 0.035 * EM + max(0.0, 0.6 * request.face.preset.tracking * EM)
    x = art[-1].shape.bounds[2] - dot.bounds[0] + air
    mark = Layer(dot.moved(x, (len(lines) - 1) * _LEADING * EM), "second")
    word_layer = Layer(group(layer.shape for layer in art), "word")
    text = cased(request.name, request.face.preset.case)
    word = _block(request.face, (word_layer, mark), text, len(lines))
    idea = "The name, full stop: a single point of colour makes a plain word a signature."
    return Gesture("stop", word, _initial_with_stop(request), idea)


def two_weights(request: Request) -> Gesture | None:
    """Both halves of a compound in one line, told apart by weight and colour."""
    weights = request.face.preset.two_weights
    halves = _halves(request)
    if weights is None or halves is None:
        return None
    heavy, light = (typeface(request.face.preset.weighing(weight)) for weight in weights)
    first, second = line(heavy, halves[0]), line(light, halves[1])
    gap = first.width + heavy.preset.tracking * EM + (0.22 * EM if " " in request.name else 0)
    art = layers((first.shape, "strong"), (second.shape.moved(gap, 0), "word"))
    word = _block(heavy, art, "".join(halves))
    idea = f"One word in two weights: “{halves[0]}” carries, “{halves[1]}” follows."
    return Gesture("two-weights", word, _initial_with_stop(request, heavy), idea)


def _halves(request: Request) -> tuple[str, str] | None:
    """The two parts as the name spells them, when it is exactly made of them."""
    solid = request.name.replace(" ", "")
    if len(request.parts) != 2 or "".join(request.parts).lower() != solid.lower():
        return None
    cut = len(request.parts[0])
    if len(solid) > _LONGEST_HALVES or min(cut, len(solid) - cut) < 3:
        return None
    text = cased(request.name, request.face.preset.case)
    return text[:cut].strip(), text[cut:].strip()


def motif_letter(request: Request) -> Gesture | None:
    """A round o becomes a round motif."""
    chosen = next((each for each in request.motifs if each in _ROUND + _SMALL), None)
    set_line = _single_line(request)
    if chosen is None or set_line is None:
        return None
    place = _round_letter(set_line)
    if place is None:
        return None
    picture = bare(chosen) if chosen in _ROUND else cut_out(chosen, "circle")
    left, top, right, bottom = set_line.glyphs[place].shape.bounds
    disc = _fit(picture, (left + right) / 2, (top + bottom) / 2, bottom - top)
    rest = group(glyph.shape for glyph in set_line.glyphs if glyph is not set_line.glyphs[place])
    word = _block(request.face, (*layers((rest, "word")), *disc), _text(set_line))
    letter = set_line.glyphs[place].text
    idea = f"The letter {letter} of the name becomes {noun(chosen)}."
    return Gesture("motif-letter", word, bare(chosen), idea, chosen)


def _round_letter(set_line: Line) -> int | None:
    """The index of an o that is as wide as it is high, not the first letter."""
    for index, glyph in enumerate(set_line.glyphs):
        if index and glyph.text in "oO":
            ratio = glyph.shape.width / glyph.shape.height
            if 0.86 <= ratio <= 1.16:
                return index
    return None


def _fit(art: Art, x: float, y: float, size: float) -> Art:
    left, top, right, bottom = bounds(art)
    scale = size / max(right - left, bottom - top)
    return placed(art, scale, x - scale * (left + right) / 2, y - scale * (top + bottom) / 2)


def _single_line(request: Request) -> Line | None:
    lines = set_lines(request.face, request.name)
    return lines[0] if len(lines) == 1 else None


def _text(set_line: Line) -> str:
    return "".join(glyph.text for glyph in set_line.glyphs)


def tittle(request: Request) -> Gesture | None:
    """The dot of an i or j becomes a small sign."""
    set_line = _single_line(request)
    if set_line is None:
        return None
    for index, glyph in enumerate(set_line.glyphs):
        parts = glyph.shape.contours()
        if glyph.text not in "ij" or len(parts) != 2:
            continue
        dot, stem = sorted(parts, key=lambda part: part.bounds[3])
        others = [each.shape for at, each in enumerate(set_line.glyphs) if at != index]
        sign, called = _small_sign(request.motifs)
        sign = sign.fitted(dot.centre, dot.height * 1.6).moved(0, -0.22 * dot.height)
        rest = group([*others, stem])
        if not (sign.grown(2.2) & rest).empty:
            continue
        art = layers((rest, "word"), (sign, "second"))
        word = _block(request.face, art, _text(set_line))
        idea = f"{called} in place of the dot: one small sign of colour over the {glyph.text}."
        return Gesture("tittle", word, _dotted_symbol(request, sign, stem, glyph.text), idea)
    return None


def _dotted_symbol(request: Request, sign: Shape, stem: Shape, letter: str) -> Art:
    """The dotted letter itself when the name starts with it, else the initial with a full stop."""
    if request.name[0].lower() != letter:
        return _initial_with_stop(request)
    larger = sign.scaled(1.25, (sign.centre[0], sign.bounds[3]))
    return layers((stem, "strong"), (larger, "second"))


def _small_sign(motifs: Sequence[str]) -> tuple[Shape, str]:
    """The first motif that reads at the size of a dot, or a diamond; with its name."""
    for each in motifs:
        if each in _TINY:
            drawing, called = _TINY[each]
            return drawing(), called
    return polygon([(50, 0), (100, 50), (50, 100), (0, 50)], 4), "A diamond"


def _tiny_leaf() -> Shape:
    return lens((10, 90), (90, 10), 0.26)


_TINY: dict[str, tuple[Callable[[], Shape], str]] = {
    "leaf": (_tiny_leaf, "A leaf"),
    "sprout": (_tiny_leaf, "A leaf"),
    "oak": (_tiny_leaf, "A leaf"),
    "drop": (drop_body, "A drop"),
    "wave": (drop_body, "A drop"),
    "ripple": (drop_body, "A drop"),
    "heart": (heart_body, "A heart"),
    "star": (star_body, "A star"),
    "flame": (flame_body, "A flame"),
}


def slit(request: Request) -> Gesture | None:
    """A diagonal slit through the initial, its foot in colour."""
    set_line = _single_line(request)
    if set_line is None or request.face.serif or _stem(request.face) < _LEAST_STEM:
        return None
    if request.name[0] not in _SLIT:
        return None
    first, rest = set_line.glyphs[0].shape, group(each.shape for each in set_line.glyphs[1:])
    upper, lower = _slit_halves(first)
    word = _block(
        request.face, layers((group([rest, upper]), "word"), (lower, "strong")), _text(set_line)
    )
    symbol = letter_shape(request.face, initial(request.name, request.face))
    top, foot = _slit_halves(symbol)
    idea = "A clean diagonal cut through the initial, its foot in colour."
    return Gesture("slit", word, layers((top, "word"), (foot, "strong")), idea)


def _stem(face: Typeface) -> float:
    """The width of an upright stroke."""
    return letter_shape(face, "l").width


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


def chevron(request: Request) -> Gesture | None:
    """A prompt before the name, for tools that are typed."""
    set_line = _single_line(request)
    if request.trade not in _TECHNICAL or set_line is None or request.face.serif:
        return None
    height = request.face.x_height
    weight = letter_shape(request.face, "l").width * 1.02
    sign = stroke(weight, (0, -height * 0.92), (height * 0.46, -height * 0.5), (0, -height * 0.08))
    shift = sign.bounds[2] + 0.16 * EM
    art = layers((sign, "second"), (set_line.shape.moved(shift, 0), "word"))
    letter = letter_shape(request.face, initial(request.name, request.face))
    symbol = layers((sign, "second"), (letter.moved(shift - letter.bounds[0], 0), "strong"))
    word = _block(request.face, art, _text(set_line))
    return Gesture(
        "chevron", word, symbol, "A prompt before the name: the tool is ready for input."
    )


def ampersand(request: Request) -> Gesture | None:
    """The & of the name in a second typeface and in colour."""
    set_line = _single_line(request)
    if set_line is None or "&" not in _text(set_line):
        return None
    guest = typeface(preset("fraunces-display"))
    if guest.preset.family == request.face.preset.family:
        guest = typeface(preset("cormorant-title"))
    own = next(glyph for glyph in set_line.glyphs if glyph.text == "&")
    sign = letter_shape(guest, "&")
    x, y = own.shape.centre
    sign = sign.fitted((x, y), own.shape.width, own.shape.height)
    rest = group(glyph.shape for glyph in set_line.glyphs if glyph is not own)
    word = _block(request.face, layers((rest, "word"), (sign, "strong")), _text(set_line))
    return Gesture("ampersand", word, layers((sign, "strong")), "The ampersand joins both halves.")


def plain(request: Request) -> Gesture:
    """The set name as it is: for names that end in a sign of their own."""
    lines = set_lines(request.face, request.name)
    shape = group(each.shape.moved(0, at * _LEADING * EM) for at, each in enumerate(lines))
    text = cased(request.name, request.face.preset.case)
    word = _block(request.face, layers((shape, "strong")), text, len(lines))
    letter = letter_shape(request.face, initial(request.name, request.face))
    idea = "The name in one colour, set with care and nothing added."
    return Gesture("plain", word, layers((letter, "strong")), idea)


# Each maker answers None when the name does not allow its gesture; the number is its weight.
GESTURES: tuple[tuple[Callable[[Request], Gesture | None], float], ...] = (
    (ampersand, 12),
    (motif_letter, 3),
    (tittle, 2.5),
    (two_weights, 3),
    (chevron, 1.5),
    (slit, 0.6),
    (stop, 1.2),
)


def gestures(request: Request, rng: random.Random) -> Iterator[Gesture]:
    """All gestures that the name allows, in a weighted random order, the plain name last."""
    for make, _ in sorted(GESTURES, key=lambda each: -(rng.random() ** (1 / each[1]))):
        made = make(request)
        if made is not None:
            yield made
    yield plain(request)
