"""Wordmarks with one gesture: a single drawn idea within the set name."""

import random
from collections.abc import Callable, Iterator, Sequence

from core.engine.logos.art import Art, Layer, bounds, layers, placed
from core.engine.logos.fonts import EM, Typeface, preset, typeface
from core.engine.logos.geometry import Shape, group, lens, polygon, stroke
from core.engine.logos.gesture import (
    LEADING,
    Gesture,
    Request,
    beside,
    block,
    initial_alone,
    initial_shape,
    initial_with,
    single_line,
    stop_shape,
    text_of,
)
from core.engine.logos.ideas import noun
from core.engine.logos.letter_parts import bar, slit
from core.engine.logos.lettermark import letter_shape
from core.engine.logos.motifs.base import LINE
from core.engine.logos.motifs.nature import drop_body, flame_body
from core.engine.logos.motifs.signs import heart_body
from core.engine.logos.motifs.sky import star_body
from core.engine.logos.symbols import bare, cut_out
from core.engine.logos.typeset import Line, cased, line
from core.engine.logos.word_frames import TECHNICAL, cursor, label
from core.engine.logos.words import set_lines

_LONGEST_HALVES = 16  # letters that two weights can hold together
_ROUND = ("aperture", "compass", "smile", "wheel", "ripple", "wave", "scope")
_LINED = frozenset({"compass", "scope"})
_MOST_GROWN = 3.5
_SMALL = ("leaf", "drop", "heart", "star", "moon", "paw", "flame", "spark", "bird", "petal", "bean")
_LONGEST_SIGNED = 14  # letters; in longer names a dot or an o is too small to show a sign
_LIKE_A_COMMA = ("A pair of leaves", "A drop")  # when they stand on the baseline
_GUEST_WEIGHT = 700.0  # of the second typeface's ampersand


def stop(request: Request) -> Gesture | None:
    """The name ends in a full stop of the second colour."""
    if not request.name[-1].isalnum():
        return None
    lines = set_lines(request.face, request.name)
    art: list[Layer] = []
    for index, each in enumerate(lines):
        art.append(Layer(each.shape.moved(0, index * LEADING * EM), "word"))
    dot = beside(stop_shape(request.face), lines[-1].glyphs[-1].shape, request.face.preset.tracking)
    mark = Layer(dot.moved(0, (len(lines) - 1) * LEADING * EM), "second")
    word_layer = Layer(group(layer.shape for layer in art), "word")
    text = cased(request.name, request.face.preset.case)
    word = block(request.face, (word_layer, mark), text, len(lines))
    idea = "The name, full stop: a single point of colour makes a plain word a signature."
    return Gesture("stop", word, initial_with(request, stop_shape(request.face)), idea)


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
    word = block(heavy, art, "".join(halves))
    idea = f"One word in two weights: “{halves[0]}” carries, “{halves[1]}” follows."
    return Gesture("two-weights", word, initial_alone(request, heavy), idea)


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
    suited = _ROUND if request.face.hairline else _ROUND + _SMALL  # a full disc is too heavy
    chosen = next((each for each in request.motifs if each in suited), None)
    set_line = single_line(request)
    if chosen is None or set_line is None or len(request.name) > _LONGEST_SIGNED:
        return None
    place = _round_letter(set_line)
    if place is None:
        return None
    left, top, right, bottom = set_line.glyphs[place].shape.bounds
    disc = _fit(
        _picture(chosen, request.face, bottom - top),
        (left + right) / 2,
        (top + bottom) / 2,
        bottom - top,
    )
    rest = group(glyph.shape for glyph in set_line.glyphs if glyph is not set_line.glyphs[place])
    word = block(request.face, (*layers((rest, "word")), *disc), text_of(set_line))
    letter = set_line.glyphs[place].text
    idea = f"The letter {letter} of the name becomes {noun(chosen)}."
    return Gesture("motif-letter", word, bare(chosen), idea, chosen)


def _picture(motif_id: str, face: Typeface, height: float) -> Art:
    """The motif as a disc; its lines as heavy as the strokes of letters of the height."""
    if motif_id not in _ROUND:
        return cut_out(motif_id, "circle")
    more = 0.0
    if motif_id in _LINED:
        more = (100 * face.stem / height - LINE) / 2
    return tuple(
        Layer(layer.shape.grown(min(more, _MOST_GROWN)) if more > 0 else layer.shape, layer.role)
        for layer in bare(motif_id)
    )


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


def tittle(request: Request) -> Gesture | None:
    """The dot of an i or j becomes a small sign."""
    set_line = single_line(request)
    if set_line is None or len(request.name) > _LONGEST_SIGNED:
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
        word = block(request.face, art, text_of(set_line))
        idea = f"{called} in place of the dot: one small sign of colour over the {glyph.text}."
        return Gesture("tittle", word, _dotted_symbol(request, called, sign, stem), idea)
    return None


