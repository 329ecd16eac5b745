"""Which palette colour each role gets, so that every part stays visible on its ground."""

from collections.abc import Mapping, Sequence

from core.engine.logos.art import Role
from core.engine.types import Palette, Treatment

READABLE = 4.5  # WCAG 2.2, 1.4.3: text
VISIBLE = 3.0  # WCAG 2.2, 1.4.11: graphical parts
_WHITE = "#ffffff"

Inks = Mapping[Role, str]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG 2.2 defines it, 0–1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    """The WCAG contrast ratio of two colours, 1–21."""
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def dark_ground(colors: Mapping[str, str]) -> str:
    """The ground that color-dark files ship on: primary when light ink reads on it, else text."""
    primary = colors["primary"]
    readable = contrast(primary, colors["background"]) >= READABLE
    return primary if readable else colors["text"]


def _first(palette: Palette, roles: Sequence[str], grounds: Sequence[str], least: float) -> str:
    """The first role that reaches the contrast on every ground, or the one that comes nearest."""

    def worst(role: str) -> float:
        return min(contrast(palette.hex(role), ground) for ground in grounds)

    best = next((role for role in roles if worst(role) >= least), None)
    return palette.hex(best or max(roles, key=worst))


def inks(palette: Palette, treatment: Treatment) -> Inks:
    """The colour of each role; the one-colour treatments give every role the same."""
    if treatment == "black":
        return _one("#000000")
    if treatment == "white":
        return _one(_WHITE)
    return _on_dark(palette) if treatment == "color-dark" else _on_light(palette)


def _one(colour: str) -> Inks:
    return {
        "mark": colour,
        "second": colour,
        "word": colour,
        "strong": colour,
        "inner": colour,
        "note": colour,
    }


def _on_light(palette: Palette) -> Inks:
    grounds = (palette.hex("background"), _WHITE)
    mark = _first(palette, ("primary", "text", "secondary"), grounds, READABLE)
    second = _first(palette, ("secondary", "primary", "text"), grounds, VISIBLE)
    return {
        "mark": mark,
        "second": second,
        "word": _first(palette, ("text", "primary"), grounds, READABLE),
        "strong": mark,
        "inner": _first(palette, ("accent", "soft", "background"), (mark,), VISIBLE),
        "note": _first(palette, ("accent", "soft", "background"), (mark,), READABLE),
    }


def _on_dark(palette: Palette) -> Inks:
    grounds = (dark_ground(palette.colors), palette.hex("text"))
    light = _first(palette, ("background", "soft", "accent"), grounds, READABLE)
    second = _first(palette, ("accent", "soft", "background"), grounds, VISIBLE)
    return {
        "mark": light,
        "second": second,
        "word": light,
        "strong": _first(palette, ("accent", "background", "soft"), grounds, READABLE),
        "inner": _first(palette, ("secondary", "primary", "text"), (light,), VISIBLE),
        "note": _first(palette, ("primary", "secondary", "text"), (light,), READABLE),
    }
