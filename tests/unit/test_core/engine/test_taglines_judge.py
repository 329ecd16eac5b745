"""Lines from elsewhere are held to the rules, one rejection for every rule."""

import pytest

from core.engine.taglines import judge_tagline
from core.engine.taglines.scoring import PRIOR
from core.engine.types import Brief, Rejection, Tagline, WeightedIndustry

BRIEF = Brief(
    description="A neighborhood coffee roaster for night workers in Lisbon, open since 2019",
    industries=(WeightedIndustry("coffee", 1.0),),
    concepts=("warmth", "craft"),
    keywords=("coffee", "roaster"),
    audience="night workers",
    place="Lisbon",
)


def accepted(text: str, framework: str | None = None) -> Tagline:
    result = judge_tagline(BRIEF, "Ember", text, framework)
    assert isinstance(result, Tagline), result
    return result


def refused(text: str) -> str:
    result = judge_tagline(BRIEF, "Ember", text)
    assert isinstance(result, Rejection), result
    assert result.text == text
    return result.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("Coffee.", "words"),
        ("A cup of coffee that you will want to drink slowly.", "words"),
        ("Extraordinarily conscientious, characterful roasting.", "characters"),
        ("Wake up to coffee!", "character"),
        ("Coffee: a quiet minute.", "character"),
        ("Slow mornings — warm mugs.", "character"),
        ("A quiet minute..", "full stop"),
        ("A quiet minute,", "full stop"),
        ("The the quiet minute.", "repeats a word"),
        ("A easy morning.", '"a" and "an"'),
        ("An warm morning.", '"a" and "an"'),
        ("Slow Mornings Start Here.", "sentence case"),
        ("slow mornings start here.", "sentence case"),
        ("Slow mornings. warm mugs.", "sentence case"),
        ("Beans the Tolstoy way.", "sentence case"),
        ("Elevate your morning.", "cliché"),
        ("Your one-stop cup.", "cliché"),
        ("Coffee, made easy.", "cliché"),
        ("A seamless morning.", "cliché"),
        ("Neighborhood coffee roaster for night people.", "repeats the description"),
        ("The best cup around.", "superlative"),
        ("The smoothest cup around.", "superlative"),
        ("The number one cup.", "superlative"),
        ("Our most loved cup.", "superlative"),
        ("A cup that heals.", "promise"),
        ("Guaranteed good mornings.", "promise"),
        ("Sip and save money.", "promise"),
        ("Free refills for the tired.", '"free"'),
        ("Organic beans, warm mugs.", '"organic"'),
        ("Warm mugs around the clock.", '"around the clock"'),
        ("Certified good mornings.", '"certified"'),
        ("Slow roast, Italian soul.", "sentence case"),
        ("Paris in every cup.", '"paris"'),
        ("Seven beans, slow mornings.", '"seven"'),
        ("Open 24 hours.", "number"),
        ("Roasting since 1987.", "number"),
        ("Every cup is #1.", "character"),
    ],
)
def test_rule(text: str, reason: str) -> None:
    assert reason in refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "Lisbon wakes up warm.",
        "Roasting since 2019.",
        "Ember keeps the night warm.",
        "Monday tastes better already.",
        "An honest hour.",
        "A useful cup, a rest, a forest.",
    ],
)
def test_what_the_brief_and_the_language_allow(text: str) -> None:
    assert accepted(text).text == text


def test_repairs_quotes_spaces_and_the_missing_stop() -> None:
    assert accepted(" “The mug’s  still warm” ").text == "The mug's still warm."


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("Ember keeps the night warm.", "name"),
        ("Grind. Pour. Pause.", "triad"),
        ("Warm, dark, slow.", "triad"),
        ("Follow the aroma.", "imperative"),
        ("Slow mornings. No fuss.", "contrast"),
        ("Warm mugs for night workers.", "audience"),
        ("Lisbon, meet warm mugs.", "place"),
        ("Quiet has an aroma.", "claim"),
    ],
)
def test_recognizes_the_framework(text: str, framework: str) -> None:
    assert accepted(text).framework == framework
    assert accepted(text, "nonsense").framework == framework


def test_keeps_a_known_framework() -> None:
    assert all(accepted("Quiet has an aroma.", kind).framework == kind for kind in PRIOR)


def test_labels_concrete_lines_memorable_and_plain_ones_likable() -> None:
    assert accepted("Kettle, copper, cardamom.").label == "memorable"
    assert accepted("Ember makes good time.").label == "memorable"
    assert accepted("Good things take time.").label == "likable"


def points(text: str) -> float:
    return accepted(text, "claim").score


def test_score_prefers_short_rhyming_alliterating_lines_on_the_subject() -> None:
    assert points("Pour it, then go slow.") > points("Pour it, then take your time and go.")
    assert points("Up with the light, out in the night.") > points(
        "Up with the sun, out in the dark."
    )
    assert points("Mugs make mornings.") > points("Mugs need sunlight.")
    assert points("Coffee takes its own time.") > points("Hiking takes its own time.")
    assert (
        accepted("Good coffee waits.", "claim").score
        > accepted("Good coffee waits.", "place").score
    )
