"""Judging names from elsewhere: refusals, taking apart, and what the score prefers."""

import random
from itertools import islice, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.names.decompose import decomposed
from core.engine.names.factors import factors_of, score_of
from core.engine.names.fit import topic_of
from core.engine.names.judge import judge_name
from core.engine.names.letters import naturalness
from core.engine.names.lexicon import lexicon
from core.engine.names.nearness import near_brand, near_word
from core.engine.names.sound import plainness, sharpness, syllables
from core.engine.types import Name, Rejection
from tests.unit.test_core.engine.known_names import KNOWN_NAMES

BAKERY = understand("A neighbourhood sourdough bakery")
PRECISE = understand("Fast, precise robots for inspection")
CALM = understand("A calm sleep and meditation app")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Starbucks", "known brand"),
        ("ember", "known brand"),
        ("Xqzt", "said aloud"),
        ("Loaf2Go!", "characters"),
        ("A", "letters"),
        ("Deathbread", "death"),
        ("Shitake", "offensive"),
        ("Cuntry", "offensive"),
    ],
)
def test_what_may_not_be_served_is_refused_with_a_reason(text: str, said: str) -> None:
    judged = judge_name(BAKERY, text)
    assert isinstance(judged, Rejection)
    assert said in judged.reason


@pytest.mark.parametrize("text", ["Compass Rose", "Peacock Lane", "Grapewick", "Glassmoor"])
def test_innocent_words_are_not_refused_as_offensive(text: str) -> None:
    judged = judge_name(BAKERY, text)
    assert isinstance(judged, Name) or "offensive" not in judged.reason


@pytest.mark.parametrize(
    ("text", "strategy", "parts"),
    [
        ("Larder", "evocative", ("larder",)),
        ("Brasa", "borrowed", ("brasa",)),
        ("Oatstone", "compound", ("oat", "stone")),
        ("Slow Crumb", "phrase", ("slow", "crumb")),
        ("Rye & Rosemary", "phrase", ("rye", "rosemary")),
        ("Panella", "coined", ("pan",)),
        ("Zorvex", "coined", ()),
    ],
)
def test_a_name_is_taken_apart(text: str, strategy: str, parts: tuple[str, ...]) -> None:
    assert decomposed(text) == (strategy, parts)


def test_parts_and_reasoning_of_the_maker_are_kept() -> None:
    judged = judge_name(BAKERY, "Stillow", ("Still", "Willow"), "blend", "Because it is quiet.")
    assert isinstance(judged, Name)
    assert judged.parts == ("still", "willow")
    assert judged.reasoning == "Because it is quiet."


def test_a_reason_gives_no_meaning_from_another_field() -> None:
    judged = judge_name(understand("A furniture maker"), "Levain")
    assert isinstance(judged, Name)
    assert "sourdough" not in judged.reasoning


def test_a_solid_compound_scores_alike_with_and_without_parts() -> None:
    given_parts = judge_name(BAKERY, "Oatstone", ("oat", "stone"), "compound")
    assert judge_name(BAKERY, "Oatstone") == given_parts


def test_a_suggestive_word_beats_a_descriptive_one() -> None:
    suggestive, descriptive = judge_name(BAKERY, "Levain"), judge_name(BAKERY, "Bakery")
    assert isinstance(suggestive, Name)
    assert isinstance(descriptive, Name)
    assert suggestive.score > descriptive.score + 1


def test_words_of_the_trade_are_more_relevant_than_strangers() -> None:
    near, far = judge_name(BAKERY, "Barley"), judge_name(BAKERY, "Rotor")
    assert isinstance(near, Name)
    assert isinstance(far, Name)
    assert near.factors["relevance"] > far.factors["relevance"] + 0.2


