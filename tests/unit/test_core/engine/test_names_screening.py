"""The report of a name: sound, spelling and neighbours, and None where we are not sure."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.names.aloud import say_aloud
from core.engine.names.generate import generate_names
from core.engine.names.judge import judge_name
from core.engine.names.nearness import alike, nearest_brand
from core.engine.names.sound import spelling_risks
from core.engine.ontology import ontology
from core.engine.types import Name, NameStrategy, Rejection, Screening


@pytest.mark.parametrize(
    ("text", "strategy", "parts", "said"),
    [
        ("Simmer", "evocative", ("simmer",), "SIM-er"),
        ("Mischief", "evocative", ("mischief",), "MIS-chuhf"),
        ("Plumbledger", "compound", ("plumb", "ledger"), "PLUHM-lej-er"),
        ("Moss & Stone", "phrase", ("moss", "stone"), "MAWS and STOHN"),
        ("Novano", "coined", ("nov",), "noh-VAH-noh"),
        ("Quanton", "coined", ("quant",), "KWAN-ton"),
        ("Xqzt", "evocative", (), None),
    ],
)
def test_names_are_respelt(
    text: str, strategy: NameStrategy, parts: tuple[str, ...], said: str | None
) -> None:
    assert say_aloud(text, strategy, parts) == said


@given(
    st.sampled_from(sorted(ontology().roots)), st.sampled_from(["a", "ora", "iva", "ella", "io"])
)
def test_a_coined_name_has_one_stressed_syllable(stem: str, ending: str) -> None:
    said = say_aloud((stem + ending).capitalize(), "coined", (stem,))
    assert said is not None
    assert sum(syllable.isupper() for syllable in said.split("-")) == 1
    assert re.fullmatch("[A-Za-z]+(-[A-Za-z]+)*", said)


@pytest.mark.parametrize(
    ("word", "risks"),
    [
        ("simmer", ["a double letter may be written once"]),
        ("phlox", ["“ph” sounds like f", "“x” sounds like cks"]),
        ("beam", []),
    ],
)
def test_spelling_risks_are_named(word: str, risks: list[str]) -> None:
    assert spelling_risks(word) == risks


def test_the_nearest_brand_is_within_reach_and_never_the_name_itself() -> None:
    assert nearest_brand("spotifi") == "spotify"
    assert nearest_brand("spotify") != "spotify"
    assert nearest_brand("zzzzzz") is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("braise", "brasa", True), ("tureen", "turine", True), ("beam", "ember", False)],
)
def test_names_of_a_list_are_mixed_up_by_letters_or_sound(
    one: str,
    other: str,
    same: bool,
) -> None:
    assert alike(one, other) is same


def test_a_name_that_sounds_like_a_brand_is_refused() -> None:
    judged = judge_name(understand("A music app"), "Spotiffy")
    assert isinstance(judged, Rejection)


def test_every_served_name_has_its_report() -> None:
    for name in generate_names(understand("A neighbourhood sourdough bakery"), seed=2):
        assert isinstance(name, Name)
        assert isinstance(name.screening, Screening)
        assert 1 <= name.screening.syllables <= 6
        assert name.screening.languages == ("de", "en", "es", "fr", "it", "pt")
