"""Three logo concepts for a name: a combination mark, a compact mark and a wordmark."""

import random
from collections.abc import Sequence

from core.engine.logos.concepts import Concept, Material, combinations, compacts, wordmarks
from core.engine.logos.distinct import first_distinct
from core.engine.logos.files import TREATMENTS, files
from core.engine.logos.fonts import Typeface, all_presets, covering, presets_for
from core.engine.logos.ideas import Idea, ideas
from core.engine.logos.paint import inks as inks_for
from core.engine.logos.typeset import cased, line, normalised
from core.engine.seeding import stage_random
from core.engine.types import Brief, Logo, Palette

_MAKERS = (combinations, compacts, wordmarks)
LONGEST_NAME = 80
_THIN = frozenset({"instrument-serif"})  # too thin for a ring or a container


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

    The first file of each concept is its main lockup in colour. No concept depends on those after
    it: a smaller `count` gives the same first ones. Raises ValueError when the name is empty,
    longer than `LONGEST_NAME`, or has a character that no installed typeface draws.
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
    """One concept after the other, each with an idea of its own and a symbol unlike the others."""
    found: list[Concept] = []
    thumbnails: list[bytes] = []
    for index in range(count):
        used = {concept.motif for concept in found}
        fresh = [each for each in material.ideas if each.motif not in used] or [Idea(None, "none")]
        face = faces[index % len(faces)]
        options = _MAKERS[index % len(_MAKERS)](material, face, fresh, rng)
        concept, small = first_distinct(options, thumbnails)
        found.append(concept)
        thumbnails.append(small)
    return found


def _typefaces(mood: str, name: str, rng: random.Random) -> list[Typeface]:
    """Typefaces of different families that can set the name, those of the mood first."""
    needed = name + cased(name, "lower") + cased(name, "upper")
    own = covering(presets_for(mood), needed)
    rng.shuffle(own)
    families = {face.preset.family for face in own}
    others = [each for each in all_presets() if each.family not in families]
    faces = own if len(own) >= len(_MAKERS) else [*own, *covering(others, needed)]
    if len(faces) > 2 and faces[1].preset.family in _THIN:
        faces[1], faces[2] = faces[2], faces[1]
    if not faces:
        raise ValueError(f"No installed typeface has all characters of the name {name!r}.")
    if line(faces[0], name).shape.empty:
        raise ValueError(f"The name {name!r} has no visible character.")
    return faces


def _check(name: str) -> None:
    if not name:
        raise ValueError("The name is empty: there is nothing to draw.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name is longer than {LONGEST_NAME} characters.")
