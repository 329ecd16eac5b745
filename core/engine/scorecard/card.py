"""All checks of a package or of a part of one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.engine.names.lexicon import folded
from core.engine.palette.judge import ROLES
from core.engine.palette.repair import repair_palette
from core.engine.scorecard import colors, marks, names, taglines
from core.engine.scorecard.material import CheckResult, Mark, Parts
from core.engine.taglines.lint import given_by
from core.engine.taglines.words import same_line
from core.engine.types import Brief, Rejection

_NAMES, _TAGLINES, _MARKS = 10, 5, 3


def scorecard(brief: Brief, parts: Parts) -> tuple[CheckResult, ...]:
    """The checks 1 to 20 that the parts allow, in order."""
    found = [counts(parts)]
    if parts.names:
        found += _of_names(brief, parts, parts.names)
    if lines := parts.taglines:
        given = given_by(brief, parts.name or "")
        found += [
            taglines.length(lines),
            taglines.truthful(given, lines),
            taglines.fresh(given, lines),
            taglines.mix(lines),
        ]
    if parts.marks:
        found += marks.checks(_completed(brief, parts.marks))
    if parts.colors:
        found += [colors.contrast(parts.colors), colors.color_vision(parts.colors)]
    return tuple(found)


def _of_names(brief: Brief, parts: Parts, proposed: tuple[str, ...]) -> list[CheckResult]:
    return [
        names.length(proposed),
        names.syllable_count(proposed),
        names.ease(proposed),
        names.spelling(proposed),
        names.distinct(brief, proposed),
        names.safety(parts.tlds, proposed),
        names.domains(parts.domains or {}, proposed),
    ]


def _completed(brief: Brief, drawn: Sequence[Mark]) -> Sequence[Mark]:
    """The marks with every role of the palette they are drawn in: given colours may be fewer."""
    palette = repair_palette(brief, drawn[0].colors)
    if isinstance(palette, Rejection):
        return drawn
    return [replace(mark, colors=palette.colors) for mark in drawn]


def counts(parts: Parts) -> CheckResult:
    """Check 1: as many of each as promised, all of them different."""
    found = [
        ("names", _different(map(folded, parts.names or ())), _NAMES, parts.names),
        (
            "taglines",
            _different(same_line(line.text) for line in parts.taglines or ()),
            _TAGLINES,
            parts.taglines,
        ),
        ("concepts", len(parts.marks or ()), _MARKS, parts.marks),
        ("colours", len(set(parts.colors or ()) & set(ROLES)), len(ROLES), parts.colors),
    ]
    there = [entry for entry in found if entry[3] is not None]
    sound = all(count == wanted for _, count, wanted, _ in there)
    return CheckResult(
        1, "counts", "gate",
        ", ".join(f"{count} {kind}" for kind, count, _, _ in there),
        ", ".join(f"{wanted} {kind}" for kind, _, wanted, _ in there),
        "pass" if sound else "fail", "Different ones only; case, spaces and accents do not count.",
    )  # fmt: skip


def _different(texts: Iterable[str]) -> int:
    return len(set(texts))
