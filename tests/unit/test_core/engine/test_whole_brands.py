"""Whole brands from any description: every stage answers, keeps its rules and repeats itself."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.facade import (
    Query,
    brief_of,
    complete_names,
    complete_taglines,
    make_logo,
    make_names,
    make_palette,
    make_taglines,
)
from core.engine.scorecard.card import scorecard
from core.engine.scorecard.material import Line, Parts
from core.engine.taglines.lint import given_by, lint
from core.engine.types import NameCandidate, Rejection
from tests.unit.test_core.engine.fixture_briefs import BRIEFS

ODD = (
    "x", "tea", "and of the for with", "12345 67", "!!! ???", "🐝🍯", "日本語のサービス",
    "Сервис доставки хлеба",
    "خبز طازج", "Wir reparieren alte Uhren", "Une boulangerie de quartier", "Taller de bicicletas",
    "zxqv blorp frimble", "A" * 2_000, "bread " * 400, "We " + "really " * 300 + "bake bread",
    "<script>alert(1)</script> bakery", "Robert'); DROP TABLE users;--", "a\tb\nc", "ﬁne ﬂour",
)  # fmt: skip


@pytest.mark.parametrize("description", BRIEFS)
@pytest.mark.parametrize("seed", range(5))
def test_taglines_of_every_fixture_keep_the_rules(description: str, seed: int) -> None:
    query = Query(description)
    name = make_names(query, seed, 1)[0]
    lines = make_taglines(query, name.text, name.parts, seed, 5)
    given_words = given_by(brief_of(query), name.text)
    assert {line.text: lint(line.text, given_words) for line in lines} == {
        line.text: None for line in lines
    }


@pytest.mark.parametrize("description", ODD)
def test_odd_descriptions_give_a_whole_brand(description: str) -> None:
    assert_whole(description, 3)


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=300), st.integers(0, 2**31))
def test_any_text_gives_a_whole_brand(description: str, seed: int) -> None:
    assert_whole(description, seed)


def assert_whole(description: str, seed: int) -> None:
    """Ten names, five taglines, a palette and three logos that pass every gate."""
    query = Query(description)
    names, refused = complete_names(query, seed, 10, ())
    assert refused == []
    first = names[0]
    lines, _ = complete_taglines(query, first.text, first.parts, seed, 5, ())
    palette = make_palette(query, seed, None)
    logos = [
        make_logo(query, first.text, first.parts, palette.colors, seed, variation).logo
        for variation in (1, 2, 3)
    ]
    assert len({logo.family for logo in logos}) == 3
    card = scorecard(
        understand(description),
        Parts(
            name=first.text,
            names=tuple(name.text for name in names),
            taglines=tuple(Line(line.text, line.label) for line in lines),
            colors=palette.colors,
        ),
    )
    assert [check for check in card if check.kind == "gate" and check.result == "fail"] == []


@pytest.mark.parametrize("description", ["zxqv blorp frimble", "日本語のサービス", "12345 67"])
def test_what_is_not_understood_says_so(description: str) -> None:
    brief = understand(description)
    assert brief.confidence < 0.35
    assert brief.industries == ()


def test_a_model_that_writes_badly_is_replaced_piece_by_piece() -> None:
    query = Query("A neighbourhood sourdough bakery")
    names, refused = complete_names(
        query,
        4,
        10,
        [NameCandidate(text) for text in ("Spotify", "Deathbread", "Hearthrow", "hearthrow", "X")],
    )
    assert len(names) == 10
    assert {rejection.text for rejection in refused} == {"Spotify", "Deathbread", "X"}
    assert all(isinstance(rejection, Rejection) and rejection.reason for rejection in refused)
    lines, unfit = complete_taglines(
        query, "Hearthrow", (), 4, 5,
        [
            ("Elevate your morning.", None), ("The best bread in town.", None),
            ("Trusted by 4,000 families.", None), ("Crusts that crackle back.", None),
        ],
    )  # fmt: skip
    assert len(lines) == 5
    assert "Crusts that crackle back." in {line.text for line in lines}
    assert len(unfit) == 3


def test_two_processes_with_other_hash_seeds_make_the_same_brand() -> None:
    program = (
        "import dataclasses, json\n"
        "from core.engine.facade import *\n"
        "for d in ('A board-game café', 'Drones for wind turbines', 'zxqv blorp'):\n"
        "    q = Query(d)\n"
        "    names = make_names(q, 5, 10)\n"
        "    lines = make_taglines(q, names[0].text, names[0].parts, 5, 5)\n"
        "    palette = make_palette(q, 5, 'earthy')\n"
        "    logos = [make_logo(q, names[0].text, names[0].parts, palette.colors, 5, v).logo\n"
        "             for v in (1, 2, 3)]\n"
        "    brand = (*names, *lines, palette, *logos)\n"
        "    print(json.dumps([dataclasses.asdict(part) for part in brand]))\n"
    )
    answers = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "4242")
    ]
    assert answers[0] == answers[1]
    assert all(json.loads(line) for line in answers[0].splitlines())
