"""Each check of the scorecard passes what is sound and fails what is not."""

import pytest

from core.engine.brief import understand
from core.engine.facade import Query, make_names, make_palette, make_taglines
from core.engine.scorecard.card import scorecard
from core.engine.scorecard.material import CheckResult, DomainState, Line, Parts
from services.package_service import merged
from services.results import Json

BRIEF = "A neighbourhood bakery that delivers sourdough bread by bike"
GOOD = (
    "Barley", "Levain", "Ovenwick", "Crumbloom", "Panora", "Fika", "Flourmill", "Ryestone",
    "Hearthlark", "Dawnloaf",
)  # fmt: skip


def checked(number: int, parts: Parts, description: str = BRIEF) -> CheckResult:
    return next(c for c in scorecard(understand(description), parts) if c.number == number)


def with_names(*names: str) -> Parts:
    return Parts(names=(*names, *GOOD[len(names) :]))


@pytest.mark.parametrize("number", range(1, 9))
def test_good_names_pass_or_are_not_checked(number: int) -> None:
    assert checked(number, Parts(names=GOOD)).result in {"pass", "not_checked"}


@pytest.mark.parametrize(
    ("number", "names"),
    [
        (1, ("Levain", "Lévain", "le vain")),
        (2, ("Breadandbutterbakery",)),
        (2, ("Oat", "Rye", "Bun")),
        (3, ("Panoramanica", "Levainaroma", "Sourdoughery")),
        (4, ("Xzvbq",)),
        (4, ("Tumblr", "Grndl")),
        (4, ("Lngstrth",)),
        (5, ("Bread24",)),
        (5, ("Flowr", "Bater", "Lether")),
        (6, ("Levain", "Levaine")),
        (6, ("Spotify",)),
        (7, ("Pornella",)),
    ],
)
def test_what_a_name_check_is_for_fails(number: int, names: tuple[str, ...]) -> None:
    assert checked(number, with_names(*names)).result == "fail"


def test_a_name_like_a_company_in_the_brief_fails() -> None:
    brief = "Bread by bike, like Crumblume but nearer"
    assert checked(6, Parts(names=GOOD), brief).result == "fail"


def states(status: str, count: int, source: str | None = "rdap") -> Parts:
    """Names of which the first `count` have a domain in one state and the rest a taken one."""
    return Parts(
        names=GOOD,
        domains={
            name: (
                DomainState(
                    f"{name}.com", status if at < count else "taken", source, "2026-11-01T10:00:00Z"
                ),
            )
            for at, name in enumerate(GOOD)
        },
        tlds=("com",),
    )


@pytest.mark.parametrize(
    ("parts", "result"),
    [
        (states("available", 6), "pass"),
        (states("available", 5), "fail"),
        (states("unknown", 6), "not_checked"),
        (states("unknown", 5), "fail"),
        (states("available", 10, source=None), "fail"),
        (Parts(names=GOOD), "not_checked"),
    ],
)
def test_domains_are_free_known_or_not_known(parts: Parts, result: str) -> None:
    assert checked(8, parts).result == result


LINES = (
    Line("Rise. Rest. Ride.", "memorable"),
    Line("Your crust is on its way.", "likable"),
    Line("Meet the morning warm.", "likable"),
    Line("Crumbs by noon.", "memorable"),
    Line("Good bread keeps no secrets.", "likable"),
)


def with_lines(*lines: str, label: str = "likable") -> Parts:
    return Parts(name="Levain", taglines=(*(Line(t, label) for t in lines), *LINES[len(lines) :]))


@pytest.mark.parametrize("number", [1, 9, 10, 11, 12])
def test_good_taglines_pass(number: int) -> None:
    assert checked(number, Parts(name="Levain", taglines=LINES)).result == "pass"


@pytest.mark.parametrize(
    ("number", "lines"),
    [
        (9, ("One loaf too many words for anyone to read in the street today.",)),
        (10, ("The best bread around.",)),
        (10, ("Loved by 5000 families.",)),
        (10, ("Certified by nobody else.",)),
        (11, ("Delivers sourdough bread by bike.",)),
        (11, ("Fresh warm bread daily.", "Fresh warm bread nightly.")),
        (12, ("Rise and ride.", "Rest well.", "Meet us warm.", "Crumbs for noon.", "Good bread.")),
    ],
)
def test_what_a_tagline_check_is_for_fails(number: int, lines: tuple[str, ...]) -> None:
    assert checked(number, with_lines(*lines)).result == "fail"


def test_a_palette_of_ours_passes_and_others_do_not() -> None:
    colors = make_palette(Query(BRIEF), 2, None).colors
    pale = {**colors, "primary": "#ffd9d9"}
    alike = {**colors, "accent": colors["primary"]}
    assert [checked(number, Parts(colors=colors)).result for number in (19, 20)] == ["pass"] * 2
    assert checked(19, Parts(colors=pale)).result == "fail"
    assert checked(19, Parts(colors=alike)).result == "fail"
    assert checked(19, Parts(colors={"primary": "#254a39"})).result == "fail"
    assert checked(20, Parts(colors={"primary": "#254a39"})).result == "fail"


@pytest.mark.parametrize("description", [BRIEF, "Drones for wind turbines", "zxqv blorp", "🚀"])
@pytest.mark.parametrize("seed", range(3))
def test_what_the_engine_makes_passes_every_gate(description: str, seed: int) -> None:
    query = Query(description)
    names = make_names(query, seed, 10)
    lines = make_taglines(query, names[0].text, names[0].parts, seed, 5)
    parts = Parts(
        name=names[0].text,
        names=tuple(name.text for name in names),
        taglines=tuple(Line(line.text, line.label) for line in lines),
        colors=make_palette(query, seed, None).colors,
    )
    gates = [check for check in scorecard(understand(description), parts) if check.kind == "gate"]
    assert [check for check in gates if check.result == "fail"] == []
    assert {check.number for check in gates} == {1, 4, 6, 7, 8, 10, 19, 20}


def test_the_card_of_a_package_counts_once() -> None:
    cards: list[list[Json]] = [
        [{"number": 1, "value": "10 names", "threshold": "10 names", "result": "pass"}],
        [
            {"number": 1, "value": "4 taglines", "threshold": "5 taglines", "result": "fail"},
            {"number": 9},
        ],
    ]
    found = merged(cards)
    assert [check["number"] for check in found] == [1, 9]
    assert found[0]["value"] == "10 names, 4 taglines"
    assert found[0]["result"] == "fail"
    assert merged([]) == []
