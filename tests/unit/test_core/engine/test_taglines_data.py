"""The written atoms themselves: complete, clean, and typed as they claim."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.engine.build import SOURCE_DIRECTORY, packed, read_section
from core.engine.ontology import ontology
from core.engine.pack import PACK_DIRECTORY, section
from core.engine.taglines.lint import given_by, lint
from core.engine.taglines.words import sentence_start, words
from core.engine.types import Brief

NOTHING_GIVEN = given_by(Brief("", (), (), ()), "Zzz")
FIELDS = [f"industry_{field}" for field in tuple(ontology().industries)]
CONCEPTS = [f"concept_{concept}" for concept in tuple(ontology().concepts)]


def blocks(name: str) -> Iterator[dict[str, Any]]:  # Any: TOML values
    atoms = section("taglines")[name]
    yield atoms
    yield from atoms.get("topic", ())


def nouns(block: dict[str, Any], kind: str, number: str) -> list[str]:  # Any: TOML values
    found: list[str] = block.get(kind, {}).get(number, [])
    return found


def test_the_pack_is_built_from_the_sources() -> None:
    built = packed(read_section(SOURCE_DIRECTORY / "taglines"))
    assert (PACK_DIRECTORY / "taglines.json.zz").read_bytes() == built


@pytest.mark.parametrize("name", FIELDS + CONCEPTS)
def test_enough_atoms_of_every_type(name: str) -> None:
    atoms, least = section("taglines")[name], 8 if name in FIELDS else 6
    counts = {kind: len(set(atoms[kind])) for kind in ("claim", "imp", "triad")}
    assert min(counts.values()) >= least
    for kind in ("gain", "pain"):
        assert (
            sum(len(nouns(atoms, kind, number)) for number in ("one", "many", "mass")) >= least - 1
        )
    assert len(atoms["act"]) * len(atoms["scene"]) >= 12


@pytest.mark.parametrize("name", FIELDS + CONCEPTS)
def test_every_line_and_phrase_is_clean(name: str) -> None:
    for block in blocks(name):
        lines = [line for kind in ("claim", "imp", "triad") for line in block.get(kind, ())]
        phrases = [phrase for kind in ("act", "scene") for phrase in block.get(kind, ())]
        for kind in ("gain", "pain"):
            phrases += [phrase for number in block.get(kind, {}).values() for phrase in number]
        lines += [f"{sentence_start(phrase)} now." for phrase in phrases]
        assert {line: lint(line, NOTHING_GIVEN) for line in lines} == dict.fromkeys(lines)


@pytest.mark.parametrize("name", FIELDS + CONCEPTS)
def test_noun_phrases_have_the_number_they_are_filed_under(name: str) -> None:
    for block in blocks(name):
        assert not nouns(block, "pain", "one"), "pains follow “No” and “minus the”: no article"
        for kind in ("gain", "pain"):
            assert all(words(one)[0] in {"a", "an"} for one in nouns(block, kind, "one"))
            for bare in nouns(block, kind, "many") + nouns(block, kind, "mass"):
                assert words(bare)[0] not in {"a", "an", "the"}


def test_every_name_play_is_clean() -> None:
    for word, entry in section("taglines")["words"].items():
        assert set(entry) <= {"any", *ontology().industries}, word
        for line in (line for lines in entry.values() for line in lines):
            assert lint(line, NOTHING_GIVEN) is None, line


def test_at_least_150_words_have_a_name_play() -> None:
    assert len(section("taglines")["words"]) >= 150
