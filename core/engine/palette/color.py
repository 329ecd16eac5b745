"""sRGB and OKLCH conversion, gamut fitting and WCAG contrast in plain Python.

OKLab matrices: B. Ottosson, "A perceptual color space for image processing" (2020), as adopted by
CSS Color Module Level 4. Contrast: WCAG 2.2, "relative luminance" and "contrast ratio".
"""

import math
import re
from functools import lru_cache
from typing import NamedTuple

Triplet = tuple[float, float, float]

_HEX = re.compile(r"#?(?:[0-9a-f]{3}|[0-9a-f]{6})")
_GAMUT_SLACK = 1e-4
_CHROMA_PRECISION = 5e-4


class Oklch(NamedTuple):
    """Lightness 0–1, chroma (sRGB reaches about 0.32) and hue in degrees 0–360."""

    lightness: float
    chroma: float
    hue: float


def normalized_hex(text: str) -> str | None:
    """`#rrggbb` for a three- or six-digit hex colour with or without #; None for anything else."""
    lowered = text.strip().lower()
    if not _HEX.fullmatch(lowered):
        return None
    digits = lowered.removeprefix("#")
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def linear_channel(value: float) -> float:
    """Linear light 0–1 of a gamma-encoded sRGB channel 0–1."""
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def encoded_channel(value: float) -> float:
    """Gamma-encoded sRGB channel 0–1 of linear light; values outside 0–1 are clipped."""
    clipped = min(1.0, max(0.0, value))
    return float(clipped * 12.92 if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055)


_LINEAR_BYTE = tuple(linear_channel(value / 255) for value in range(256))


def linear_rgb(hex_color: str) -> Triplet:
    """Linear-light red, green and blue, 0–1 each, of `#rrggbb`."""
    value = int(hex_color[1:], 16)
    return _LINEAR_BYTE[value >> 16], _LINEAR_BYTE[value >> 8 & 255], _LINEAR_BYTE[value & 255]


def oklab(linear: Triplet) -> Triplet:
    """OKLab lightness, a and b of linear-light sRGB."""
    red, green, blue = linear
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def oklch_to_linear(color: Oklch) -> Triplet:
    """Linear-light sRGB of an OKLCH colour; channels leave 0–1 when it is out of gamut."""
    angle = math.radians(color.hue)
    a, b = color.chroma * math.cos(angle), color.chroma * math.sin(angle)
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def in_gamut(color: Oklch) -> bool:
    """Whether sRGB can show the colour, with a slack well below one of 255 steps."""
    channels = oklch_to_linear(color)
    return min(channels) >= -_GAMUT_SLACK and max(channels) <= 1 + _GAMUT_SLACK


def fitted(color: Oklch) -> Oklch:
    """The colour itself when sRGB can show it, else the same lightness and hue with less chroma."""
    lightness = min(1.0, max(0.0, color.lightness))
    color = Oklch(lightness, color.chroma, color.hue % 360)
    if in_gamut(color):
        return color
    low, high = 0.0, color.chroma
    while high - low > _CHROMA_PRECISION:
        middle = (low + high) / 2
        if in_gamut(color._replace(chroma=middle)):
            low = middle
        else:
            high = middle
    return color._replace(chroma=low)


def to_hex(color: Oklch) -> str:
    """`#rrggbb` of the colour after gamut fitting."""
    red, green, blue = (
        round(255 * encoded_channel(value)) for value in oklch_to_linear(fitted(color))
    )
    return f"#{red:02x}{green:02x}{blue:02x}"


@lru_cache(maxsize=4_096)
def from_hex(hex_color: str) -> Oklch:
    """OKLCH of `#rrggbb`; the hue of a grey is 0."""
    lightness, a, b = oklab(linear_rgb(hex_color))
    chroma = math.hypot(a, b)
    hue = math.degrees(math.atan2(b, a)) % 360 if chroma > 1e-4 else 0.0
    return Oklch(lightness, chroma, hue)


@lru_cache(maxsize=4_096)
def luminance(hex_color: str) -> float:
    """WCAG relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = linear_rgb(hex_color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two hex colours, 1–21, unrounded."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def hue_gap(first: float, second: float) -> float:
    """The smaller angle between two hues, 0–180 degrees."""
    return abs((first - second + 180) % 360 - 180)
