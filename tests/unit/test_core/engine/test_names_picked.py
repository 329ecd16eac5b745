"""Idioms and picked names: when they are offered, how they are explained, and that they lead."""

from dataclasses import replace

import pytest

from core.engine.brief import understand
from core.engine.names.candidates import phrases
from core.engine.names.fit import picked_names, topic_of
from core.engine.names.generate import generate_names
from core.engine.names.judge import judge_name
from core.engine.ontology import ontology
from core.engine.types import Name

PLUMBER = understand("A plumber for old houses")


def test_a_phrase_with_cues_needs_one_of_them() -> None:
    cued = [
        (field.id, words, min(idiom.cues))
        for field in ontology().industries.values()
        for words, idiom in field.idioms.items()
        if idiom.cues and not field.consumer  # for consumers the same two words may be paired
    ]
    assert len(cued) > 100
    for field, words, cue in cued[::20]:
        topic = replace(topic_of(understand("")), fields=((field, 1.0),), told=frozenset())
        assert words not in {draft.parts for draft in phrases(topic)}
        told = replace(topic, told=frozenset({cue}))
        assert words in {draft.parts for draft in phrases(told)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("House Call", "House call (help that comes to your door)"),
        ("House Guest", "Sets house"),
    ],
)
def test_a_phrase_is_explained_by_what_it_means_in_the_field(text: str, reason: str) -> None:
    name = judge_name(PLUMBER, text)
    assert isinstance(name, Name)
    assert name.strategy == "phrase"
    assert name.reasoning.startswith(reason)


def test_names_that_people_picked_lead() -> None:
    picked = picked_names(topic_of(PLUMBER))
    for seed in range(5):
        made = generate_names(PLUMBER, seed=seed)
        first = {name.strategy for name in made if name.text.lower() in picked}
        assert {"compound", "phrase"} <= first


def test_a_name_that_people_picked_is_not_picked_for_other_fields() -> None:
    picked = picked_names(topic_of(understand("A law firm for tenants")))
    assert "house call" in picked_names(topic_of(PLUMBER))
    assert "house call" not in picked
