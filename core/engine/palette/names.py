"""Human names for colours: the nearest of the named anchors, hue first."""

from collections.abc import Collection, Iterable
from functools import cache

from core.engine.pack import section
from core.engine.palette.color import Oklch, hue_gap

_CHROMA_WEIGHT = 1.2
_HUE_WEIGHT = 0.9  # for 180 degrees; weighs far more than lightness, so a blue is never lavender
_FULL_HUE_CHROMA = 0.03  # below this chroma the eye sees less and less hue


@cache
def anchors() -> dict[str, Oklch]:
    """Every named colour of the pack."""
    return {name: Oklch(*color) for name, color in section("palette")["names"]["names"].items()}


def nearest_name(color: Oklch, taken: Collection[str] = ()) -> str:
    """The name whose anchor looks most like the colour, except names in `taken`."""
    free = ((name, anchor) for name, anchor in anchors().items() if name not in taken)
    return min(free, key=lambda item: (_distance(color, item[1]), item[0]))[0]


def distinct_names(colors: Iterable[Oklch]) -> tuple[str, ...]:
    """One name for each colour, none used twice; earlier colours choose first."""
    names: list[str] = []
    for color in colors:
        names.append(nearest_name(color, names))
    return tuple(names)


def _distance(color: Oklch, anchor: Oklch) -> float:
    hue_share = min(1.0, color.chroma / _FULL_HUE_CHROMA, anchor.chroma / _FULL_HUE_CHROMA)
    hue = _HUE_WEIGHT * hue_share**2 * hue_gap(color.hue, anchor.hue) / 180
    chroma = _CHROMA_WEIGHT * abs(color.chroma - anchor.chroma)
    return abs(color.lightness - anchor.lightness) + chroma + hue
