"""The built pack is what its readable sources say."""

import json
import zlib

import pytest

from core.engine.build import SOURCE_DIRECTORY, packed, read_section
from core.engine.names.build_lexicon import AFFINITY_WORDS, keywords_digest
from core.engine.ontology import ontology
from core.engine.pack import PACK_DIRECTORY, section

# Written by the builders of names/ and logos/ from licensed packages, not from data/source/.
BAKED = {"affinity", "icons", "letters", "lexicon", "sounds", "trigrams"}
FOLDERS = sorted(path.name for path in SOURCE_DIRECTORY.iterdir() if any(path.glob("*.toml")))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_section_equals_its_source(name: str) -> None:
    written = (PACK_DIRECTORY / f"{name}.json.zz").read_bytes()
    expected = packed(read_section(SOURCE_DIRECTORY / name))
    assert json.loads(zlib.decompress(written)) == json.loads(zlib.decompress(expected))


def test_every_section_is_built_or_baked() -> None:
    found = {path.name.removesuffix(".json.zz") for path in PACK_DIRECTORY.glob("*.json.zz")}
    assert found == set(FOLDERS) | BAKED


def test_name_data_stays_small() -> None:
    names = (
        "industries",
        "concepts",
        "roots",
        "foreign",
        "names",
        "idioms",
        "picked",
        "topics",
        *BAKED,
    )
    total = sum((PACK_DIRECTORY / f"{name}.json.zz").stat().st_size for name in names)
    assert total < 2_900_000


def test_the_notice_names_every_source_of_baked_data() -> None:
    notice = (PACK_DIRECTORY / "NOTICE").read_text()
    for source in ("CMU", "WordNet", "GloVe", "simple-icons", "name-suggestion-index", "CC BY 4.0"):
        assert source in notice


def test_affinity_is_baked_from_the_present_keywords() -> None:
    assert section("affinity")["made_of"] == keywords_digest(), (
        "keywords changed: run python -m core.engine.names.build_lexicon FOLDER affinity"
    )


def test_affinity_has_a_digit_for_every_word_and_field() -> None:
    digits = section("affinity")["digits"]
    assert len(digits) == AFFINITY_WORDS * len(ontology().industries)
