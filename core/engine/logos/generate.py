"""Three logo concepts for a name: a combination mark, a compact mark and a wordmark."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from core.engine.logos.fonts import Typeface, all_presets, covering, presets_for
from core.engine.logos.concepts import Concept, Material, combination, compact, wordmark
from core.engine.logos.files import files
from core.engine.logos.ideas import Idea, ideas
from core.engine.logos.typeset import normalised
from core.engine.seeding import stage_random
from core.engine.types import Brief, Logo, LogoFamily, Palette

_FAMILIES: tuple[LogoFamily, ...] = ("combination", "compact", "wordmark")
LONGEST_NAME = 80


def generate_logos(
    brief: Brief,
    name_text: str,
    name_parts: Sequence[str],
    palette: Palette,
    *,
    seed: int,
    count: int = 3,
) -> list[Logo]:
    """`count` concepts of alternating families and typefaces; equal inputs give equal bytes.

    The first file of each concept is its main lockup in colour. Raises ValueError when the name is
    empty, longer than `LONGEST_NAME`, or has a character that no installed typeface draws.
    """
    name = normalised(name_text)
    _check(name)
    rng = stage_random(
        "logos", seed, name, list(name_parts), [each.id for each in brief.industries], palette.mood
    )
    faces = _typefaces(palette.mood, name, rng)
    material = Material(brief, name, tuple(name_parts), tuple(ideas(brief, name_parts, name, rng)))
    logos: list[Logo] = []
    for index in range(count):
        logos.append(_logo(material, palette, faces, index, rng))
    return logos


def _check(name: str) -> None:
    if not name:
        raise ValueError("The name is empty: there is nothing to draw.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name is longer than {LONGEST_NAME} characters.")
