"""Makes a palette for a brief: curated triples, small variations, verified, the best one served."""

import random
from collections.abc import Mapping
from typing import NamedTuple

from core.engine.pack import section
from core.engine.palette.color import Oklch, hue_gap
from core.engine.palette.fit import bending, fitted_triple
from core.engine.palette.hints import Hints, read_hints
from core.engine.palette.judge import least_distances, measured_contrasts, shortfalls
from core.engine.palette.moods import archetypes, mood_weights
from core.engine.palette.reasons import summary, swatches
from core.engine.palette.solve import Shade, solved, with_contrast
from core.engine.seeding import stage_random
from core.engine.types import Brief, Palette

_TRIED = 7
_VARIATIONS = 3
_OTHER_MOOD = 0.3  # weight of moods outside the brief when a colour is asked for
_NOISE = 0.25  # between triples, so that each seed gives another look
_DISTANCE_WEIGHT = 0.4
_ENOUGH_DISTANCE = 12.0  # more is not better; without a cap dark navy would always win
_WARM_MOODS = frozenset({"appetite", "warmth", "craft", "heritage", "build"})
_BROWN_PENALTY = 0.4
_PAPER_HUE = 82.0
_KINDRED = 80.0  # degrees; a tint further from the primary looks borrowed from another brand


class Draft(NamedTuple):
    """Three brand colours in play and how well they suit brief and hints."""

    score: float
    mood: str
    triple: Mapping[str, Oklch]


class Candidate(NamedTuple):
    """Six colours by role, with the contrast they need, and how well they suit."""

    score: float
    mood: str
    shades: dict[str, Shade]

    @property
    def colors(self) -> dict[str, str]:
        """Role to hex."""
        return {role: shade.hex for role, shade in self.shades.items()}


def generate_palette(brief: Brief, *, seed: int, hints: str | None = None) -> Palette:
    """Six colours that suit the brief and meet every guarantee; equal inputs give equal palettes.

    `hints` is free text in English: colour names, hex codes, styles and what to avoid.
    """
    wishes = read_hints(hints)
    industries = [(industry.id, industry.weight) for industry in brief.industries]
    rng = stage_random("palette", seed, brief.description, industries, brief.concepts, hints)
    mood, colors = _best(_candidates(brief, wishes, rng))
    described = swatches(colors, mood, rng, wishes)
    return Palette(
        mood=mood,
        swatches=described,
        contrasts=measured_contrasts(colors),
        distances=least_distances(colors),
        reasoning=summary(mood, tuple(swatch.name for swatch in described[:3]), wishes),
    )


def _best(candidates: list[Candidate]) -> tuple[str, dict[str, str]]:
    """Mood and colours of the first candidate without shortfall, else of the first repaired."""
    for candidate in candidates:
        if not shortfalls(candidate.colors):
            return candidate.mood, candidate.colors
    shades = solved(candidates[0].shades)
    return candidates[0].mood, {role: shade.hex for role, shade in shades.items()}


def _candidates(brief: Brief, hints: Hints, rng: random.Random) -> list[Candidate]:
    """Variations of the triples that suit best, with neutrals and sound contrast, best first."""
    drafts = [
        draft._replace(score=draft.score + rng.gauss(0, _NOISE)) for draft in _pool(brief, hints)
    ]
    drafts.sort(key=lambda draft: -draft.score)
    tried = (_candidate(draft, hints, rng) for draft in drafts[:_TRIED] for _ in range(_VARIATIONS))
    return sorted(tried, key=lambda candidate: -candidate.score)


def _pool(brief: Brief, hints: Hints) -> list[Draft]:
    """Curated triples, each under a mood that suits the brief, scored by mood and hints."""
    weights, own = mood_weights(brief, hints.moods), mood_weights(brief)
    leading = max(own, key=lambda mood: own[mood])
    floor = _OTHER_MOOD if hints.restrict_hue else 0.0
    drafts = []
    for archetype in archetypes():
        score = weights.get(archetype.mood, floor)
        if score:
            fits = archetype.mood in own or archetype.mood in hints.voices
            fitted = fitted_triple(archetype.colors, hints)
            score -= bending(archetype.colors, fitted)
            if archetype.mood not in _WARM_MOODS and _is_brown(fitted["primary"]):
                score -= _BROWN_PENALTY
            drafts.append(Draft(score, archetype.mood if fits else leading, archetype.colors))
    return drafts


def _varied(triple: Mapping[str, Oklch], hints: Hints, rng: random.Random) -> dict[str, Oklch]:
    """A triple turned a little as a whole, each colour a little on its own, within the hints."""
    turn = rng.gauss(0, 5)
    varied = {
        role: Oklch(
            color.lightness + rng.uniform(-0.012, 0.012),
            color.chroma * rng.uniform(0.94, 1.06),
            (color.hue + turn + rng.gauss(0, 3)) % 360,
        )
        for role, color in triple.items()
    }
    return fitted_triple(varied, hints)


def _candidate(draft: Draft, hints: Hints, rng: random.Random) -> Candidate:
    """A variation with its neutrals, each colour with the contrast it needs."""
    ground = hints.ground or rng.choice(section("palette")["moods"][draft.mood]["grounds"])
    triple = _varied(draft.triple, hints, rng)
    wished = {**triple, **_neutrals(triple, ground, hints, rng)}
    shades = with_contrast({role: Shade.of(color) for role, color in wished.items()})
    distance = min(least_distances({role: shade.hex for role, shade in shades.items()}).values())
    bonus = _DISTANCE_WEIGHT * min(distance, _ENOUGH_DISTANCE) / _ENOUGH_DISTANCE
    return Candidate(draft.score + bonus, draft.mood, shades)


def _neutrals(
    triple: Mapping[str, Oklch], ground: str, hints: Hints, rng: random.Random
) -> dict[str, Oklch]:
    """Soft tint, background and text that take their hue from the brand colours or the hints."""
    primary = triple["primary"]
    tinted = primary.chroma >= 0.02
    soft_hue = triple[rng.choice(("primary", "primary", "secondary"))].hue
    if hue_gap(soft_hue, primary.hue) > _KINDRED:
        soft_hue = primary.hue
    backgrounds = {
        "primary": Oklch(0.978, 0.008 if tinted else 0.002, primary.hue),
        "accent": Oklch(0.98, 0.009, triple["accent"].hue),
        "paper": Oklch(0.976, 0.012, _PAPER_HUE),
        "neutral": Oklch(0.984, 0.002, primary.hue),
    }
    soft = Oklch(0.915, 0.034 if tinted else 0.006, soft_hue)
    if "soft" in hints.anchors:
        asked = hints.anchors["soft"].color
        soft = Oklch(max(asked.lightness, 0.88), min(asked.chroma, 0.07), asked.hue)
    return {
        "soft": soft,
        "background": backgrounds[ground],
        "text": Oklch(0.22, 0.025 if tinted else 0.008, primary.hue),
    }


def _is_brown(color: Oklch) -> bool:
    return 25 <= color.hue <= 95 and color.lightness < 0.56 and color.chroma < 0.15
