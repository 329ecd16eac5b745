"""Checks 13 to 18: logos.

Limits after 1,863 real logos (13), 435 symbols (14), 435–500 icons (15, 16, 18) and WCAG 2.2, 1.4.3
and 1.4.11 (17).
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from core.engine.logos.gates import (
    ALIKE,
    LEAST_INK,
    LEGIBLE,
    LIKE_A_BRAND,
    LOST_AT_16,
    LOST_AT_32,
    MOST_INK,
    MOST_PARTS,
    missed_small,
)
from core.engine.logos.known import nearest_known
from core.engine.logos.paint import READABLE, VISIBLE, contrast, dark_ground
from core.engine.logos.svg_check import LaidPart, faults, layers_of, outlined_share, simplicity
from core.engine.palette.judge import floored
from core.engine.scorecard.material import CheckResult, Kind, Mark
from core.engine.types import Lockup, Treatment
from utils.image_utils import SmallSizes, correlation, ink_share, small_sizes, thumbnail

_SIMPLE = (7, 142, 3, 12_600)  # shapes, path commands, colours, bytes
_SAME_INK = 0.02  # share of the canvas
_FAMILIES = 2
_WORD_SHARE = 0.15  # of the ink of a wordmark, from which a part is a word and not a sign
_SCORES = frozenset({14, 16})
_WHITE, _BLACK = "#ffffff", "#000000"


def checks(marks: Sequence[Mark]) -> list[CheckResult]:
    """All checks of the concepts that have vector files."""
    drawn = [mark for mark in marks if ("symbol", "black") in mark.files]
    if len(drawn) < len(marks):
        return [_not_checked(number, key) for number, key in _KEYS.items()]
    sizes = [small_sizes(svg) for mark in drawn for svg in _small(mark)]
    return [
        clean(drawn),
        simple(drawn),
        legible(sizes),
        detailed(sizes),
        grounded(drawn),
        apart(drawn),
    ]


_KEYS = {
    13: "svg_clean", 14: "simplicity", 15: "legible_at_16_px", 16: "detail_survives",
    17: "logo_on_grounds", 18: "concepts_differ",
}  # fmt: skip


def clean(marks: Sequence[Mark]) -> CheckResult:
    """Check 13: outlined paths in colours of the palette and nothing else; two readers agree."""
    found = {
        f"{lockup} {treatment} {fault}"
        for mark in marks
        for (lockup, treatment), svg in mark.files.items()
        for fault in faults(svg, {*mark.colors.values(), _WHITE, _BLACK})
    }
    if not found:
        symbols = (mark.files["symbol", "black"] for mark in marks)
        found = {"a symbol is read in two ways" for svg in symbols if not _read_alike(svg)}
    count = sum(len(mark.files) for mark in marks)
    return CheckResult(
        13, _KEYS[13], "gate", len(found), "0 faults", "fail" if found else "pass",
        "; ".join(sorted(found)[:5]) + "." if found
        else f"{count} files hold outlined paths and nothing else; resvg and Skia read them alike.",
    )  # fmt: skip


def _read_alike(svg: str) -> bool:
    """Whether the pixels of one reader and the outlines of another give the same area of ink."""
    return abs(ink_share(svg) - outlined_share(svg)) <= _SAME_INK


def simple(marks: Sequence[Mark]) -> CheckResult:
    """Check 14: what the colour symbol is made of, the most of all concepts."""
    found = [simplicity(mark.files["symbol", "color"]) for mark in marks]
    most = (
        max(each.shapes for each in found),
        max(each.commands for each in found),
        max(each.colors for each in found),
        max(each.size for each in found),
    )
    sound = all(value <= limit for value, limit in zip(most, _SIMPLE, strict=True))
    return CheckResult(
        14, _KEYS[14], "score", "{} shapes, {} commands, {} colours, {} bytes".format(*most),
        "≤ {} shapes, ≤ {} commands, ≤ {} colours, ≤ {} bytes".format(*_SIMPLE),
        "pass" if sound else "fail", "The most of all concepts; nine of ten real symbols keep it.",
    )  # fmt: skip


def legible(sizes: Sequence[SmallSizes]) -> CheckResult:
    """Check 15: the mark used at 16 px, small where there is one, against itself at full size."""
    least = min(each.legibility for each in sizes)
    return CheckResult(
        15, _KEYS[15], "gate", round(least, 2), f"≥ {LEGIBLE}",
        "pass" if least >= LEGIBLE else "fail",
        "Least correlation of a mark at 16 px with itself at full size, in one ink and in colour.",
    )  # fmt: skip


def detailed(sizes: Sequence[SmallSizes]) -> CheckResult:
    """Check 16: ink that a small size loses, separate parts, and the share of the square."""
    sound = all(missed_small(each) == 0 for each in sizes)
    inked = [each.ink for each in sizes]
    return CheckResult(
        16, _KEYS[16], "score",
        f"{max(each.lost_at_16 for each in sizes):.2f} lost at 16 px, "
        f"{max(each.lost_at_32 for each in sizes):.2f} at 32 px, "
        f"{max(each.parts for each in sizes)} parts",
        f"≤ {LOST_AT_16} and ≤ {LOST_AT_32} lost, ≤ {MOST_PARTS} parts, "
        f"ink {LEAST_INK:.0%}–{MOST_INK:.0%}",
        "pass" if sound else "fail",
        f"Ink covers {min(inked):.0%} to {max(inked):.0%}.",
    )  # fmt: skip


def grounded(marks: Sequence[Mark]) -> CheckResult:
    """Check 17: each part against what it lies on, on every ground it ships for."""
    found = [
        (contrast(part.fill, part.on or ground), _needed(lockup, part), f"{lockup} {treatment}")
        for mark in marks
        for (lockup, treatment), svg in mark.files.items()
        for part in layers_of(svg)
        for ground in _grounds(treatment, mark.colors)
    ]
    ratio, _, where = min(found, key=lambda each: each[0] / each[1])
    low = [each for each in found if each[0] < each[1]]
    return CheckResult(
        17, _KEYS[17], "gate", floored(ratio), f"≥ {VISIBLE:g}:1, words ≥ {READABLE:g}:1",
        "fail" if low else "pass",
        f"{len(found)} parts on their grounds; the closest is in {where}.",
    )  # fmt: skip


def _needed(lockup: Lockup, part: LaidPart) -> float:
    """Words have to be read; what is small in a wordmark is a sign and only has to be seen."""
    return READABLE if lockup == "wordmark" and part.share >= _WORD_SHARE else VISIBLE


def apart(marks: Sequence[Mark]) -> CheckResult:
    """Check 18: unlike each other and known brands, of at least two kinds."""
    alike = max(
        (
            correlation(*pair)
            for treatment in ("black", "color")
            for pair in combinations([_thumbnail(mark, treatment) for mark in marks], 2)
        ),
        default=-1.0,
    )
    symbols = (mark.files["symbol", "black"] for mark in marks)
    brand, near = max(map(nearest_known, symbols), key=lambda found: found[1])
    families = len({mark.family for mark in marks})
    sound = alike <= ALIKE and near <= LIKE_A_BRAND and families >= min(_FAMILIES, len(marks))
    return CheckResult(
        18, _KEYS[18], "gate", round(alike, 2),
        f"≤ {ALIKE} between concepts of {_FAMILIES} kinds, ≤ {LIKE_A_BRAND} to a known brand",
        "pass" if sound else "fail",
        f"{families} kinds; the most alike known brand is {brand} with {near:.2f}: "
        "a flag, not a legal search.",
    )  # fmt: skip


def _thumbnail(mark: Mark, treatment: Treatment) -> bytes:
    return thumbnail(mark.files["symbol", treatment])


def _small(mark: Mark) -> list[str]:
    """What is used at 16 px, in one ink and in colour."""
    lockup: Lockup = "symbol-small" if ("symbol-small", "black") in mark.files else "symbol"
    return [mark.files[lockup, "black"], mark.files[lockup, "color"]]


def _grounds(treatment: Treatment, colors: Mapping[str, str]) -> tuple[str, ...]:
    """The grounds that a treatment is made for."""
    if treatment == "black":
        return (_WHITE,)
    if treatment == "white":
        return (_BLACK,)
    if treatment == "color":
        return (colors["background"], _WHITE)
    return (dark_ground(colors), colors["text"])


def _not_checked(number: int, key: str) -> CheckResult:
    kind: Kind = "score" if number in _SCORES else "gate"
    return CheckResult(
        number, key, kind, None, "vector files", "not_checked",
        "A concept is a picture of pixels: there is no outline to measure.",
    )  # fmt: skip
