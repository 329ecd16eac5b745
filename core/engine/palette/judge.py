"""The guarantees of a palette, measured from its rounded hex values."""

import math
from collections.abc import Mapping
from itertools import combinations

from core.engine.palette.color import contrast
from core.engine.palette.vision import VISIONS, cielab, difference, distances
from core.engine.types import ContrastPair

ROLES = ("primary", "secondary", "accent", "soft", "background", "text")
BRAND_ROLES = ("primary", "secondary", "accent")
WHITE = "#ffffff"

# (foreground, background, use, required ratio): WCAG 2.2 criteria 1.4.3, 1.4.6 and 1.4.11
PAIRS = (
    ("text", "background", "body text", 7.0),
    ("primary", "background", "headings and links", 4.5),
    ("white", "primary", "button labels", 4.5),
    ("secondary", "background", "icons and outlines", 3.0),
    ("text", "accent", "labels on the accent", 4.5),
    ("text", "soft", "text on tinted panels", 4.5),
)
LEAST_DISTANCE = 8.5  # ΔE-OK × 100 among the brand roles, each kind of vision
LEAST_GREY_STEP = 5.0  # difference in CIELAB lightness, primary to accent
# CIEDE2000 between primary and accent, in the order of VISIONS
LEAST_DIFFERENCES = (15.0, 10.0, 10.0, 7.0)


def measured_contrasts(colors: Mapping[str, str]) -> tuple[ContrastPair, ...]:
    """Every pair of PAIRS with its ratio, floored to two decimals; `colors` maps role to hex."""
    known = {**colors, "white": WHITE}
    return tuple(
        ContrastPair(front, back, use, floored(contrast(known[front], known[back])), required)
        for front, back, use, required in PAIRS
    )


def floored(ratio: float) -> float:
    """Two decimals, never rounded up: 4.499 must not read as 4.5."""
    return math.floor(ratio * 100) / 100


def least_distances(colors: Mapping[str, str]) -> dict[str, float]:
    """The least ΔE-OK × 100 among the brand roles for each of VISIONS."""
    per_pair = [
        distances(colors[first], colors[second]) for first, second in combinations(BRAND_ROLES, 2)
    ]
    return {vision: min(pair[index] for pair in per_pair) for index, vision in enumerate(VISIONS)}


def apart(first: str, second: str) -> bool:
    """Whether two brand colours keep the least distance for every kind of vision."""
    return min(distances(first, second)) >= LEAST_DISTANCE


def carries_meaning(primary: str, accent: str) -> bool:
    """Whether primary and accent differ enough to tell states apart, also printed in grey."""
    if abs(cielab(primary)[0] - cielab(accent)[0]) < LEAST_GREY_STEP:
        return False
    return all(
        difference(primary, accent, vision) >= least
        for vision, least in zip(VISIONS, LEAST_DIFFERENCES, strict=True)
    )


def shortfalls(colors: Mapping[str, str]) -> tuple[str, ...]:
    """One phrase for each guarantee that the six colours miss; empty for a sound palette."""
    known = {**colors, "white": WHITE}
    missed = [
        f"{front} on {back} is below {required:g}:1"
        for front, back, _, required in PAIRS
        if contrast(known[front], known[back]) < required
    ]
    missed += [
        f"{first} and {second} are hard to tell apart"
        for first, second in combinations(BRAND_ROLES, 2)
        if not apart(colors[first], colors[second])
    ]
    if not carries_meaning(colors["primary"], colors["accent"]):
        missed.append("primary and accent differ too little to carry meaning")
    return tuple(missed)
