"""Bends a curated colour triple to what the hints ask for."""

from collections.abc import Mapping

from core.engine.palette.color import Oklch, hue_gap
from core.engine.palette.hints import Anchor, Exclusion, Hints, Window

Triple = Mapping[str, Oklch]

_INSET = 3.0  # degrees kept from the edge of a band, because rounding to hex moves hues a little
_MARGIN = 3.5  # where a hue from outside a band is put
_COLORLESS = 0.02
_ANCHOR_SLACK = Oklch(0.04, 0.02, 6.0)  # how far a colour asked for by name may vary
_DEGREES_PER_COST = 60.0


def fitted_triple(triple: Triple, hints: Hints) -> dict[str, Oklch]:
    """The triple with every role inside its windows, bands and anchors."""
    return {role: _fitted_color(role, color, hints) for role, color in triple.items()}


def bending(triple: Triple, bent: Triple) -> float:
    """What it cost to fit a triple: the hue turned over all roles, 1 for each 60 degrees."""
    turned = sum(hue_gap(color.hue, bent[role].hue) for role, color in triple.items())
    return turned / _DEGREES_PER_COST


def _fitted_color(role: str, color: Oklch, hints: Hints) -> Oklch:
    anchor = hints.anchors.get(role)
    if anchor is not None:
        color = _near_anchor(color, anchor)
    lightness, chroma = hints.lightness.get(role), hints.chroma.get(role)
    if chroma is not None and not (anchor and anchor.color.chroma < _COLORLESS):
        color = color._replace(chroma=_clamped(color.chroma, *chroma))
    if lightness is not None:
        color = color._replace(lightness=_clamped(color.lightness, *lightness))
    if anchor is not None or color.chroma < _COLORLESS:
        return color
    return color._replace(hue=_allowed_hue(color, role, hints))


def _near_anchor(color: Oklch, anchor: Anchor) -> Oklch:
    """The colour moved to within the slack around the anchor."""
    if anchor.exact:
        return anchor.color
    wish, slack = anchor.color, _ANCHOR_SLACK
    turn = (color.hue - wish.hue + 180) % 360 - 180
    chroma_slack = min(slack.chroma, wish.chroma / 4)
    return Oklch(
        _clamped(
            color.lightness, wish.lightness - slack.lightness, wish.lightness + slack.lightness
        ),
        _clamped(color.chroma, wish.chroma - chroma_slack, wish.chroma + chroma_slack),
        (wish.hue + _clamped(turn, -slack.hue, slack.hue)) % 360,
    )


def _clamped(value: float, least: float, most: float) -> float:
    return min(most, max(least, value))


def _allowed_hue(color: Oklch, role: str, hints: Hints) -> float:
    """The nearest hue that the hints allow; exclusions outrank bands that leave no room."""
    hue, bands = color.hue, hints.hues.get(role, ())
    excluded = [each for each in hints.excluded if color.lightness < each.below]
    if _in_bands(hue, bands) and not _excluded(hue, excluded):
        return hue
    edges = [edge % 360 for low, high in bands for edge in (low + _MARGIN, high - _MARGIN)]
    for each in excluded:
        reach = each.reach + _MARGIN
        edges += [(each.hue - reach) % 360, (each.hue + reach) % 360]
    edges.sort(key=lambda edge: hue_gap(edge, hue))
    free = [edge for edge in (hue, *edges) if not _excluded(edge, excluded)]
    return next((edge for edge in free if _in_bands(edge, bands)), free[0] if free else hue)


def _in_bands(hue: float, bands: tuple[Window, ...]) -> bool:
    for low, high in bands:
        if (hue - low - _INSET) % 360 <= (high - low) % 360 - 2 * _INSET:
            return True
    return not bands


def _excluded(hue: float, exclusions: list[Exclusion]) -> bool:
    return any(hue_gap(hue, each.hue) < each.reach + _INSET for each in exclusions)
