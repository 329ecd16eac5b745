"""Eleven steps from near-white to near-black in the hue of a colour."""

from collections.abc import Mapping

from core.engine.palette.color import Oklch, from_hex, to_hex

STEPS = ("50", "100", "200", "300", "400", "500", "600", "700", "800", "900", "950")
_LIGHTNESS = (0.977, 0.946, 0.900, 0.840, 0.765, 0.685, 0.605, 0.520, 0.435, 0.345, 0.255)
_CHROMA = (0.16, 0.28, 0.46, 0.66, 0.86, 1.0, 1.0, 0.96, 0.86, 0.74, 0.58)  # share of the colour's
_NEUTRAL_CHROMA = 0.014


def ramp_of(hex_color: str) -> dict[str, str]:
    """Step to hex, lightness falling from step to step.

    The colour itself stands at the step that is nearest in lightness.
    """
    color = from_hex(hex_color)
    steps = _steps(color)
    own = min(range(len(STEPS)), key=lambda place: abs(_LIGHTNESS[place] - color.lightness))
    return {**steps, STEPS[own]: hex_color}


def neutral_ramp(colors: Mapping[str, str]) -> dict[str, str]:
    """A ramp of greys with a trace of the primary's hue; a grey primary gives pure greys."""
    primary = from_hex(colors["primary"])
    return _steps(Oklch(0.5, min(_NEUTRAL_CHROMA, primary.chroma), primary.hue))


def _steps(color: Oklch) -> dict[str, str]:
    """Every step at its own lightness, as vivid as sRGB allows but no more than the colour."""
    return {
        step: to_hex(Oklch(lightness, share * color.chroma, color.hue))
        for step, lightness, share in zip(STEPS, _LIGHTNESS, _CHROMA, strict=True)
    }
