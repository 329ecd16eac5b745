"""Three logo concepts for a name: a combination mark, a compact mark and a wordmark."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.engine.logos.art import Role
from core.engine.logos.concepts import Concept, Material, combinations, compacts, wordmarks
from core.engine.logos.distinct import Look, first_sound, missed
from core.engine.logos.files import TREATMENTS, files
from core.engine.logos.fonts import Typeface, all_presets, covering, presets_for, typeface
from core.engine.logos.ideas import Idea, ideas
from core.engine.logos.known import known_marks
from core.engine.logos.paint import Inks
from core.engine.logos.paint import inks as inks_for
from core.engine.logos.small import small_mark
from core.engine.logos.typeset import cased, line, normalised
from core.engine.seeding import stage_random
from core.engine.types import Brief, Logo, Palette

_MAKERS = (combinations, compacts, wordmarks)
LONGEST_NAME = 80
_THIN = frozenset({"instrument-serif"})  # too thin for a ring or a container
_DRAWS = 8  # one set in some two thousand has to be drawn twice
_KEPT = 16  # drawings that a process keeps: the calls for one package follow each other closely


@dataclass(frozen=True, slots=True)
class _Task:
    """All that a drawing depends on; `light` are the inks on light grounds, by role."""

    brief: Brief
    name: str
    parts: tuple[str, ...]
    mood: str
    light: tuple[tuple[Role, str], ...]
    seed: int


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A concept and the typeface it is set in."""

    concept: Concept
    face: Typeface


def load() -> None:
    """Read every typeface and all marks of known brands, so that the first logo is quick."""
    for each in all_presets():
        typeface(each)
    known_marks()


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

    The first file of each concept is its main lockup in colour. A smaller
    `count` gives the same first ones. Raises ValueError when the name is empty,
    longer than `LONGEST_NAME`, or has a character that no installed typeface draws.
    """
    task = _task(brief, name_text, name_parts, palette, seed)
    drawings = _drawings(task, max(count, len(_MAKERS)))
    return [_logo(drawing, task.name, palette) for drawing in drawings[:count]]


def generate_logo(
    brief: Brief,
    name_text: str,
    name_parts: Sequence[str],
    palette: Palette,
    *,
    seed: int,
    variation: int,
) -> Logo:
    """Concept number `variation` (from 1) of `generate_logos`, without the files of the others.

    The drawings are kept, so that the calls for the other concepts of a name are quick.
    """
    task = _task(brief, name_text, name_parts, palette, seed)
    drawings = _drawings(task, max(variation, len(_MAKERS)))
    return _logo(drawings[variation - 1], task.name, palette)


def _task(
    brief: Brief, name_text: str, name_parts: Sequence[str], palette: Palette, seed: int
) -> _Task:
    name = normalised(name_text)
    _check(name)
    light = tuple(inks_for(palette, "color").items())
    return _Task(brief, name, tuple(name_parts), palette.mood, light, seed)


@lru_cache(maxsize=_KEPT)
def _drawings(task: _Task, count: int) -> tuple[_Drawing, ...]:
    """The concepts of a task, not yet written to files."""
    industries = [each.id for each in task.brief.industries]
    rng = stage_random("logos", task.seed, task.name, list(task.parts), industries, task.mood)
    faces = _typefaces(task.mood, task.name, rng)
    found = ideas(task.brief, task.parts, task.name, rng)
    material = Material(task.brief, task.name, task.parts, tuple(found))
    concepts = _distinct_concepts(material, faces, count, dict(task.light), rng)
    drawings = []
    for index, concept in enumerate(concepts):
        face = faces[index % len(faces)]
        drawings.append(_Drawing(_with_small_mark(concept, face, task), face))
    return tuple(drawings)


def _with_small_mark(concept: Concept, face: Typeface, task: _Task) -> Concept:
    """The concept with a simpler symbol as well, when the full one is not clear at 16 pixels."""
    small = small_mark(concept, face, task.name, dict(task.light))
    if small is None:
        return concept
    return replace(concept, sheets=(*concept.sheets, ("symbol-small", small)))


def _logo(drawing: _Drawing, name: str, palette: Palette) -> Logo:
    """A drawing with its files in all treatments."""
    concept = drawing.concept
    inks = {treatment: inks_for(palette, treatment) for treatment in TREATMENTS}
    return Logo(
        family=concept.family,
        font=drawing.face.label,
        motif=concept.motif,
        gesture=concept.gesture,
        idea=concept.idea,
        files=files(name, concept.sheets, inks),
    )


def _distinct_concepts(
    material: Material, faces: Sequence[Typeface], count: int, inks: Inks, rng: random.Random
) -> list[Concept]:
    """Concepts drawn anew until the first of each family pass all gates; else the least bad.

    Every second time the next idea leads; after the last one comes a pattern without a picture.
    """
    drawn: list[tuple[float, list[Concept]]] = []
    known = (*material.ideas, Idea(None, "none"))
    while len(drawn) < _DRAWS:
        turn = len(drawn) // 2 % len(known)
        turned = replace(material, ideas=known[turn:] + known[:turn]) if turn else material
        concepts, looks = _concepts(turned, faces, count, inks, rng)
        drawn.append((missed(looks[: len(_MAKERS)]), concepts))
        if drawn[-1][0] == 0:
            break
    return min(drawn, key=lambda each: each[0])[1]


def _concepts(
    material: Material, faces: Sequence[Typeface], count: int, inks: Inks, rng: random.Random
) -> tuple[list[Concept], list[Look]]:
    """One concept after the other, each with an idea of its own and a symbol unlike the others."""
    found: list[Concept] = []
    looks: list[Look] = []
    for index in range(count):
        used = {concept.motif for concept in found}
        fresh = [each for each in material.ideas if each.motif not in used] or [Idea(None, "none")]
        face = faces[index % len(faces)]
        options = _MAKERS[index % len(_MAKERS)](material, face, fresh, rng)
        concept, look = first_sound(options, looks, inks)
        found.append(concept)
        looks.append(look)
    return found, looks


def _typefaces(mood: str, name: str, rng: random.Random) -> list[Typeface]:
    """Typefaces of different families that can set the name, those of the mood first."""
    needed = name + cased(name, "lower") + cased(name, "upper")
    own = covering(presets_for(mood), needed)
    rng.shuffle(own)
    families = {face.preset.family for face in own}
    others = [each for each in all_presets() if each.family not in families]
    faces = own if len(own) >= len(_MAKERS) else [*own, *covering(others, needed)]
    if 0 < len(faces) < len(_MAKERS):  # other settings of the few families that have the letters
        able = (typeface(each) for each in all_presets() if typeface(each).covers(needed))
        faces += [face for face in able if face not in faces]
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
