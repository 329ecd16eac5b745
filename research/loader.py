"""Reads the research files into typed documents.

A file is plain text: `# TITLE` lines open a section, `- ` lines are its items, and a `source:` line
names where the items above it come from.
"""

from dataclasses import dataclass
from pathlib import Path

SUFFIX = "_intelligence.txt"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list of findings and their sources."""

    title: str
    items: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResearchDocument:
    """One file: its component ("name", "logo", "color", "tagline"), text and sections."""

    component: str
    text: str
    sections: tuple[Section, ...]


def read_document(path: Path, component: str) -> ResearchDocument:
    """One document. Raises OSError when it cannot be read."""
    text = path.read_text(encoding="utf-8")
    return ResearchDocument(component, text, tuple(parse_sections(text)))


def read_documents(root: Path) -> list[ResearchDocument]:
    """All documents of a folder, in the order of their names."""
    return [
        read_document(path, path.name.removesuffix(SUFFIX))
        for path in sorted(root.glob(f"*{SUFFIX}"))
    ]


def parse_sections(text: str) -> list[Section]:
    """The sections of a document; lines before the first title are an introduction."""
    sections: list[tuple[str, list[str], list[str]]] = []
    for line in (raw.strip() for raw in text.splitlines()):
        if line.startswith("# "):
            sections.append((line[2:], [], []))
        elif sections and line.startswith("- "):
            sections[-1][1].append(line[2:])
        elif sections and line.startswith("source: "):
            sections[-1][2].append(line.removeprefix("source: "))
        elif sections and sections[-1][1] and line:
            sections[-1][1][-1] += f" {line}"
    return [Section(title, tuple(items), tuple(sources)) for title, items, sources in sections]
