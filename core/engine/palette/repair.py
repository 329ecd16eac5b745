"""Turns colours from elsewhere into a palette that meets every guarantee, changing least."""

import math
from collections.abc import Mapping
from typing import NamedTuple

from core.engine.palette.color import (
    Oklch,
    from_hex,
    linear_rgb,
    luminance,
    normalized_hex,
    oklab,
    to_hex,
)
from core.engine.palette.judge import BRAND_ROLES, ROLES, least_distances, measured_contrasts
from core.engine.palette.moods import Archetype, archetypes, mood_weights
from core.engine.palette.reasons import summary, swatches
from core.engine.palette.solve import Shade, fits, solved
from core.engine.seeding import stage_random
from core.engine.types import Brief, Palette, Rejection

_MOOD_PULL = 0.12  # OKLab distance that a fully suiting mood is worth
_WHY = {
    "primary": "to carry white text and reach 4.5:1 on the background",
    "secondary": "to reach 3:1 on the background",
    "accent": "to carry text",
    "soft": "to carry text",
    "background": "to be a light ground",
    "text": "to reach 7:1 on the background",
}


class Reading(NamedTuple):
    """The usable colours of an input by role, and what was wrong with the rest."""

    colors: dict[str, str]
    notes: tuple[str, ...]


def repair_palette(brief: Brief, colors: Mapping[str, str]) -> Palette | Rejection:
    """The given colours (role to hex) with lightness moved just enough to meet every guarantee.

    Hue and chroma stay, as far as sRGB can show them; missing or unreadable roles are added.
    A Rejection is returned when no primary, secondary or accent can be read.
    """
    reading = _read(colors)
    if not any(role in reading.colors for role in BRAND_ROLES):
        listed = ", ".join(f"{role} {value}" for role, value in sorted(colors.items()))
        return Rejection(listed, "no primary, secondary or accent is a hex colour")
    nearest = _nearest_archetype(brief, reading.colors)
    given, notes = _light_ground(reading.colors)
    full = _completed(given, nearest)
    shades = solved({role: Shade.of_hex(value) for role, value in full.items()})
    final = {role: shades[role].hex for role in ROLES}
    described = swatches(final, nearest.mood, stage_random("repair", 0, brief.description, final))
    return Palette(
        mood=nearest.mood,
        swatches=described,
        contrasts=measured_contrasts(final),
        distances=least_distances(final),
        reasoning=summary(nearest.mood, tuple(swatch.name for swatch in described[:3])),
        adjustments=(*reading.notes, *notes, *_changes(given, full, shades)),
    )


def _read(colors: Mapping[str, str]) -> Reading:
    """Known roles with their normalised hex; a note for each value that is no hex colour."""
    usable: dict[str, str] = {}
    notes = []
    for key, value in colors.items():
        role, code = key.strip().lower(), normalized_hex(value)
        if role in ROLES and code is not None:
            usable[role] = code
        elif role in ROLES:
            notes.append(f"{role}: not a hex colour")
    return Reading(usable, tuple(notes))


def _nearest_archetype(brief: Brief, colors: Mapping[str, str]) -> Archetype:
    """The curated triple most like the given brand colours, moods of the brief preferred."""
    weights = mood_weights(brief)
    given = {role: oklab(linear_rgb(colors[role])) for role in BRAND_ROLES if role in colors}

    def distance(archetype: Archetype) -> float:
        gaps = (math.dist(lab, _lab(archetype.colors[role])) for role, lab in given.items())
        return sum(gaps) - _MOOD_PULL * weights.get(archetype.mood, 0.0)

    return min(archetypes(), key=distance)


def _lab(color: Oklch) -> tuple[float, float, float]:
    angle = math.radians(color.hue)
    return color.lightness, color.chroma * math.cos(angle), color.chroma * math.sin(angle)


def _light_ground(colors: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The colours with text and background exchanged when the text is the lighter of the two."""
    given = dict(colors)
    text, background = given.get("text"), given.get("background")
    if not (text and background) or luminance(text) <= luminance(background):
        return given, ()
    given["text"], given["background"] = background, text
    return given, ("text and background: exchanged, because the palette stands on a light ground",)


def _completed(given: Mapping[str, str], nearest: Archetype) -> dict[str, str]:
    """All six roles: brand colours from the archetype, neutrals in the hue of the primary."""
    brand = {role: given.get(role) or to_hex(nearest.colors[role]) for role in BRAND_ROLES}
    lead = from_hex(brand["primary"])
    share = min(1.0, lead.chroma / 0.05)
    neutrals = {
        "soft": Oklch(0.915, 0.034 * share, lead.hue),
        "background": Oklch(0.978, 0.008 * share, lead.hue),
        "text": Oklch(0.22, 0.025 * share, lead.hue),
    }
    rest = {role: given.get(role) or to_hex(color) for role, color in neutrals.items()}
    return {**brand, **rest}


def _changes(
    given: Mapping[str, str], full: Mapping[str, str], shades: Mapping[str, Shade]
) -> tuple[str, ...]:
    """One sentence for each role that was added or moved."""
    changes = []
    for role in ROLES:
        shade = shades[role]
        if role not in given:
            changes.append(f"{role}: added {shade.hex}")
        elif shade.hex != full[role]:
            before, after = shade.wish.lightness, from_hex(shade.hex).lightness
            legible = fits(role, full[role], shades["background"].hex, shades["text"].hex)
            why = "to stay apart from the other colours" if legible else _WHY[role]
            changes.append(
                f"{role}: lightness {before:.3f} to {after:.3f} ({full[role]} to {shade.hex}) {why}"
            )
    return tuple(changes)