def test_sharp_sounds_suit_precision_and_round_sounds_calm() -> None:
    assert sharpness("kitepick") > 0 > sharpness("mellorun")
    for brief, better, worse in ((PRECISE, "Kitepick", "Mellorun"), (CALM, "Mellorun", "Kitepick")):
        topic = topic_of(brief)
        good = factors_of(topic, better, (), "coined")["sound_fit"]
        assert good > factors_of(topic, worse, (), "coined")["sound_fit"]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("ember", 2),
        ("toile", 1),
        ("table", 2),
        ("solace", 2),
        ("violet", 3),
        ("loaf", 1),
        ("meadow", 2),
    ],
)
def test_syllables_of_common_words(word: str, count: int) -> None:
    assert syllables(word) == count


def test_hard_spellings_cost() -> None:
    assert plainness("larder") == 1.0
    assert plainness("phlough") < 0.5


def test_nearness_finds_one_letter_changes_at_any_place() -> None:
    assert near_brand("starbucka") == "starbucks"
    assert near_brand("tarbucks") == "starbucks"
    assert near_brand("staarbucks") == "starbucks"
    assert near_brand("levainmoss") is None
    assert near_word("follou") == "follow"


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40))
@example("\x1b BMIC")  # a word of which nothing is left
def test_any_text_is_judged_without_error(text: str) -> None:
    judged = judge_name(BAKERY, text)
    assert isinstance(judged, Name | Rejection)
    if isinstance(judged, Name):
        assert 0 <= judged.score <= 10


def _form_score(word: str) -> float:
    """The score with collisions and relevance switched off."""
    factors = factors_of(topic_of(BAKERY), word, (), "coined")
    return score_of(
        {**factors, "distinctiveness": 1.0, "relevance": 0.8, "sound_fit": 0.8}, "coined"
    )


def _auc(positives: list[float], negatives: list[float]) -> float:
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))


LETTERS = "abcdefghijklmnopqrstuvwxyz"
ALTERNATING = ("bcdfghjklmnpqrstvwxz", "aeiou")
GENERIC_PARTS = (
    ("smart", "easy", "my", "pro", "super", "go", "cyber"),
    ("recipe", "food", "invoice", "travel", "dental", "fashion", "coffee", "garden", "money"),
    ("hub", "app", "ly", "ify", "tech", "pro", "online", "box", "labs"),
)


def _letter_pairs() -> dict[str, list[str]]:
    """What follows each letter in common words, as often as it does; ^ and $ are the edges."""
    followers: dict[str, list[str]] = {}
    for word in islice(lexicon().rank, 20_000):
        for first, second in pairwise(f"^{word}$"):
            followers.setdefault(first, []).append(second)
    return followers


def _noise(kind: str, size: int, rng: random.Random, pairs: dict[str, list[str]]) -> str:
    if kind == "letters":
        return "".join(rng.choice(LETTERS) for _ in range(size))
    if kind == "alternating":
        return "".join(rng.choice(ALTERNATING[place % 2]) for place in range(size))
    if kind == "generic":
        return "".join(rng.choice(part) for part in GENERIC_PARTS)
    word = ""
    while len(word) < size:
        following = rng.choice(pairs[word[-1:] or "^"])
        word = word + following if following != "$" else ""
    return word if "$" in pairs[word[-1]] else _noise(kind, size, rng, pairs)


@pytest.mark.parametrize(
    ("kind", "least"),
    [("letters", 0.97), ("alternating", 0.85), ("bigrams", 0.74), ("generic", 0.86)],
)
def test_known_names_score_above_noise(kind: str, least: float) -> None:
    rng, pairs = random.Random(4), _letter_pairs()
    known = [_form_score(name) for name in KNOWN_NAMES]
    noise = [_noise(kind, len(name), rng, pairs) for name in KNOWN_NAMES for _ in range(4)]
    assert _auc(known, [_form_score(word) for word in noise]) >= least


def test_english_is_more_natural_than_its_reverse() -> None:
    words = ("larder", "harvest", "kindling", "blossom", "stonework")
    assert all(naturalness(word)[0] > naturalness(word[::-1])[0] for word in words)


def test_parts_that_a_model_states_do_not_excuse_offence() -> None:
    judged = judge_name(understand("A bakery"), "Pornella", ("pornella",))
    assert judged == Rejection("Pornella", "reads as an offensive word in one of six languages")
