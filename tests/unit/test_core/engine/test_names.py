"""Generated names: the right number, varied, clean, repeatable, and the same score everywhere."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.names.generate import generate_names
from core.engine.names.judge import judge_name
from core.engine.names.lexicon import folded, lexicon
from core.engine.names.screen import is_profane
from core.engine.ontology import ontology
from core.engine.types import Name, NameWishes
from tests.unit.test_core.engine.fixture_briefs import BRIEFS

SEEDS = range(5)


@pytest.fixture(scope="module", params=BRIEFS)
def lists(request: pytest.FixtureRequest) -> list[list[Name]]:
    brief = understand(str(request.param))
    return [generate_names(brief, seed=seed) for seed in SEEDS]


def test_ten_different_names(lists: list[list[Name]]) -> None:
    for names in lists:
        assert len({folded(name.text) for name in names}) == 10


def test_a_list_mixes_strategies_and_rations_real_words(lists: list[list[Name]]) -> None:
    for names in lists:
        strategies = [name.strategy for name in names]
        assert len(set(strategies)) >= 4
        assert strategies.count("evocative") <= 3


@pytest.mark.parametrize("description", BRIEFS)
def test_consumer_brands_get_five_strategies(description: str) -> None:
    brief = understand(description)
    if brief.industries and not ontology().industries[brief.industries[0].id].consumer:
        return
    for seed in SEEDS:
        assert len({name.strategy for name in generate_names(brief, seed=seed)}) >= 5


def test_no_shared_part_opening_or_ending(lists: list[list[Name]]) -> None:
    for names in lists:
        keys = [folded(name.text) for name in names]
        parts = [part for name in names for part in set(name.parts)]
        assert len({key[:4] for key in keys}) == 10
        assert len({key[-4:] for key in keys}) == 10
        assert len(parts) == len(set(parts))


def test_names_are_short_and_sayable(lists: list[list[Name]]) -> None:
    for names in lists:
        lengths = [len(folded(name.text)) for name in names]
        assert sum(4 <= length <= 10 for length in lengths) >= 8
        assert max(lengths) <= 15
        assert all(name.factors["phonotactics"] > 0.2 for name in names)


def test_no_name_is_a_known_brand_or_offensive(lists: list[list[Name]]) -> None:
    for name in (name for names in lists for name in names):
        key = folded(name.text)
        assert key not in lexicon().brands
        assert not is_profane(key, name.parts)


def test_names_are_ordered_scored_and_explained(lists: list[list[Name]]) -> None:
    for names in lists:
        assert [name.score for name in names] == sorted((n.score for n in names), reverse=True)
        for name in names:
            assert 5.0 <= name.score <= 10.0
            assert all(0 <= value <= 1 for value in name.factors.values())
            assert name.reasoning.endswith(".")
            assert 20 <= len(name.reasoning) <= 240


@pytest.mark.parametrize("description", BRIEFS[:8])
def test_judging_a_generated_name_gives_the_same_score(description: str) -> None:
    brief = understand(description)
    for name in generate_names(brief, seed=4):
        assert judge_name(brief, name.text, name.parts, name.strategy) == name


def test_another_seed_gives_mostly_other_names() -> None:
    brief = understand(BRIEFS[0])
    one, other = ({n.text for n in generate_names(brief, seed=seed)} for seed in (0, 7))
    assert len(one & other) <= 6


def test_excluded_names_stay_away() -> None:
    brief = understand(BRIEFS[5])
    first = [name.text for name in generate_names(brief, seed=0)]
    shouted = [text.upper() for text in first]
    second = {
        folded(name.text)
        for name in generate_names(brief, seed=0, wishes=NameWishes(exclude=tuple(shouted)))
    }
    assert second.isdisjoint(map(folded, first))
    assert len(second) == 10


@pytest.mark.parametrize("count", [0, 1, 3, 5, 10, 20, 50])
@pytest.mark.parametrize("description", [BRIEFS[0], BRIEFS[3], "zxqv blorp"])
def test_exactly_as_many_as_asked(description: str, count: int) -> None:
    names = generate_names(understand(description), seed=3, count=count)
    assert len({folded(name.text) for name in names}) == len(names) == count


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        generate_names(understand("coffee"), seed=0, count=-1)


@pytest.mark.parametrize(
    ("style", "strategy", "least"),
    [("foreign", "borrowed", 3), ("compound", "compound", 4), ("brandable", "coined", 2)],
)
def test_a_style_shifts_the_mix(style: str, strategy: str, least: int) -> None:
    names = generate_names(
        understand(BRIEFS[0], style=style), seed=0, wishes=NameWishes(style=style)
    )
    assert sum(name.strategy == strategy for name in names) >= least


def test_the_same_names_under_another_hash_seed() -> None:
    code = (
        "from core.engine.brief import understand;"
        "from core.engine.names.generate import generate_names;"
        "print([(n.text, n.score, n.reasoning) for d in ('A board-game café', 'Drones')"
        " for n in generate_names(understand(d), seed=5)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=200), st.integers(0, 2**63))
def test_any_description_gives_ten_names(description: str, seed: int) -> None:
    names = generate_names(understand(description), seed=seed)
    assert len({folded(name.text) for name in names}) == 10