def _dotted_symbol(request: Request, called: str, sign: Shape, stem: Shape) -> Art:
    """The dotted letter when it is the initial; else the initial with the sign after it."""
    if request.name[0] in "iIjJ":
        larger = sign.scaled(1.25, (sign.centre[0], sign.bounds[3]))
        return layers((stem, "mark"), (larger, "second"))
    if called in _LIKE_A_COMMA:
        return initial_alone(request)
    size = 1.5 * stop_shape(request.face).width
    return initial_with(request, sign.fitted((0, -size / 2), size))


def _small_sign(motifs: Sequence[str]) -> tuple[Shape, str]:
    """The first motif that reads at the size of a dot, or a diamond; with its name."""
    for each in motifs:
        if each in _TINY:
            drawing, called = _TINY[each]
            return drawing(), called
    return polygon([(50, 0), (100, 50), (50, 100), (0, 50)], 4), "A diamond"


def _tiny_leaves() -> Shape:
    """A large leaf and a small one; over an i, one alone is an acute and two equal ones a caron."""
    return lens((44, 96), (98, 6), 0.31) + lens((47, 96), (4, 46), 0.33)


_TINY: dict[str, tuple[Callable[[], Shape], str]] = {
    "leaf": (_tiny_leaves, "A pair of leaves"),
    "sprout": (_tiny_leaves, "A pair of leaves"),
    "oak": (_tiny_leaves, "A pair of leaves"),
    "drop": (drop_body, "A drop"),
    "wave": (drop_body, "A drop"),
    "ripple": (drop_body, "A drop"),
    "heart": (heart_body, "A heart"),
    "star": (star_body, "A star"),
    "flame": (flame_body, "A flame"),
}


def chevron(request: Request) -> Gesture | None:
    """A prompt before the name, for tools that are typed."""
    set_line = single_line(request)
    if request.trade not in TECHNICAL or set_line is None or request.face.serif:
        return None
    small = any(char.islower() for char in text_of(set_line))
    height = request.face.x_height if small else request.face.cap_height
    weight = 0.95 * request.face.stem
    sign = stroke(weight, (0, -height * 0.9), (height * 0.44, -height * 0.5), (0, -height * 0.1))
    shift = sign.bounds[2] + 0.16 * EM
    art = layers((sign, "second"), (set_line.shape.moved(shift, 0), "word"))
    letter = initial_shape(request)
    symbol = layers((sign, "second"), (letter.moved(shift - letter.bounds[0], 0), "mark"))
    word = block(request.face, art, text_of(set_line))
    return Gesture(
        "chevron", word, symbol, "A prompt before the name: the tool is ready for input."
    )


def ampersand(request: Request) -> Gesture | None:
    """The & of the name in a second typeface and in colour."""
    set_line = single_line(request)
    if set_line is None or "&" not in text_of(set_line):
        return None
    guest = typeface(preset("fraunces-display").weighing(_GUEST_WEIGHT))
    if guest.preset.family == request.face.preset.family:
        guest = typeface(preset("cormorant-title"))
    at = text_of(set_line).index("&")
    own = set_line.glyphs[at]
    sign = letter_shape(guest, "&")
    middle = (own.shape.centre[0], own.shape.bounds[3] - 0.5 * own.shape.height)
    sign = sign.fitted(middle, 2 * own.shape.width, 1.1 * own.shape.height)
    before, after = set_line.glyphs[:at], set_line.glyphs[at + 1 :]
    more = max(0.0, (sign.width - own.shape.width) / 2)
    rest = group(
        [
            *(glyph.shape.moved(-more, 0) for glyph in before),
            *(glyph.shape.moved(more, 0) for glyph in after),
        ]
    )
    word = block(request.face, layers((rest, "word"), (sign, "strong")), text_of(set_line))
    symbol = layers((sign, "strong"))
    return Gesture("ampersand", word, symbol, "The ampersand joins both halves.")


def plain(request: Request) -> Gesture:
    """The set name as it is: for names that end in a sign of their own."""
    lines = set_lines(request.face, request.name)
    shape = group(each.shape.moved(0, at * LEADING * EM) for at, each in enumerate(lines))
    text = cased(request.name, request.face.preset.case)
    word = block(request.face, layers((shape, "strong")), text, len(lines))
    idea = "The name in one colour, set with care and nothing added."
    return Gesture("plain", word, initial_alone(request), idea)


# Each maker answers None when the name does not allow its gesture; the number is its weight.
GESTURES: tuple[tuple[Callable[[Request], Gesture | None], float], ...] = (
    (ampersand, 12),
    (motif_letter, 3),
    (tittle, 2.5),
    (two_weights, 3),
    (chevron, 1.5),
    (cursor, 1.5),
    (label, 1.1),
    (bar, 1.8),
    (slit, 1.1),
    (stop, 0.5),
)


def gestures(request: Request, rng: random.Random) -> Iterator[Gesture]:
    """All gestures that the name allows, in a weighted random order, the plain name last."""
    for make, _ in sorted(GESTURES, key=lambda each: -(rng.random() ** (1 / each[1]))):
        made = make(request)
        if made is not None:
            yield made
    yield plain(request)
