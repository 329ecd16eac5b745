"""The installed typefaces: presets by mood, glyph coverage, outlines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pathops
import uharfbuzz as hb

from core.engine.logos.geometry import Shape, rect
from core.engine.pack import section

Case = Literal["given", "lower", "upper"]
_SERIFS = frozenset(
    {
        "cinzel",
        "cormorant-garamond",
        "dm-serif-display",
        "fraunces",
        "instrument-serif",
        "marcellus",
        "playfair-display",
    }
)
_HAIRLINE = 10.0  # units of the drawing
EM = 100.0  # size of all type before a layout scales it, in units of the drawing


@dataclass(frozen=True, slots=True)
class Preset:
    """One setting of a family; `axes` are design coordinates, `tracking` is in em."""

    family: str
    axes: tuple[tuple[str, float], ...]
    case: Case
    tracking: float
    two_weights: tuple[float, float] | None = None

    def weighing(self, weight: float) -> "Preset":
        """The same setting in another weight."""
        axes = {**dict(self.axes), "wght": weight}
        return replace(self, axes=tuple(axes.items()))

    def spaced(self, tracking: float) -> "Preset":
        """The same setting with other letter spacing."""
        return replace(self, tracking=tracking)


class Typeface:
    """A preset ready to be set: metrics and outlines at a size of `EM`, baseline at y = 0."""

    def __init__(self, preset: Preset) -> None:
        self.preset = preset
        self.font = hb.Font(_face(preset.family))
        self.font.set_variations(dict(preset.axes))
        self.scale = EM / self.font.face.upem
        self._outlines: dict[int, Shape] = {}
        self.cap_height = -self._height("H")
        self.x_height = -self._height("x")

    @property
    def label(self) -> str:
        """The name of the family as its makers write it."""
        return str(section("logos")["typefaces"][self.preset.family]["name"])

    @property
    def lowercase(self) -> bool:
        """Whether words are set without capitals."""
        return self.preset.case == "lower"

    @property
    def serif(self) -> bool:
        """Whether its strokes differ too much to be cut into pieces."""
        return self.preset.family in _SERIFS

    @property
    def hairline(self) -> bool:
        """Whether its strokes, as those of l, are too thin for a small symbol."""
        return self.stem < _HAIRLINE

    @cached_property
    def stem(self) -> float:
        """The width of an upright stroke: that of l, half way up."""
        letter = self.outline(self.font.get_nominal_glyph(ord("l")))
        return (letter & rect(letter.bounds[0], -0.5 * self.cap_height, letter.width, 1)).width

    def covers(self, text: str) -> bool:
        """Whether every character but the space has a glyph."""
        return all(self.font.get_nominal_glyph(ord(char)) for char in text if char != " ")

    def outline(self, glyph: int) -> Shape:
        """One glyph without overlapping contours, origin at (0, 0), y pointing down."""
        if glyph not in self._outlines:
            path = pathops.Path()
            self.font.draw_glyph_with_pen(glyph, path.getPen())
            path.simplify(fix_winding=True, keep_starting_points=False)
            self._outlines[glyph] = Shape(path).mapped(self.scale, 0, 0, -self.scale, 0, 0)
        return self._outlines[glyph]

    def _height(self, char: str) -> float:
        return self.outline(self.font.get_nominal_glyph(ord(char))).bounds[1]


@cache
def _face(family: str) -> hb.Face:
    """The checked font file of a family, found without asking every installed package."""
    spec = find_spec(f"fontpkg_{family.replace('-', '_')}")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"The typeface {family} is not installed.")
    file = section("logos")["typefaces"][family]["file"]
    path = Path(spec.submodule_search_locations[0]) / "files" / file
    return hb.Face(hb.Blob.from_file_path(str(path)))


@lru_cache(maxsize=128)
def typeface(preset: Preset) -> Typeface:
    """The loaded typeface of a preset, kept for the next logo."""
    return Typeface(preset)


@cache
def preset(preset_id: str) -> Preset:
    """A preset of the data pack; raises KeyError for an unknown id."""
    record = section("logos")["fonts"]["presets"][preset_id]
    weights = record.get("two_weights")
    return Preset(
        family=record["family"],
        axes=tuple((tag, float(value)) for tag, value in record["axes"].items()),
        case=record["case"],
        tracking=float(record["tracking"]),
        two_weights=tuple(weights) if weights else None,
    )


def presets_for(mood: str) -> tuple[Preset, ...]:
    """The presets of a mood, best first; an unknown mood gets those of trust."""
    moods = section("logos")["fonts"]["moods"]
    return tuple(preset(name) for name in moods.get(mood, moods["trust"]))


def all_presets() -> tuple[Preset, ...]:
    """Every preset, in the order of their ids."""
    return tuple(preset(name) for name in sorted(section("logos")["fonts"]["presets"]))


def covering(choices: Sequence[Preset], text: str) -> list[Typeface]:
    """The typefaces among the choices that can set the text, one for each family."""
    found: dict[str, Typeface] = {}
    for choice in choices:
        if choice.family not in found and typeface(choice).covers(text):
            found[choice.family] = typeface(choice)
    return list(found.values())
