"""Three logo concepts for a name: a combination mark, a compact mark and a wordmark."""

import random
from collections.abc import Sequence

from core.engine.logos.concepts import Concept, Material, combination, compact, wordmark
from core.engine.logos.files import TREATMENTS, files
from core.engine.logos.fonts import Typeface, all_presets, covering, presets_for
from core.engine.logos.ideas import Idea, ideas
from core.engine.logos.paint import inks as inks_for
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
    inks = {treatment: inks_for(palette, treatment) for treatment in TREATMENTS}
    logos = []
    for index, concept in enumerate(_concepts(material, faces, count, rng)):
        face = faces[index % len(faces)]
        logos.append(
            Logo(
                family=concept.family,
                font=face.label,
                motif=concept.motif,
                gesture=concept.gesture,
                idea=concept.idea,
                files=files(name, concept.sheets, inks),
            )
        )
    return logos


def _concepts(
    material: Material, faces: Sequence[Typeface], count: int, rng: random.Random
) -> list[Concept]:
    """One concept after the other, each with an idea and a container that no other has."""
    found: list[Concept] = []
    for index in range(count):
        face = faces[index % len(faces)]
        used = {concept.motif for concept in found}
        fresh = [each for each in material.ideas if each.motif not in used] or [Idea(None, "none")]
        family = _FAMILIES[index % len(_FAMILIES)]
        if family == "combination":
            found.append(combination(material, face, fresh[0], rng))
        elif family == "compact":
            taken = found[-1].container
            found.append(compact(material, face, fresh[0], rng, taken))
        else:
            motifs = [each.motif for each in fresh if each.motif is not None]
            found.append(wordmark(material, face, motifs, rng))
    return found


def _typefaces(mood: str, name: str, rng: random.Random) -> list[Typeface]:
    """Typefaces of different families that can set the name, those of the mood first."""
    needed = name + name.upper() + name.lower()
    own = covering(presets_for(mood), needed)
    rng.shuffle(own)
    families = {face.preset.family for face in own}
    others = [each for each in all_presets() if each.family not in families]
    faces = own if len(own) >= len(_FAMILIES) else [*own, *covering(others, needed)]
    if not faces:
        raise ValueError(f"No installed typeface has all characters of the name {name!r}.")
    return faces


def _check(name: str) -> None:
    if not name:
        raise ValueError("The name is empty: there is nothing to draw.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name is longer than {LONGEST_NAME} characters.")
