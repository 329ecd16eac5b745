"""From six colours to every role of a user interface, on light and on dark ground."""

from collections.abc import Mapping
from itertools import combinations
from typing import Literal

from core.engine.pack import section
from core.engine.palette.color import Oklch, contrast, from_hex, to_hex
from core.engine.palette.judge import WHITE, carries_meaning, floored
from core.engine.palette.ramps import neutral_ramp, ramp_of
from core.engine.palette.vision import VISIONS, difference
from core.engine.types import ContrastPair, Scheme, Theme

BLACK = "#000000"
FILLS = ("primary", "secondary", "accent", "success", "warning", "error", "info")
STATUS = ("success", "warning", "error", "info")
# (foreground, use, required ratio) on both grounds: WCAG 2.2 criteria 1.4.3, 1.4.6 and 1.4.11
_ON_GROUNDS = (
    ("text", "body text", 7.0),
    ("text-muted", "small print", 4.5),
    ("link", "links", 4.5),
    ("primary", "headings", 4.5),
    ("secondary", "icons and outlines", 3.0),
    ("border", "outlines of fields", 3.0),
    ("focus", "the ring of the focus", 3.0),
    *((status, "signs of state", 3.0) for status in STATUS),
)
GROUNDS = ("background", "surface")
_STEP = 0.01
_DARK_GROUND, _DARK_SURFACE = 0.185, 0.235
_ALMOST_WHITE = 0.992  # OKLCH lightness of a ground on which white could not be told apart
_STEP_DOWN = 0.02


def scheme_of(colors: Mapping[str, str]) -> Scheme:
    """Both themes and the ramps of a palette's six colours by role."""
    return Scheme(
        light=_measured("light", _light(colors)),
        dark=_measured("dark", _dark(colors)),
        ramps={
            "primary": ramp_of(colors["primary"]),
            "secondary": ramp_of(colors["secondary"]),
            "neutral": neutral_ramp(colors),
        },
    )


def _light(colors: Mapping[str, str]) -> dict[str, str]:
    """The palette's own colours; a white surface asks no more of them than the ground does."""
    ground = from_hex(colors["background"])
    surface = WHITE
    if ground.lightness > _ALMOST_WHITE:
        surface = to_hex(ground._replace(lightness=ground.lightness - _STEP_DOWN))
    grounds = (colors["background"], surface)
    hue, chroma = from_hex(colors["primary"]).hue, min(0.02, from_hex(colors["text"]).chroma)
    roles = {
        "background": colors["background"],
        "surface": surface,
        "text": _until(from_hex(colors["text"]), 7.0, grounds, -_STEP),
        "text-muted": _until(Oklch(0.52, chroma, hue), 4.5, grounds, -_STEP),
        "border": _until(Oklch(0.66, chroma, hue), 3.0, grounds, -_STEP),
        "primary": _until(from_hex(colors["primary"]), 4.5, grounds, -_STEP),
        "secondary": _until(from_hex(colors["secondary"]), 3.0, grounds, -_STEP),
        "accent": colors["accent"],
    }
    return _completed(roles, _states("light", grounds, -_STEP))


def _dark(colors: Mapping[str, str]) -> dict[str, str]:
    """The same hues on a near-black ground; brand colours grow lighter until they stand on it."""
    primary = from_hex(colors["primary"])
    tint = min(0.02, primary.chroma)
    background = to_hex(Oklch(_DARK_GROUND, tint, primary.hue))
    surface = to_hex(Oklch(_DARK_SURFACE, tint, primary.hue))
    grounds = (background, surface)
    roles = {
        "background": background,
        "surface": surface,
        "text": _until(Oklch(0.94, tint / 2, primary.hue), 7.0, grounds, _STEP),
        "text-muted": _until(Oklch(0.72, tint, primary.hue), 4.5, grounds, _STEP),
        "border": _until(Oklch(0.50, tint, primary.hue), 3.0, grounds, _STEP),
        "primary": _until(primary, 4.5, grounds, _STEP),
        "secondary": _until(from_hex(colors["secondary"]), 3.0, grounds, _STEP),
        "accent": colors["accent"],
    }
    roles["accent"] = _apart(roles["primary"], from_hex(colors["accent"]))
    return _completed(roles, _states("dark", grounds, _STEP))


def _states(mode: str, grounds: tuple[str, ...], step: float) -> dict[str, str]:
    """The status colours of a theme; dim grounds move all alike, so that they stay apart."""
    states: dict[str, str] = section("palette")["status"][mode]
    curated = {role: from_hex(states[role]) for role in STATUS}
    moved = 0.0
    while any(contrast(states[role], ground) < 3 for role in STATUS for ground in grounds):
        moved += step
        states = {
            role: to_hex(color._replace(lightness=color.lightness + moved))
            for role, color in curated.items()
        }
    return {role: states[role] for role in STATUS}


def _completed(roles: Mapping[str, str], status: Mapping[str, str]) -> dict[str, str]:
    """The roles with links, focus, states, and a label colour on each fill."""
    full = {**roles, "link": roles["primary"], "focus": roles["primary"], **status}
    return {**full, **{f"on-{fill}": _label(full[fill], full["text"]) for fill in FILLS}}


def _label(fill: str, text: str) -> str:
    """What is written on a fill: white, else the text colour, else black, which always reads."""
    return next((ink for ink in (WHITE, text) if contrast(ink, fill) >= 4.5), BLACK)


def _until(color: Oklch, ratio: float, grounds: tuple[str, ...], step: float) -> str:
    """The colour, lightness moved by steps until it reaches the ratio on every ground."""
    shade = to_hex(color)
    while min(contrast(shade, ground) for ground in grounds) < ratio:
        color = color._replace(lightness=color.lightness + step)
        shade = to_hex(color)
    return shade


def _apart(primary: str, accent: Oklch) -> str:
    """The accent, lightness moved until it differs from the dark theme's lighter primary."""
    lead = from_hex(primary).lightness
    for distance in range(1, 60):
        for lightness in (accent.lightness, lead + distance / 100, lead - distance / 100):
            shade = to_hex(accent._replace(lightness=min(0.97, max(0.3, lightness))))
            if carries_meaning(primary, shade):
                return shade
    return WHITE


def pairs_of(colors: Mapping[str, str]) -> tuple[ContrastPair, ...]:
    """Every text, fill and outline of a theme with its ground, measured; roles to hex."""
    wanted = [(role, ground, use, need) for role, use, need in _ON_GROUNDS for ground in GROUNDS]
    wanted += [(f"on-{fill}", fill, "labels on a fill", 4.5) for fill in FILLS]
    return tuple(
        ContrastPair(front, back, use, floored(contrast(colors[front], colors[back])), need)
        for front, back, use, need in wanted
    )


def meaningful_pairs() -> tuple[tuple[str, str], ...]:
    """Roles whose difference carries meaning: every two states, and primary and accent."""
    return (*combinations(STATUS, 2), ("primary", "accent"))


def _measured(mode: Literal["light", "dark"], colors: Mapping[str, str]) -> Theme:
    return Theme(
        mode=mode,
        colors=colors,
        pairs=pairs_of(colors),
        differences={
            vision: round(
                min(difference(colors[a], colors[b], vision) for a, b in meaningful_pairs()), 1
            )
            for vision in VISIONS
        },
    )
