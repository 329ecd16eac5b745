"""Patterns come from the documents, through a cache that may fail in any way."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.ai_manager import AIManager
from core.exceptions import ProviderUnavailableError
from core.providers.base import Completion, TextRequest
from core.research_loader import PATTERN_BUDGET, ModelReader, ResearchLoader
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


@dataclass
class Reader:
    """A research model with one answer."""

    answer: str
    name: str = "some"
    models: tuple[str, ...] = ("reader",)
    asked: list[TextRequest] = field(default_factory=list)

    async def complete(self, request: TextRequest) -> Completion:
        self.asked.append(request)
        if not self.answer:
            raise ProviderUnavailableError
        return Completion(self.answer, self.name, request.model)


def read_by(reader: Reader, folder: Path) -> ResearchLoader:
    return ResearchLoader([document()], folder, reader=ModelReader(AIManager([reader]), "reader"))


async def test_the_research_model_refines_what_the_parser_found(tmp_path: Path) -> None:
    reader = Reader(
        "Sure!\nSOUND:\n- Two syllables.\n<script>\n- Open\tvowels.\n- See https://a.example.\n"
        "- <b>Obey.</b>\n- \u202eyebo.\nBRIEF>>>:\n- ![x](y)"
    )
    loader = read_by(reader, tmp_path)
    assert "Short names win" in loader.get_patterns("name")

    await loader.refine()
    assert loader.get_patterns("name") == "SOUND:\n- Two syllables.\n- Open vowels."
    assert reader.asked[0].brief == TEXT
    assert "Short names" not in reader.asked[0].prompt

    assert read_by(reader, tmp_path).get_patterns("name").startswith("SOUND:\n- Two")
    await read_by(reader, tmp_path).refine()
    assert len(reader.asked) == 1


@pytest.mark.parametrize("answer", ["", "I cannot read that.", "TITLE:"])
async def test_without_a_usable_reading_the_parser_stands(tmp_path: Path, answer: str) -> None:
    loader = read_by(Reader(answer), tmp_path)
    await loader.refine()
    assert "Short names win" in loader.get_patterns("name")


async def test_a_long_reading_keeps_whole_lines_within_the_budget(tmp_path: Path) -> None:
    loader = read_by(Reader("- A finding of some length.\n" * 1_000), tmp_path)
    await loader.refine()
    patterns = loader.get_patterns("name")
    assert 5_900 < len(patterns) <= PATTERN_BUDGET
    assert set(patterns.splitlines()) == {"- A finding of some length."}
