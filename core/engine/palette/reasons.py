"""Says in plain words why a colour is there, with one measured fact for each."""

import random
from collections.abc import Mapping

from core.engine.pack import section
from core.engine.palette.color import Oklch, contrast, from_hex
from core.engine.palette.hints import Hints
from core.engine.palette.judge import BRAND_ROLES, ROLES, WHITE
from core.engine.palette.names import distinct_names
from core.engine.types import Swatch

_COLORLESS = 0.025
_COOL = range(140, 325)  # hues in degrees
_TRACE = 0.004  # chroma below which near-white and near-black show no hue
_STILL_NAMED = 0.08  # in lightness; beyond it salmon is no longer salmon


def swatches(
    colors: Mapping[str, str], mood: str, rng: random.Random, hints: Hints | None = None
) -> tuple[Swatch, ...]:
    """The six roles with names and reasons; `colors` maps role to hex.

    A colour that was asked for by name keeps that name when it still looks like it.
    """
    measured = {role: from_hex(colors[role]) for role in ROLES}
    names = distinct_names(measured, _asked_names(measured, hints))
    return tuple(
        Swatch(
            role=role,
            hex=colors[role],
            name=names[role],
            oklch=rounded(measured[role]),
            reasoning=f"{_reason(role, measured[role], mood, rng)}; {_fact(role, colors)}.",
        )
        for role in ROLES
    )


def _asked_names(measured: Mapping[str, Oklch], hints: Hints | None) -> dict[str, str]:
    """Role to name for the colours of the hints that lightness moves left recognisable."""
    return {
        role: anchor.word.title()
        for role, anchor in (hints.anchors if hints else {}).items()
        if not anchor.exact
        and abs(measured[role].lightness - anchor.color.lightness) < _STILL_NAMED
    }


def rounded(color: Oklch) -> tuple[float, float, float]:
    """OKLCH as printed: four decimals, hue with two."""
    return round(color.lightness, 4), round(color.chroma, 4), round(color.hue, 2)


def summary(mood: str, names: tuple[str, ...], hints: Hints | None = None) -> str:
    """One sentence on the whole palette; `names` are those of the brand roles."""
    primary, secondary, accent = names
    opening = str(section("palette")["moods"][mood]["summary"])
    if hints and hints.wished:
        opening += f", built on {_listed(hints.wished)}"
    if hints and hints.avoided:
        opening += f", without {_listed(hints.avoided, 'or')}"
    return f"{opening}: {primary} leads, {secondary} supports and {accent} draws the eye."


def _listed(words: tuple[str, ...], joint: str = "and") -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}"


def described(color: Oklch) -> str:
    """A colour in everyday words, for example "deep green"."""
    lightness, chroma, _ = color
    if chroma < _COLORLESS:
        return _grey(lightness)
    if lightness < 0.45:
        tone = "dark" if chroma < 0.05 else "deep"
    elif lightness < 0.68:
        tone = "vivid" if chroma >= 0.15 else "muted" if chroma < 0.07 else _plain_tone(color)
    else:
        tone = "bright" if chroma >= 0.12 else "pale"
    return f"{tone} {family(color)}".replace("deep dark", "deep").replace("dark dark", "dark")


def _plain_tone(color: Oklch) -> str:
    return "clear" if int(color.hue) in _COOL else "rich"


def _grey(lightness: float) -> str:
    if lightness < 0.32:
        return "soft black"
    return "mid grey" if lightness < 0.68 else "pale grey"


def family(color: Oklch) -> str:
    """The everyday name of the hue at this lightness."""
    rows = section("palette")["families"]["hues"]["rows"]
    _, dark, middle, light = next(row for row in rows if color.hue <= row[0])
    if color.lightness < 0.45:
        return str(dark)
    return str(middle if color.lightness < 0.66 else light)


def _reason(role: str, color: Oklch, mood: str, rng: random.Random) -> str:
    if role in BRAND_ROLES:
        why = str(rng.choice(section("palette")["moods"][mood][role]))
        text = f"{described(color)} {why}".replace(" ,", ",")
        return text[0].upper() + text[1:]
    trace = "grey" if color.chroma < _TRACE else family(color)
    if role == "soft":
        return f"A light tint of {trace} for panels and cards"
    if role == "background" and color.chroma < _TRACE:
        return "Near-white without a tint, so that the brand colours do the talking"
    if role == "background":
        return f"Near-white with a trace of {trace}, so that the page belongs to the set"
    return f"Near-black with a trace of {trace}, softer to read than pure black"


def _fact(role: str, colors: Mapping[str, str]) -> str:
    if role == "primary":
        return f"white text on it reads at {_ratio(WHITE, colors['primary'])}"
    if role == "secondary":
        ratio = _ratio(colors["secondary"], colors["background"])
        legible = contrast(colors["secondary"], colors["background"]) >= 4.5
        use = "small text" if legible else "icons and outlines"
        return f"{ratio} against the background, enough for {use}"
    if role == "background":
        return f"the primary colour stands on it at {_ratio(colors['primary'], colors[role])}"
    if role == "text":
        return f"{_ratio(colors['text'], colors['background'])} on the background"
    return f"text on it reads at {_ratio(colors['text'], colors[role])}"


def _ratio(first: str, second: str) -> str:
    """A contrast ratio with one decimal, floored."""
    return f"{int(contrast(first, second) * 10) / 10:.1f}:1"
