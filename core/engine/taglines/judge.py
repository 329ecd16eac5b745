"""Judges a line that a language model wrote by the rules and the scale of our own lines."""

import re
from functools import cache

from core.engine.ontology import ontology
from core.engine.pack import section
from core.engine.taglines.atoms import field_vocabulary
from core.engine.taglines.lint import Given, given_by, lint
from core.engine.taglines.scoring import PRIOR, label, score, topic_of
from core.engine.taglines.words import sentences, words
from core.engine.types import Brief, Rejection, Tagline

_CONTRAST = {"no", "not", "minus", "without", "less", "fewer", "never"}
_RATHER_ADJECTIVES = {"slow", "warm", "clear", "open", "light", "still", "sound"}
_POINTING = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "your", "our", "my", "their", "his", "her",
    "its", "every", "each", "no", "some", "any", "all",
})  # fmt: skip
_QUOTES = "\"“”'‘’ \t\n"


def judge_tagline(
    brief: Brief, name_text: str, text: str, framework: str | None = None
) -> Tagline | Rejection:
    """The line with label and score, or why it is refused.

    Outer quotes, spaces and a missing full stop are repaired. An unknown or missing framework is
    recognized from the form of the line.
    """
    line = _tidy(text)
    given = given_by(brief, name_text)
    reason = lint(line, given) if line else "is empty"
    if reason:
        return Rejection(text, reason)
    topic = topic_of(brief, name_text, (), field_vocabulary(brief))
    kind = framework if framework in PRIOR else _framework(line, brief, given.name_words)
    return Tagline(line, kind, label(line, topic), score(line, kind, topic))


def _tidy(text: str) -> str:
    line = re.sub(r"\s+", " ", text.strip(_QUOTES)).replace("’", "'")
    return f"{line}." if line and line[-1].isalnum() else line


def _framework(line: str, brief: Brief, name_words: frozenset[str]) -> str:
    tokens = words(line)
    plain = " ".join(tokens)
    if name_words & set(tokens):
        return "name"
    if brief.place and brief.place.lower() in plain:
        return "place"
    if brief.audience and plain.endswith(f"for {brief.audience.lower()}"):
        return "audience"
    if _is_triad(line):
        return "triad"
    if tokens[0] in _imperative_verbs():
        return "imperative"
    return "contrast" if _CONTRAST & set(tokens) else "claim"


def opening_class(line: str, given: Given) -> str:
    """How a line opens: with the name, a request, a pointing word, or something else."""
    first = words(line)[0]
    if first in given.name_words:
        return "name"
    if first in _imperative_verbs():
        return "request"
    if first in _POINTING:
        return "pointing"
    return "question" if line.endswith("?") else "series" if _is_triad(line) else "statement"


def _is_triad(line: str) -> bool:
    parts = [len(words(part)) for part in sentences(line)]
    if len(parts) == 1:
        parts = [len(words(part)) for part in line.split(",")]
    return len(parts) == 3 and max(parts) - min(parts) <= 2


@cache
def _imperative_verbs() -> frozenset[str]:
    taglines = section("taglines")
    lines = (
        line for field in ontology().industries for line in taglines[f"industry_{field}"]["imp"]
    )
    return frozenset(words(line)[0] for line in lines) - _RATHER_ADJECTIVES
