"""Human names for colours: the nearest of the named anchors, hue first."""

from collections.abc import Collection, Mapping
from functools import cache

from core.engine.pack import section
from core.engine.palette.color import Oklch, hue_gap

_CHROMA_WEIGHT, _TINT_CHROMA_WEIGHT = 1.2, 2.5  # a tint must not pass for a grey
_TINT_CHROMA = 0.04
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


def distinct_names(
    colors: Mapping[str, Oklch], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """One name for each role, none used twice; `given` first, then in order."""
    names = dict(given or {})
    for role, color in colors.items():
        if role not in names:
            names[role] = nearest_name(color, names.values())
    return names


def _distance(color: Oklch, anchor: Oklch) -> float:
    chroma = min(color.chroma, anchor.chroma)
    weight = _TINT_CHROMA_WEIGHT if chroma < _TINT_CHROMA else _CHROMA_WEIGHT
    hue_share = min(1.0, chroma / _FULL_HUE_CHROMA) ** 2
    return (
        abs(color.lightness - anchor.lightness)
        + weight * abs(color.chroma - anchor.chroma)
        + _HUE_WEIGHT * hue_share * hue_gap(color.hue, anchor.hue) / 180
    )
