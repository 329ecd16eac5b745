"""Turns research documents into the patterns that prompts carry, and keeps them for seven days.

A local parser does it at once. Where a research model is configured, its reading takes the place
of the parser's as soon as it is there.
"""

import json
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from config.constants import RESEARCH_CACHE_DAYS
from core.ai_manager import AIManager
from core.exceptions import AllProvidersFailedError
from research.loader import ResearchDocument, read_document
from research.templates import filled
from utils.logger import get_logger
from utils.plain_lines import plain_line

PATTERN_BUDGET = 6_000
MAX_DOCUMENT_CHARACTERS = 200_000
EXTRACTOR_VERSION = 2

log = get_logger("research")


class PatternExtractor(Protocol):
    """Makes prompt-ready patterns of a document."""

    def extract(self, document: ResearchDocument) -> str:
        """The patterns as text, at most 6,000 characters."""
        ...


class LocalExtractor:
    """Takes the findings as they stand, section by section, while they fit the budget."""

    def extract(self, document: ResearchDocument) -> str:
        """The patterns as text, at most 6,000 characters; whole items only."""
        lines: list[str] = []
        left = PATTERN_BUDGET
        for section in document.sections:
            for line in (f"{section.title}:", *(f"- {item}" for item in section.items)):
                if len(line) >= left:
                    return "\n".join(lines)
                lines.append(line)
                left -= len(line) + 1
        return "\n".join(lines)


class ModelReader:
    """A language model that reads a document; what it cannot do the local parser does."""

    def __init__(self, ai: AIManager, model: str) -> None:
        self._ai = ai
        self.model = model

    async def read(self, document: ResearchDocument) -> str | None:
        """The patterns in the form of the local ones, or None without usable ones."""
        prompt = filled("research", component=document.component, limit=PATTERN_BUDGET)
        try:
            answer = await self._ai.generate_text(
                prompt, self.model, 0.2, brief=document.text[:MAX_DOCUMENT_CHARACTERS]
            )
        except AllProvidersFailedError:
            return None
        return _in_form(answer)


def _in_form(answer: str) -> str | None:
    """The titles and findings of an answer while they fit the budget; None without a finding.

    What they say is not judged: prompts hand them on as data without authority.
    """
    lines: list[str] = []
    left = PATTERN_BUDGET
    for raw in answer[: 4 * PATTERN_BUDGET].splitlines():
        line = plain_line(raw, PATTERN_BUDGET)
        if line is None or not (line.startswith("- ") or line.endswith(":")):
            continue
        if len(line) >= left:
            break
        lines.append(line)
        left -= len(line) + 1
    return "\n".join(lines) if any(line.startswith("- ") for line in lines) else None


class ResearchLoader:
    """Gives patterns by component, from memory, the file cache or the document.

    The cache is keyed by content, so an edited document is never answered from it. A folder that
    cannot be written only costs the extraction in the next process. `clock` gives seconds since
    1970.
    """

    def __init__(
        self,
        documents: Sequence[ResearchDocument],
        cache_folder: Path,
        *,
        extractor: PatternExtractor | None = None,
        reader: ModelReader | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._documents = {document.component: document for document in documents}
        self._cache_folder = cache_folder
        self._extractor = extractor or LocalExtractor()
        self._reader = reader
        self._clock = clock
        self._patterns: dict[str, str] = {}

    def get_patterns(self, component: str) -> str:
        """The patterns of a component. Raises KeyError for an unknown one."""
        if component not in self._patterns:
            self._patterns[component] = self._load(self._documents[component])
        return self._patterns[component]

    async def analyze_and_cache(self, file_path: str, component: str) -> str:
        """Read a document anew, extract its patterns and keep them. Raises OSError."""
        document = read_document(Path(file_path), component)
        self._documents[component] = document
        read = await self._reader.read(document) if self._reader else None
        self._patterns[component] = patterns = read or self._extractor.extract(document)
        reader = self._reader.model if self._reader and read else ""
        self._write(self._cache_file(document, reader), patterns)
        return patterns

    async def refine(self) -> None:
        """Let the research model read all documents that it has not read in seven days."""
        if self._reader is None:
            return
        for component, document in list(self._documents.items()):
            path = self._cache_file(document, self._reader.model)
            patterns = self._read(path)
            if patterns is None:
                patterns = await self._reader.read(document)
                if patterns is None:
                    continue
                self._write(path, patterns)
            self._patterns[component] = patterns

    def load_all_patterns(self) -> None:
        """Load the patterns of all components now."""
        for component in self._documents:
            self.get_patterns(component)

    def _load(self, document: ResearchDocument) -> str:
        if self._reader and (read := self._read(self._cache_file(document, self._reader.model))):
            return read
        path = self._cache_file(document)
        cached = self._read(path)
        if cached is not None:
            return cached
        patterns = self._extractor.extract(document)
        self._write(path, patterns)
        return patterns

    def _cache_file(self, document: ResearchDocument, reader: str = "") -> Path:
        version = f"{EXTRACTOR_VERSION} {reader}".rstrip()
        key = sha256(f"{version}\n{document.text}".encode()).hexdigest()[:16]
        return self._cache_folder / f"{document.component}-{key}.json"

    def _read(self, path: Path) -> str | None:
        """The cached patterns, or None when there are none, they are old or damaged."""
        try:
            entry = json.loads(path.read_text(encoding="utf-8"))
            fresh = self._clock() - entry["created_at"] < RESEARCH_CACHE_DAYS * 86_400
            patterns = entry["patterns"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return patterns if fresh and isinstance(patterns, str) else None

    def _write(self, path: Path, patterns: str) -> None:
        """Keep the patterns; readers see the old file or the whole new one."""
        partial = path.with_suffix(f".{id(self)}.partial")
        entry = {"created_at": self._clock(), "patterns": patterns}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(json.dumps(entry), encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            log.debug("the research cache cannot be written: {}", error)
