"""The engine's calls, one a product step: what runs in a pool process.

The API's own process only names these calls, so what does the work loads inside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.engine.scorecard.material import Appraisal, Parts
from core.engine.types import (
    NO_WISHES,
    Brief,
    Logo,
    Name,
    NameCandidate,
    NameWishes,
    Palette,
    Rejection,
    Tagline,
)
from utils.garbage import lasting_objects

_TOO_ALIKE = "is too like another name, or one real word too many"
PNG_WIDTH = {
    "horizontal": 1024,
    "stacked": 1024,
    "symbol": 512,
    "symbol-small": 512,
    "wordmark": 1024,
}


@dataclass(frozen=True, slots=True)
class Query:
    """What the founder said."""

    description: str
    industry: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class LogoConcept:
    """One concept with its vector files and its transparent PNG."""

    logo: Logo
    png: bytes


@lru_cache(maxsize=256)
def brief_of(query: Query) -> Brief:
    """The query, understood."""
    from core.engine.brief import understand

    return understand(query.description, query.industry, query.style)


def make_names(query: Query, seed: int, count: int, wishes: NameWishes = NO_WISHES) -> list[Name]:
    """Up to `count` names that follow the wishes, best first; without wishes exactly as many."""
    from core.engine.names.generate import generate_names
    from core.engine.names.wishes import unwished

    names = generate_names(brief_of(query), seed=seed, count=count, wishes=wishes)
    return [name for name in names if unwished(wishes, name.text) is None]


def complete_names(
    query: Query,
    seed: int,
    count: int,
    given: Sequence[NameCandidate],
    wishes: NameWishes = NO_WISHES,
) -> tuple[list[Name], list[Rejection]]:
    """The locked and the acceptable given names, filled up to `count` with our own; the refused.

    Best first. A given name is also refused when it goes against the wishes or is too like another.
    """
    from core.engine.names.choice import varied
    from core.engine.names.generate import generate_names
    from core.engine.names.judge import judge_all

    brief = brief_of(query)
    locked, refused = judge_all(brief, [NameCandidate(text) for text in wishes.locked], NO_WISHES)
    offered, unsound = judge_all(brief, given, wishes)
    names = varied(offered, count, locked[:count])
    left_out = [name for name in offered if name not in names]
    refused += [*unsound, *(Rejection(name.text, _TOO_ALIKE) for name in left_out)]
    taken = (*wishes.exclude, *wishes.locked, *(candidate.text for candidate in given))
    limits = replace(wishes, exclude=taken)
    return generate_names(brief, seed=seed, count=count, wishes=limits, start=names), refused


def make_taglines(
    query: Query,
    name: str,
    parts: Sequence[str],
    seed: int,
    count: int,
    exclude: Sequence[str] = (),
) -> list[Tagline]:
    """Exactly `count` taglines that are not in `exclude`."""
    from core.engine.taglines.generate import generate_taglines

    return generate_taglines(brief_of(query), name, parts, seed=seed, count=count, exclude=exclude)


def complete_taglines(
    query: Query,
    name: str,
    parts: Sequence[str],
    seed: int,
    count: int,
    given: Sequence[tuple[str, str | None]],
) -> tuple[list[Tagline], list[Rejection]]:
    """The acceptable given (text, framework) lines, filled up to `count`; and the refused.

    A given line is also refused when it would make the set repeat itself.
    """
    from core.engine.taglines.generate import complete_set
    from core.engine.taglines.judge import judge_tagline
    from core.engine.taglines.words import same_line

    brief = brief_of(query)
    judged = {
        same_line(text): judge_tagline(brief, name, text, framework) for text, framework in given
    }
    sound = [line for line in judged.values() if isinstance(line, Tagline)]
    refused = [line for line in judged.values() if isinstance(line, Rejection)]
    taken = [text for text, _ in given]
    lines, left_out = complete_set(brief, name, parts, sound, seed=seed, count=count, exclude=taken)
    refused += [Rejection(line.text, "is too like another line of the set") for line in left_out]
    return lines, refused


def make_palette(query: Query, seed: int, hints: str | None) -> Palette:
    """A palette that meets WCAG 2.2 AA, with its scheme."""
    from core.engine.palette.generate import generate_palette
    from core.engine.palette.theme import scheme_of

    palette = generate_palette(brief_of(query), seed=seed, hints=hints)
    return replace(palette, scheme=scheme_of(palette.colors))


def complete_palette(
    query: Query, seed: int, hints: str | None, given: Mapping[str, str]
) -> tuple[Palette, Rejection | None]:
    """The given colours by role, repaired; our own palette without any or when none is usable."""
    from core.engine.palette.repair import repair_palette
    from core.engine.palette.theme import scheme_of

    if not given:
        return make_palette(query, seed, hints), None
    repaired = repair_palette(brief_of(query), given)
    if isinstance(repaired, Rejection):
        return make_palette(query, seed, hints), repaired
    return replace(repaired, scheme=scheme_of(repaired.colors)), None


def make_logo(
    query: Query,
    name: str,
    parts: Sequence[str],
    colors: Mapping[str, str],
    seed: int,
    variation: int,
) -> LogoConcept:
    """Concept number `variation` (1–3) for a name in a palette's colours by role.

    Raises ValueError when no typeface has all letters of the name or the colours are unusable.
    """
    from core.engine.logos.generate import generate_logo
    from core.engine.palette.repair import repair_palette
    from utils.image_utils import svg_to_png

    brief = brief_of(query)
    palette = repair_palette(brief, colors)
    if isinstance(palette, Rejection):
        raise ValueError(palette.reason)  # noqa: TRY004  # the value is wrong, not its type
    logo = generate_logo(brief, name, parts, palette, seed=seed, variation=variation)
    main = logo.files[0]
    return LogoConcept(logo, svg_to_png(main.svg, PNG_WIDTH[main.lockup]))


def appraise(query: Query, parts: Parts) -> Appraisal:
    """How the query was understood, and the checks of a package or of a part of one."""
    from core.engine.ontology import ontology
    from core.engine.scorecard.card import scorecard

    brief = brief_of(query)
    fields = ontology().industries
    return Appraisal(
        fields={fields[each.id].label: each.weight for each in brief.industries},
        concepts=brief.concepts,
        confidence=brief.confidence,
        checks=scorecard(brief, parts),
    )


def warm_up() -> None:
    """Load all data and fonts, so that the first request is as quick as the next.

    One name to judge loads what a hundred drafts do.
    """
    with lasting_objects():
        from core.engine.logos.generate import load

        query = Query("A small bakery that delivers sourdough bread")
        given = NameCandidate("Barleyfox", ("barley", "fox"), "compound")
        name = complete_names(query, 0, 1, (given,))[0][0]
        make_taglines(query, name.text, name.parts, 0, 5)
        make_palette(query, 0, None)
        load()
