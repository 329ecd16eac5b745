"""The logo checks of the scorecard pass what we draw and fail what is not a logo."""

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from core.engine.logos.generate import generate_logos
from core.engine.scorecard.marks import checks
from core.engine.scorecard.material import CheckResult, Mark
from core.engine.types import Lockup, Treatment
from tests.unit.test_core.engine.logo_cases import BRANDS, COLOURS, brief, palette

Files = Mapping[tuple[Lockup, Treatment], str]
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"><title>A</title>'


def drawn(index: int = 0) -> list[Mark]:
    name, parts, industry = BRANDS[index]
    logos = generate_logos(brief(industry), name, parts, palette(), seed=4)
    return [
        Mark(
            logo.family,
            COLOURS,
            {(file.lockup, file.treatment): file.svg for file in logo.files},
        )
        for logo in logos
    ]


def checked(number: int, marks: list[Mark]) -> CheckResult:
    return next(check for check in checks(marks) if check.number == number)


def with_symbol(mark: Mark, *paths: tuple[str, str], small: bool = False) -> Mark:
    """The mark with another symbol in both treatments that are measured."""
    body = "".join(f'<path fill="{fill}" d="{data}"/>' for fill, data in paths)
    lockup: Lockup = "symbol-small" if small else "symbol"
    files: Files = {
        **{key: svg for key, svg in mark.files.items() if key[0] != "symbol-small"},
        (lockup, "black"): f"{HEAD}{body}</svg>",
        (lockup, "color"): f"{HEAD}{body}</svg>",
    }
    return replace(mark, files=files)


@pytest.mark.parametrize("index", range(len(BRANDS)))
def test_what_the_engine_draws_passes_every_gate(index: int) -> None:
    found = checks(drawn(index))
    assert [check.number for check in found] == list(range(13, 19))
    assert [check for check in found if check.kind == "gate" and check.result != "pass"] == []


SQUARE = "M10 10L90 10L90 90L10 90Z"
HAIR = "M10 10L10.5 10L10.5 90L10 90Z"
CHANCE = random.Random(1)
NOISE = "".join(
    f"M{x} {y}L{x + 3} {y}L{x + 3} {y + 3}L{x} {y + 3}Z"
    for x in range(5, 95, 3)
    for y in range(5, 95, 3)
    if CHANCE.random() < 0.5
)


@pytest.mark.parametrize(
    ("number", "paths"),
    [
        (13, [("#123456", SQUARE)]),
        (13, [("#000000", "M10.12345 10L90 10L90 90Z")]),
        (14, [("#000000", SQUARE)] * 9),
        (15, [("#000000", NOISE)]),
        (16, [("#000000", HAIR)]),
        (17, [(COLOURS["background"], SQUARE)]),
    ],
)
def test_what_a_check_is_for_fails(number: int, paths: list[tuple[str, str]]) -> None:
    marks = drawn()
    assert checked(number, [with_symbol(marks[0], *paths), *marks[1:]]).result == "fail"


def test_a_small_mark_stands_in_at_small_sizes() -> None:
    marks = drawn()
    hair = with_symbol(marks[0], ("#000000", HAIR))
    assert checked(16, [hair, *marks[1:]]).result == "fail"
    solid = with_symbol(hair, ("#000000", "M25 25L75 25L75 75L25 75Z"), small=True)
    assert checked(16, [solid, *marks[1:]]).result == "pass"


def test_equal_concepts_and_a_single_kind_fail() -> None:
    first, second, third = drawn()
    assert checked(18, [first, replace(second, files=first.files), third]).result == "fail"
    alike = [replace(mark, family="wordmark") for mark in (first, second, third)]
    assert checked(18, alike).result == "fail"


def test_pictures_of_pixels_are_not_checked() -> None:
    marks = [*drawn()[:2], Mark("combination", COLOURS, {})]
    assert {check.result for check in checks(marks)} == {"not_checked"}
