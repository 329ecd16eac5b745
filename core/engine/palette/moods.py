"""Which colour worlds suit a brief, and the curated triples of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from core.engine.ontology import ontology
from core.engine.pack import section
from core.engine.palette.color import Oklch
from core.engine.palette.judge import BRAND_ROLES
from core.engine.types import MOOD_IDS, Brief

_RANKS = (1.0, 0.78, 0.56)
_LATER_INDUSTRY = 0.8
_SURE = 0.35  # below this confidence the concepts lead
_UNSURE_INDUSTRY = 0.55
_CONCEPT_BONUS = 0.1
_CONCEPT_ALONE = 0.5
_HINTED = 1.15


@dataclass(frozen=True, slots=True)
class Archetype:
    """One curated triple and the mood it belongs to."""

    mood: str
    colors: Mapping[str, Oklch]


@cache
def archetypes() -> tuple[Archetype, ...]:
    """Every curated triple of every mood, in a fixed order."""
    moods = section("palette")["moods"]
    return tuple(
        Archetype(mood, {role: Oklch(*c) for role, c in zip(BRAND_ROLES, triple, strict=True)})
        for mood in MOOD_IDS
        for triple in moods[mood]["triples"]
    )


@cache
def _mood_of_concept() -> dict[str, str]:
    moods = section("palette")["moods"]
    return {concept: mood for mood in MOOD_IDS for concept in moods[mood]["concepts"]}


def mood_weights(brief: Brief, hinted: tuple[str, ...] = ()) -> dict[str, float]:
    """Moods that suit the brief and the hints, about 0–1.3; all alike when none is known."""
    weights: dict[str, float] = {}
    sure = brief.confidence >= _SURE
    industry_share = 1.0 if sure else _UNSURE_INDUSTRY
    for place, industry in enumerate(brief.industries):
        field = ontology().industries.get(industry.id)
        moods = field.moods if field else ()
        share = industry_share * _LATER_INDUSTRY**place
        for rank, mood in zip(_RANKS, moods, strict=False):
            weights[mood] = max(weights.get(mood, 0.0), share * rank)
    _add_concepts(weights, brief.concepts, leading=not weights or not sure)
    for mood in hinted:
        weights[mood] = max(weights.get(mood, 0.0) + _CONCEPT_BONUS, _HINTED)
    return weights or dict.fromkeys(MOOD_IDS, _CONCEPT_ALONE)


def _add_concepts(weights: dict[str, float], concepts: tuple[str, ...], *, leading: bool) -> None:
    """Raises the moods of the first concepts; `leading` ranks them like those of an industry."""
    known = [_mood_of_concept()[concept] for concept in concepts if concept in _mood_of_concept()]
    for rank, mood in zip(_RANKS, dict.fromkeys(known), strict=False):
        if leading:
            weights[mood] = max(weights.get(mood, 0.0), rank)
        elif mood in weights:
            weights[mood] += _CONCEPT_BONUS * rank
        else:
            weights[mood] = _CONCEPT_ALONE * rank
