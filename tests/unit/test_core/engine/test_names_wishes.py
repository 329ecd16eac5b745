"""What a founder asks of the names is honoured, or the answer says where it could not be."""

import pytest

from core.engine.brief import understand
from core.engine.facade import Query, complete_names
from core.engine.names.generate import generate_names
from core.engine.names.lexicon import folded
from core.engine.types import Name, NameCandidate, NameWishes, Rejection
from services.name_service import unmet

RECIPES = "A recipe app that turns leftovers into weeknight dinners"
DRONES = "Drones for wind-turbine inspection"


def names(description: str = RECIPES, seed: int = 1, **wishes: object) -> list[Name]:
    return generate_names(understand(description), seed=seed, wishes=NameWishes(**wishes))  # type: ignore[arg-type]  # each test names real fields


def keys(found: list[Name]) -> list[str]:
    return [folded(name.text) for name in found]


@pytest.mark.parametrize(("shortest", "longest"), [(3, 7), (6, 9), (8, 20)])
@pytest.mark.parametrize("description", [RECIPES, DRONES])
def test_lengths_hold(description: str, shortest: int, longest: int) -> None:
    found = keys(names(description, shortest=shortest, longest=longest))
    assert len(set(found)) == 10
    assert all(shortest <= len(key) <= longest for key in found)


def test_lengths_that_leave_too_few_names_give_way_and_are_told() -> None:
    wishes = NameWishes(shortest=3, longest=3)
    found = generate_names(understand(RECIPES), seed=1, wishes=wishes)
    assert len(set(keys(found))) == 10
    assert any("letters long" in warning for warning in unmet(found, wishes))


@pytest.mark.parametrize("avoided", ["a", "er", "Sage", "Pépper"])
def test_what_is_to_be_avoided_never_shows(avoided: str) -> None:
    assert all(folded(avoided) not in key for key in keys(names(avoid=(avoided,))))


@pytest.mark.parametrize("asked", ["sun", "olive", "zorb"])
def test_names_are_built_on_asked_words(asked: str) -> None:
    found = keys(names(include=(asked,)))
    assert len(set(found)) == 10
    assert sum(asked in key for key in found) >= 3


def test_a_word_that_nothing_fits_is_told() -> None:
    wishes = NameWishes(include=("extraordinary",))
    found = generate_names(understand(RECIPES), seed=1, wishes=wishes)
    assert unmet(found, wishes) == ["No good name could be built on: extraordinary."]


def test_more_like_these_keeps_genes_and_not_the_names() -> None:
    liked = ("Thymebeam", "Sageglow")
    found = names(liked=liked)
    assert not {folded(text) for text in liked} & set(keys(found))
    assert _with_genes(found) > _with_genes(names())
    assert sum(name.strategy == "compound" for name in found) >= 4


def _with_genes(found: list[Name]) -> int:
    return sum(not {"thyme", "beam", "sage", "glow"}.isdisjoint(name.parts) for name in found)


def test_surprise_strays_from_the_likeliest_names() -> None:
    def shared(surprise: str) -> int:
        lists = [set(keys(names(seed=seed, surprise=surprise))) for seed in range(4)]
        return sum(len(lists[0] & other) for other in lists[1:])

    assert shared("low") > shared("high")


def test_locked_names_come_back_with_new_ones_unlike_them() -> None:
    wishes = NameWishes(locked=("Emberly Oak", "Sageglow"))
    found, refused = complete_names(Query(RECIPES), 3, 10, (), wishes)
    assert refused == []
    assert len(set(keys(found))) == 10
    assert {"emberlyoak", "sageglow"} <= set(keys(found))
    assert sum("sage" in name.parts for name in found) == 1


def test_a_locked_name_that_may_not_be_served_is_refused_with_its_reason() -> None:
    found, refused = complete_names(Query(RECIPES), 3, 10, (), NameWishes(locked=("Spotify",)))
    assert len(found) == 10
    assert refused == [Rejection("Spotify", "is a known brand")]


def test_the_names_of_a_model_follow_wishes_and_differ() -> None:
    given = [NameCandidate(text) for text in ("Thymery", "Thymera", "Panloaf", "Cloudpan", "Mirel")]
    wishes = NameWishes(avoid=("cloud",), longest=8)
    found, refused = complete_names(Query(RECIPES), 3, 10, given, wishes)
    assert len(set(keys(found))) == 10
    assert {rejection.text for rejection in refused} >= {"Cloudpan"}
    assert len({"Thymery", "Thymera"} & {name.text for name in found}) == 1


def test_a_model_gets_no_more_than_three_real_words() -> None:
    given = [
        NameCandidate(text)
        for text in ("Skillet", "Whisk", "Ladle", "Trivet", "Colander", "Tureen", "Griddle")
    ]
    found, refused = complete_names(Query(RECIPES), 3, 10, given)
    assert sum(name.strategy == "evocative" for name in found) <= 3
    assert len(refused) >= 4


@pytest.mark.parametrize("seed", range(3))
def test_equal_wishes_give_equal_names(seed: int) -> None:
    brief, wishes = understand(RECIPES), NameWishes(include=("sun",), liked=("Thymebeam",))
    one, other = (generate_names(brief, seed=seed, wishes=wishes) for _ in range(2))
    assert one == other
