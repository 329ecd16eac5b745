"""The small mark: a simpler symbol for 32 pixels and less, where the full one is not clear."""

from collections.abc import Iterator
from functools import lru_cache

from core.engine.logos.art import INSIDE, Art, layers
from core.engine.logos.concepts import Concept
from core.engine.logos.distinct import in_black, in_colour
from core.engine.logos.fonts import EM, Typeface, typeface
from core.engine.logos.gates import missed_small
from core.engine.logos.geometry import rect
from core.engine.logos.layout import Sheet, symbol_alone
from core.engine.logos.lettermark import initial, letter_shape, misread
from core.engine.logos.motifs import motif
from core.engine.logos.paint import Inks
from core.engine.logos.symbols import bare, cut_out
from utils.image_utils import sizes_of, small_sizes, svg_to_png

_QUICK = 128  # px
_SPARE = 0.01  # what the quick measure may be off
_HEAVY = 800.0
_BRACES = (0.0, 0.012 * EM, 0.024 * EM, 0.04 * EM)  # rims that make a light letter heavier
_LETTER = 0.64  # share of the tile


def small_mark(concept: Concept, face: Typeface, name: str, inks: Inks) -> Sheet | None:
    """The first simpler drawing that is clear, or the least unclear; None when none is needed."""
    if _missed(concept.symbol, inks) == 0:
        return None
    tried: list[tuple[float, Sheet]] = []
    for art in _simpler(concept, face, name):
        sheet = symbol_alone(art)
        tried.append((_missed(sheet, inks), sheet))
        if tried[-1][0] == 0:
            break
    return min(tried, key=lambda each: each[0])[1]


def _missed(sheet: Sheet, inks: Inks) -> float:
    """By how much a symbol misses the limits for small sizes, in one ink or in colour."""
    same_ink = all(layer.role not in INSIDE for layer in sheet.art)
    black, colour = in_black(sheet), in_colour(sheet, inks)
    if _passes_quickly(black) and (same_ink or _passes_quickly(colour)):
        return 0.0
    return max(missed_small(small_sizes(black)), missed_small(small_sizes(colour)))


@lru_cache(maxsize=512)
def _passes_quickly(svg: str) -> bool:
    sizes = sizes_of(svg_to_png(svg, _QUICK), svg_to_png(svg, 16))
    return missed_small(sizes, _SPARE) == 0


def _simpler(concept: Concept, face: Typeface, name: str) -> Iterator[Art]:
    """The motif bare, in a disc, its main part; the initial in bold, last in a tile."""
    if concept.motif is not None:
        yield bare(concept.motif)
        yield cut_out(concept.motif, "circle")
        yield layers((motif(concept.motif).main, "mark"))
    heavy = _heavy(face)
    letter = initial(name, heavy)
    shape = letter_shape(heavy, letter)
    bold = [shape.grown(brace) if brace else shape for brace in _BRACES]
    for shape in bold:
        yield layers((shape, "mark"))
    tile = rect(0, 0, 100, 100, 18)
    for shape in () if misread(letter, "squircle", "knockout") else bold:
        yield layers((tile - shape.fitted((50, 50), 100 * _LETTER, 100 * _LETTER), "mark"))


def _heavy(face: Typeface) -> Typeface:
    """The typeface in its heaviest weight that keeps counters open, where it has weights."""
    if "wght" not in dict(face.preset.axes):
        return face
    return typeface(face.preset.weighing(_HEAVY))
