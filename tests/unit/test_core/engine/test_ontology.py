"""The word data: complete, well-formed, and consistent with the identifiers of the engine."""

import re

import pytest

from core.engine.names.lexicon import lexicon
from core.engine.names.screen import refusal
from core.engine.ontology import Foreign, Root, ontology
from core.engine.pack import section
from core.engine.types import MOOD_IDS, MOTIF_IDS

CONTAINERS = {
    "circle", "shield", "house", "page", "bubble", "arch", "drop", "squircle", "hexagon", "tooth",
    "bean",
}  # fmt: skip
ROLES = {"solo", "first", "tail", "pair", "root"}
REGISTERS = {"warm", "crisp", "playful", "elegant", "technical", "rustic"}


def test_every_field_and_concept_has_its_words() -> None:
    assert all(field.id == key for key, field in ontology().industries.items())
    assert all(concept.id == key for key, concept in ontology().concepts.items())
    assert all(len(field.words) >= 25 for field in ontology().industries.values())
    assert all(len(concept.words) >= 20 for concept in ontology().concepts.values())


def test_the_other_word_lists_have_their_size() -> None:
    assert len(ontology().foreign) >= 200
    assert len(ontology().roots) >= 100
    assert len(ontology().tails) >= 100


@pytest.mark.parametrize("field", tuple(ontology().industries))
def test_a_field_is_well_formed(field: str) -> None:
    raw = section("industries")[field]
    assert 0.5 <= raw["specificity"] <= 1.6
    assert 25 <= len(raw["keywords"]) == len(set(raw["keywords"]))
    assert 2 <= len(raw["concepts"]) <= 4
    assert 1 <= len(raw["moods"]) <= 3
    assert set(raw["concepts"]) <= set(ontology().concepts)
    assert set(raw["moods"]) <= set(MOOD_IDS)
    assert set(raw["motifs"]) <= set(MOTIF_IDS)
    assert raw["container"] in CONTAINERS


@pytest.mark.parametrize(
    ("table", "key"),
    [("industries", i) for i in tuple(ontology().industries)]
    + [("concepts", c) for c in tuple(ontology().concepts)],
)
def test_word_records_are_well_formed(table: str, key: str) -> None:
    words = section(table)[key]["words"]
    assert len({record["word"] for record in words}) == len(words)
    for record in words:
        assert re.fullmatch("[a-z]{2,14}", record["word"]), record
        assert set(record["roles"]) <= ROLES, record
        assert record["register"] in REGISTERS, record
        assert 1 <= len(record["gloss"].split()) <= 8, record
        assert set(record.get("concepts", [])) <= set(ontology().concepts), record
        assert record.get("motif", MOTIF_IDS[0]) in MOTIF_IDS, record


@pytest.mark.parametrize("field", tuple(ontology().industries))
def test_idioms_are_well_formed(field: str) -> None:
    idioms = section("idioms")[field]["idioms"]
    assert 20 <= len({idiom["phrase"] for idiom in idioms}) == len(idioms)
    for idiom in idioms:
        assert re.fullmatch("[a-z]+( [a-z]+){1,2}", idiom["phrase"]), idiom
        assert re.fullmatch("[^.;:“”]{3,60}", idiom["gloss"]), idiom
        assert 1 <= len(idiom["concepts"]) <= 3, idiom
        assert set(idiom["concepts"]) <= set(ontology().concepts), idiom
        assert all(cue == cue.casefold() for cue in idiom.get("cues", ())), idiom
        assert refusal(idiom["phrase"].title(), idiom["phrase"].split(), "phrase") is None, idiom


@pytest.mark.parametrize("field", tuple(ontology().industries))
def test_picked_names_can_be_served(field: str) -> None:
    picked = section("picked")[field]
    pairs = [pair.split() for pair in picked["compounds"]]
    assert 20 <= len({"".join(pair) for pair in pairs}) == len(pairs)
    for first, tail in pairs:
        assert refusal((first + tail).capitalize(), (first, tail), "compound") is None, first + tail
    assert all(refusal(word.capitalize(), (), "coined") is None for word in picked["coined"])
    assert all(refusal(word.capitalize(), (), "blend") is None for word in picked["blends"])
    assert set(picked["borrowed"]) <= set(ontology().foreign)


def test_foreign_words_and_roots_name_language_and_meaning() -> None:
    sources: list[Foreign | Root] = [*ontology().foreign.values(), *ontology().roots.values()]
    for source in sources:
        assert source.language
        assert source.meaning
        assert set(source.industries) <= set(ontology().industries)
        assert set(source.concepts) <= set(ontology().concepts)


def test_no_word_of_ours_is_offensive_in_itself() -> None:
    listed = [*ontology().words, *ontology().foreign, *ontology().tails]
    assert [word for word in listed if word in lexicon().profane] == []
    assert [word for word in listed if word in lexicon().negative] == []
