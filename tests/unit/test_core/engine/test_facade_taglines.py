"""A model's lines and our own together keep the rules of one set."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.facade import Query, complete_taglines
from core.engine.taglines.words import content_stems, same_line, words
from core.engine.types import Tagline

BAKERY = Query("A neighbourhood sourdough bakery")
MODEL_LINES = (
    ("Bread with a long memory.", "claim"),
    ("Mornings smell like this.", "claim"),
    ("Crusts that crackle back.", "claim"),
    ("Rise with the dough.", "imperative"),
    ("Rise before the street.", "imperative"),
    ("Bread worth a detour.", "claim"),
    ("Slow dough. No shortcuts.", "contrast"),
    ("Warm loaves, minus the plastic.", "contrast"),
    ("Flour. Water. Patience.", "triad"),
    ("Elevate your morning.", "imperative"),
    ("a seamless loaf", None),
    ("", None),
)


def completed(lines: list[tuple[str, str | None]], seed: int = 0) -> tuple[list[Tagline], set[str]]:
    found, refused = complete_taglines(BAKERY, "Levain", ("levain",), seed, 5, lines)
    return found, {rejection.text for rejection in refused}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(MODEL_LINES), max_size=8), st.integers(0, 10_000))
def test_the_whole_set_keeps_the_rules(lines: list[tuple[str, str | None]], seed: int) -> None:
    found, refused = completed(lines, seed)
    assert len({same_line(line.text) for line in found}) == len(found) == 5
    frameworks = Counter(line.framework for line in found)
    assert frameworks.pop("claim", 0) <= 2
    assert set(frameworks.values()) <= {1}
    for one, other in combinations(found, 2):
        assert content_stems(one.text).isdisjoint(content_stems(other.text))
        assert words(one.text)[0] != words(other.text)[0]
    labels = Counter(line.label for line in found)
    assert labels["memorable"] >= 1
    assert labels["likable"] >= 2
    shown = {same_line(line.text) for line in found}
    told = {same_line(text) for text, _ in lines}
    if not shown <= told:
        assert told <= shown | {same_line(text) for text in refused}


def test_good_given_lines_stay() -> None:
    found, refused = completed([MODEL_LINES[0], MODEL_LINES[3], MODEL_LINES[8]])
    assert {text for text, _ in (MODEL_LINES[0], MODEL_LINES[3], MODEL_LINES[8])} <= {
        line.text for line in found
    }
    assert refused == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (MODEL_LINES[0], MODEL_LINES[5]),
        (MODEL_LINES[3], MODEL_LINES[4]),
        (MODEL_LINES[6], MODEL_LINES[7]),
    ],
)
def test_of_two_alike_lines_one_is_refused(
    one: tuple[str, str | None], other: tuple[str, str | None]
) -> None:
    found, refused = completed([one, other])
    assert len({one[0], other[0]} & {line.text for line in found}) == 1
    assert len({one[0], other[0]} & refused) == 1


def test_a_third_claim_is_refused() -> None:
    found, refused = completed(list(MODEL_LINES[:3]))
    assert len(refused) == 1
    assert sum(line.framework == "claim" for line in found) == 2
