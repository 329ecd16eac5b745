"""Generated taglines keep every rule for every field, concept and seed."""

import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.ontology import ontology
from core.engine.taglines import generate_taglines
from core.engine.taglines.lint import given_by, lint
from core.engine.taglines.words import content_stems, same_line, words
from core.engine.types import Brief, Tagline, WeightedIndustry

FRAMEWORKS = {
    "claim", "contrast", "imperative", "triad", "name", "audience", "action", "place",
}  # fmt: skip
NAMES = {
    "Ember": ("ember",),
    "Plumbledger": ("plumb", "ledger"),
    "Tailharbor": ("tail", "harbor"),
    "Conto": ("conto",),
    "Kiln & Moss": ("kiln", "moss"),
}


def brief(*industries: str, confidence: float = 0.9, **slots: str | None) -> Brief:
    return Brief(
        description=slots.pop("description", None) or "A small company with a plan",
        industries=tuple(
            WeightedIndustry(field, 1.0 - 0.2 * rank) for rank, field in enumerate(industries)
        ),
        concepts=("trust", "play"),
        keywords=(),
        confidence=confidence,
        **slots,
    )


def generated(of: Brief, name: str, seed: int, count: int = 5) -> list[Tagline]:
    return generate_taglines(of, name, NAMES[name], seed=seed, count=count)


def assert_sound(lines: list[Tagline], of: Brief, name: str, count: int) -> None:
    told = given_by(of, name)
    assert len(lines) == count
    assert [lint(line.text, told) for line in lines] == [None] * count
    assert len({same_line(line.text) for line in lines}) == count
    frameworks = Counter(line.framework for line in lines)
    assert set(frameworks) <= FRAMEWORKS
    assert frameworks.pop("claim", 0) <= 2
    assert set(frameworks.values()) <= {1}
    for one, other in combinations(lines, 2):
        assert content_stems(one.text).isdisjoint(content_stems(other.text))
        assert words(one.text)[0] != words(other.text)[0]
    scores = [line.score for line in lines]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 10 for score in scores)
    labels = Counter(line.label for line in lines)
    assert labels["memorable"] >= count // 5
    assert labels["likable"] >= 2 * count // 5


@pytest.mark.parametrize("industry", tuple(ontology().industries))
def test_every_field_gives_sound_sets(industry: str) -> None:
    of = brief(industry)
    for seed, name in enumerate(NAMES):
        assert_sound(generated(of, name, seed), of, name, 5)


@settings(max_examples=120, deadline=None)
@given(
    of=st.builds(
        Brief,
        description=st.just("We repair bicycles for night nurses in Lisbon"),
        industries=st.lists(
            st.builds(
                WeightedIndustry, st.sampled_from(tuple(ontology().industries)), st.floats(0.1, 1)
            ),
            max_size=3,
            unique_by=lambda industry: industry.id,
        ).map(tuple),
        concepts=st.lists(st.sampled_from(tuple(ontology().concepts)), max_size=5, unique=True).map(
            tuple
        ),
        keywords=st.just(("bicycles",)),
        action=st.sampled_from([None, "repair", "discover"]),
        object=st.sampled_from([None, "bicycles", "a bicycle"]),
        audience=st.sampled_from([None, "night nurses", "people", "a tired parent", "children"]),
        place=st.sampled_from([None, "Lisbon", "New Mexico", "the coast"]),
        confidence=st.floats(0, 1),
    ),
    name=st.sampled_from(sorted(NAMES)),
    seed=st.integers(0, 2**63),
    count=st.integers(1, 6),
)
def test_any_brief_gives_a_sound_set(of: Brief, name: str, seed: int, count: int) -> None:
    assert_sound(generated(of, name, seed, count), of, name, count)


@pytest.mark.parametrize("count", [-1, 0, 7])
def test_refuses_a_count_it_cannot_keep(count: int) -> None:
    with pytest.raises(ValueError, match="count"):
        generated(brief("food"), "Ember", 1, count)


def test_does_not_repeat_what_is_excluded() -> None:
    of, shown = brief("bakery"), list[str]()
    for _ in range(12):
        lines = generate_taglines(of, "Ember", ("ember",), seed=4, exclude=shown)
        assert not {line.text.casefold() for line in lines} & {text.casefold() for text in shown}
        shown += [line.text.upper() for line in lines]


def test_seeds_differ_and_repeat_themselves() -> None:
    of = brief("coffee")
    sets = [tuple(generated(of, "Ember", seed)) for seed in range(8)]
    assert len(set(sets)) >= 6
    assert sets == [tuple(generated(of, "Ember", seed)) for seed in range(8)]


def test_equal_in_processes_with_different_hash_seeds() -> None:
    program = (
        "from core.engine.taglines import generate_taglines as g;"
        "from core.engine.types import Brief, WeightedIndustry as W;"
        "b = Brief('Tea for tired parents', (W('coffee', 1.0), W('food', .6)), ('calm',), ('tea',),"
        "audience='tired parents');"
        "print([t for s in range(5) for t in g(b, 'Ember', ('ember',), seed=s)])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_unknown_field_speaks_through_concepts_only() -> None:
    field_lines = {
        line.text for seed in range(20) for line in generated(brief("food"), "Conto", seed)
    }
    unsure = brief("food", confidence=0.2)
    assert not field_lines & {
        line.text
        for seed in range(20)
        for line in generated(unsure, "Conto", seed)
        if line.framework in {"imperative", "triad"}
    } - {line.text for seed in range(60) for line in generated(brief(), "Conto", seed)}


def test_a_topic_of_the_description_leads() -> None:
    of = brief("construction", "finance", description="Invoicing software for builders")
    found = {line.text for seed in range(30) for line in generated(of, "Conto", seed)}
    assert "You build it. We bill it." in found
    elsewhere = brief("construction", description="Software for builders")
    found = {line.text for seed in range(30) for line in generated(elsewhere, "Conto", seed)}
    assert "You build it. We bill it." not in found


def test_plays_on_a_word_of_the_name_in_the_field_of_the_brief() -> None:
    def plays(of: Brief) -> set[str]:
        lines = [line for seed in range(40) for line in generated(of, "Tailharbor", seed)]
        return {line.text for line in lines if line.framework == "name"}

    assert "A safe harbor for every tail." in plays(brief("pets"))
    assert "A safe harbor for every tail." not in plays(brief("legal"))
    assert plays(brief("legal"))


@pytest.mark.parametrize(
    ("audience", "used"),
    [
        ("weary parents", True),
        ("people", False),
        ("the elderly", False),
        ("parents and kids", False),
    ],
)
def test_an_audience_enters_only_as_a_certain_plural(audience: str, used: bool) -> None:
    of = brief("coffee", audience=audience)
    texts = [line.text for seed in range(40) for line in generated(of, "Conto", seed)]
    assert any(audience in text for text in texts) is used
