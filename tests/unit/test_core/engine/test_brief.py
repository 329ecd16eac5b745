"""Understanding descriptions: fields, slots, hints, and text that says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.brief import understand
from core.engine.ontology import ontology


@pytest.mark.parametrize(
    ("description", "field"),
    [
        ("A recipe app that turns leftovers into weeknight dinners", "food"),
        ("A curated marketplace for vintage and secondhand fashion", "fashion"),
        ("Invoicing software for independent contractors and builders", "accounting"),
        ("A friendly dental clinic for kids", "dental"),
        ("Kubernetes observability platform", "devtools"),
        ("A small-batch craft coffee roaster", "coffee"),
        ("A mental-health journal app", "wellness"),
        ("Pet insurance that covers dogs and cats", "pets"),
        ("Drones for wind-turbine inspection", "robotics"),
        ("A neighbourhood sourdough bakery", "bakery"),
        ("Beekeeping supplies", "beekeeping"),
        ("Yoga studio in Lisbon", "wellness"),
        ("Ein Röstkaffee-Abo für Büros", "coffee"),
        ("Wir verkaufen handgemachte Kerzen und Seifen", "fragrance"),
        ("Secure password manager for families", "security"),
        ("A law firm helping immigrants with visas", "legal"),
        ("An independent bookshop with a reading room", "books"),
        ("Landscape designer for city gardens", "garden"),
        ("We install home batteries so families can store their solar power", "energy"),
        ("Camper van rental for weekend adventures", "travel"),
        ("Sales training courses for B2B teams", "sales"),
        ("HR software that helps small companies manage holidays and payroll", "hiring"),
        ("A co-working space for freelancers in a converted warehouse", "work"),
        ("Wedding and portrait photographer", "photography"),
        ("Affordable hearing aids you can buy online", "eyewear"),
        ("A mobile bike repair workshop", "cycling"),
        ("Wedding florist using seasonal British flowers", "flowers"),
        ("A furniture maker working in reclaimed oak", "furniture"),
        ("Wir verkaufen handgemachte Möbel aus Eiche", "furniture"),
        ("House cleaning for busy families, with fair wages", "cleaning"),
        ("Laundry picked up and brought back the next day", "cleaning"),
        ("Teeth cleaning for children", "dental"),
        ("Data cleaning for analysts", "data"),
        ("Phone and laptop repair while you wait", "repair"),
        ("Watch repair by post", "jewelry"),
        ("Wedding planning for small budgets", "weddings"),
        ("Wedding cakes for two hundred guests", "confectionery"),
        ("Handmade wedding rings", "jewelry"),
        ("A party game for four friends", "games"),
    ],
)
def test_the_leading_field_is_what_the_company_is(description: str, field: str) -> None:
    assert understand(description).industries[0].id == field


def test_several_fields_are_kept_when_the_text_names_them() -> None:
    found = {industry.id for industry in understand("A board-game café with craft beer").industries}
    assert {"brewery", "coffee", "toys"} == found


def test_the_audience_is_no_field_of_its_own() -> None:
    brief = understand("Secure password manager for families")
    assert [industry.id for industry in brief.industries] == ["security"]


def test_slots_hold_what_the_text_states() -> None:
    brief = understand("Wind-turbine inspection for independent contractors in Portland")
    assert (brief.action, brief.object) == ("inspect", "wind turbines")
    assert brief.audience == "independent contractors"
    assert brief.place == "Portland"


def test_abbreviations_of_an_audience_stay_as_they_are() -> None:
    assert understand("Sales training for B2B teams").audience == "B2B teams"


def test_mass_nouns_keep_the_singular() -> None:
    assert understand("A sourdough bakery").object == "sourdough"


def test_slots_stay_empty_when_nothing_is_stated() -> None:
    brief = understand("coffee")
    assert (brief.action, brief.object, brief.audience, brief.place) == (None, None, None, None)


@pytest.mark.parametrize(
    ("industry", "field"),
    [("food tech", "food"), ("e-commerce", "retail"), ("Pets", "pets"), ("EdTech", "education")],
)
def test_a_free_industry_hint_decides_a_vague_description(industry: str, field: str) -> None:
    assert understand("something lovely", industry).industries[0].id == field


def test_a_style_moves_its_concept_forward() -> None:
    assert understand("A sourdough bakery", style="playful").concepts[0] == "play"


def test_german_nouns_are_no_places() -> None:
    assert understand("Wir verkaufen handgemachte Möbel aus Eiche").place is None
    assert understand("Wir helfen Kindern in Schulen").place is None


@pytest.mark.parametrize(
    "description",
    [
        "A queue-standing service",
        "A space for mums to meet",
        "A pest control company",
    ],
)
def test_a_trade_we_do_not_know_gets_no_field_that_is_wrong(description: str) -> None:
    brief = understand(description)
    assert brief.industries == ()
    assert brief.confidence < 0.35


@pytest.mark.parametrize("description", ["zxqv blorp", "🚀🚀🚀", "", "12345", "日本語のサービス"])
def test_unknown_topics_lead_with_concepts_and_say_so(description: str) -> None:
    brief = understand(description)
    assert brief.confidence < 0.35
    assert brief.concepts


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.none() | st.text(max_size=30), st.none() | st.text(max_size=30))
def test_any_text_gives_a_sound_brief(
    description: str, industry: str | None, style: str | None
) -> None:
    brief = understand(description, industry, style)
    assert {item.id for item in brief.industries} <= set(ontology().industries)
    assert set(brief.concepts) <= set(ontology().concepts)
    assert all(0 < item.weight <= 1 for item in brief.industries)
    assert 0 <= brief.confidence <= 1
