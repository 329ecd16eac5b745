"""How far apart two colours look, also to people with a colour-vision deficiency.

Simulation: Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color
vision deficiency" (2009), severity 1, applied in linear light. CIEDE2000: Sharma, Wu & Dalal,
"The CIEDE2000 color-difference formula" (2005).
"""

import math
from functools import lru_cache

from core.engine.palette.color import Triplet, linear_rgb, oklab

Matrix = tuple[Triplet, Triplet, Triplet]

VISIONS = ("normal", "protan", "deutan", "tritan")

_MACHADO: dict[str, Matrix] = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
_WHITE_D65 = (0.9504559, 1.0, 1.0890578)


def simulated(linear: Triplet, vision: str) -> Triplet:
    """Linear-light sRGB as seen with one of VISIONS, clipped to 0–1."""
    if vision == "normal":
        return linear
    red, green, blue = linear
    one, two, three = _MACHADO[vision]
    return (
        _clipped(one[0] * red + one[1] * green + one[2] * blue),
        _clipped(two[0] * red + two[1] * green + two[2] * blue),
        _clipped(three[0] * red + three[1] * green + three[2] * blue),
    )


def _clipped(value: float) -> float:
    return 0.0 if value < 0 else min(value, 1.0)


@lru_cache(maxsize=4_096)
def seen(hex_color: str) -> tuple[Triplet, ...]:
    """OKLab values of a hex colour under each of VISIONS, in their order."""
    linear = linear_rgb(hex_color)
    return tuple(oklab(simulated(linear, vision)) for vision in VISIONS)


def distances(first: str, second: str) -> tuple[float, ...]:
    """ΔE-OK × 100 of two hex colours under each of VISIONS, in their order."""
    return tuple(
        100 * math.dist(one, two) for one, two in zip(seen(first), seen(second), strict=True)
    )


@lru_cache(maxsize=4_096)
def cielab(hex_color: str, vision: str = "normal") -> Triplet:
    """CIELAB (D65 white) of a hex colour as seen with one of VISIONS."""
    red, green, blue = simulated(linear_rgb(hex_color), vision)
    x = 0.4123908 * red + 0.3575843 * green + 0.1804808 * blue
    y = 0.2126390 * red + 0.7151687 * green + 0.0721923 * blue
    z = 0.0193308 * red + 0.1191948 * green + 0.9505322 * blue
    fx, fy, fz = (
        _lab_curve(value / white) for value, white in zip((x, y, z), _WHITE_D65, strict=True)
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _lab_curve(value: float) -> float:
    return math.cbrt(value) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def ciede2000(first: Triplet, second: Triplet) -> float:
    """CIEDE2000 colour difference of two CIELAB colours, all weights 1."""
    light1, a1, b1 = first
    light2, a2, b2 = second
    mean_seventh = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    stretch = 1.5 - 0.5 * math.sqrt(mean_seventh / (mean_seventh + 25.0**7))
    chroma1, chroma2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    hue1 = math.degrees(math.atan2(b1, a1 * stretch)) % 360
    hue2 = math.degrees(math.atan2(b2, a2 * stretch)) % 360
    light = light2 - light1
    chroma = chroma2 - chroma1
    turn, mean_hue = _hue_step(hue1, hue2, chroma1 * chroma2)
    hue = 2 * math.sqrt(chroma1 * chroma2) * math.sin(math.radians(turn / 2))
    mean_light, mean_chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    scale_l = 1 + 0.015 * (mean_light - 50) ** 2 / math.sqrt(20 + (mean_light - 50) ** 2)
    scale_c = 1 + 0.045 * mean_chroma
    scale_h = 1 + 0.015 * mean_chroma * _hue_weight(mean_hue)
    rotation = -2 * math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25.0**7))
    rotation *= math.sin(math.radians(60 * math.exp(-(((mean_hue - 275) / 25) ** 2))))
    return math.sqrt(
        (light / scale_l) ** 2
        + (chroma / scale_c) ** 2
        + (hue / scale_h) ** 2
        + rotation * chroma / scale_c * hue / scale_h
    )


def _hue_step(hue1: float, hue2: float, chroma_product: float) -> tuple[float, float]:
    """Signed hue difference and mean hue in degrees; both ignore the hue of a grey."""
    if chroma_product == 0:
        return 0.0, hue1 + hue2
    turn = (hue2 - hue1 + 180) % 360 - 180
    if turn == -180:
        turn = 180.0
    mean = (hue1 + hue2) / 2
    if abs(hue1 - hue2) > 180:
        mean += 180 if mean < 180 else -180
    return turn, mean


def _hue_weight(mean_hue: float) -> float:
    radians = math.radians(mean_hue)
    return (
        1
        - 0.17 * math.cos(radians - math.pi / 6)
        + 0.24 * math.cos(2 * radians)
        + 0.32 * math.cos(3 * radians + math.radians(6))
        - 0.20 * math.cos(4 * radians - math.radians(63))
    )


def difference(first: str, second: str, vision: str) -> float:
    """CIEDE2000 difference of two hex colours as seen with one of VISIONS."""
    return ciede2000(cielab(first, vision), cielab(second, vision))
