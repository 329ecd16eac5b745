"""Patterns come from the documents, through a cache that may fail in any way."""

import asyncio
import json
from pathlib import Path

import pytest

from core.research_loader import PATTERN_BUDGET, ResearchLoader
from research.loader import ResearchDocument, parse_sections, read_documents

ROOT = Path(__file__).parent.parent.parent.parent
TEXT = """An introduction.

# SOUND
- Short names win,
as a study says.
- Alternate letters.
source: A study, 2020

# AVOID
- Digits.
"""


def document(text: str = TEXT) -> ResearchDocument:
    return ResearchDocument("name", text, tuple(parse_sections(text)))


class Counting:
    """An extractor that says how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def extract(self, document: ResearchDocument) -> str:
        self.calls += 1
        return f"patterns of {document.component}"


def test_sections_items_and_sources_are_read() -> None:
    sound, avoid = parse_sections(TEXT)

    assert sound.title == "SOUND"
    assert sound.items == ("Short names win, as a study says.", "Alternate letters.")
    assert sound.sources == ("A study, 2020",)
    assert avoid.items == ("Digits.",)


def test_the_shipped_documents_are_useful_and_state_their_sources(tmp_path: Path) -> None:
    documents = read_documents(ROOT / "research" / "documents")
    loader = ResearchLoader(documents, tmp_path)
    loader.load_all_patterns()

    assert [document.component for document in documents] == ["color", "logo", "name", "tagline"]
    for found in documents:
        assert sum(len(section.items) for section in found.sections) >= 20
        assert any(section.sources for section in found.sections)
        assert 1_000 < len(loader.get_patterns(found.component)) <= PATTERN_BUDGET


def test_the_cache_serves_other_processes_for_seven_days(tmp_path: Path) -> None:
    now = 1_000_000.0
    first, second, late = Counting(), Counting(), Counting()
    ResearchLoader([document()], tmp_path, extractor=first, clock=lambda: now).load_all_patterns()
    week = 7 * 86_400
    again = ResearchLoader([document()], tmp_path, extractor=second, clock=lambda: now + week - 1)
    assert again.get_patterns("name") == "patterns of name"
    ResearchLoader(
        [document()], tmp_path, extractor=late, clock=lambda: now + week + 1
    ).get_patterns("name")

    assert (first.calls, second.calls, late.calls) == (1, 0, 1)


def test_a_changed_document_is_never_answered_from_the_cache(tmp_path: Path) -> None:
    extractor = Counting()
    ResearchLoader([document()], tmp_path, extractor=extractor).load_all_patterns()
    ResearchLoader(
        [document(TEXT + "- More.\n")], tmp_path, extractor=extractor
    ).load_all_patterns()

    assert extractor.calls == 2


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"created_at": "x", "patterns": 5}'])
def test_a_damaged_cache_is_ignored_and_rewritten(tmp_path: Path, damage: str) -> None:
    ResearchLoader([document()], tmp_path).load_all_patterns()
    (file,) = tmp_path.glob("*.json")
    file.write_text(damage)

    assert "Short names win" in ResearchLoader([document()], tmp_path).get_patterns("name")
    assert "Short names win" in json.loads(file.read_text())["patterns"]


def test_a_folder_that_cannot_be_made_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    loader = ResearchLoader([document()], tmp_path / "file" / "cache")

    assert "Short names win" in loader.get_patterns("name")


def test_analysing_a_file_replaces_its_patterns(tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("# NEW\n- Fresh finding.\n")
    loader = ResearchLoader([document()], tmp_path / "cache")
    loader.load_all_patterns()

    patterns = asyncio.run(loader.analyze_and_cache(str(file), "name"))

    assert "Fresh finding." in patterns
    assert loader.get_patterns("name") == patterns


def test_an_unknown_component_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        ResearchLoader([document()], tmp_path).get_patterns("smell")
