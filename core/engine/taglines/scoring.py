"""How good a line is, 0–10, and what it is best at."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from core.engine.pack import section
from core.engine.taglines.words import (
    content_stems,
    content_words,
    sentences,
    stem,
    stems,
    word_lists,
    words,
)
from core.engine.types import Brief

Label = Literal["memorable", "likable"]

PRIOR = {
    "claim": 1.15,
    "name": 0.8,
    "imperative": 0.75,
    "triad": 0.75,
    "contrast": 0.55,
    "audience": 0.45,
    "action": 0.45,
    "place": 0.45,
}

# Raw sums run from about 2 (long, flat, off topic) to 7 (short, rhyming, on topic).
_RAW_LOW, _RAW_HIGH = 1.0, 7.0


@dataclass(frozen=True, slots=True)
class Form:
    """A line by itself: points, stems of its content words, whether these are mostly concrete."""

    points: float
    stems: frozenset[str]
    concrete: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """What a line should be about, as stems: the brief's own words, the name's, the field's."""

    brief: frozenset[str]
    name: frozenset[str]
    field: frozenset[str]


def topic_of(
    brief: Brief, name_text: str, name_parts: Sequence[str], field: frozenset[str]
) -> Topic:
    """Collects the stems once for all lines of a request."""
    told = " ".join(filter(None, (*brief.keywords, brief.object, brief.audience, brief.place)))
    return Topic(
        brief=content_stems(told) | content_stems(brief.description),
        name=stems(word.lower() for word in (*words(name_text), *name_parts)),
        field=field,
    )


@lru_cache(maxsize=4096)
def form(text: str) -> Form:
    """What a line is worth by itself; remembered, because most lines come from the data pack."""
    content = content_words(text)
    points = 1.2 * (3 <= len(words(text)) <= 6)
    points += 0.5 * (len(text) <= 38)
    points += 0.35 * min(2, _repeated_initials(content))
    points += 0.8 * _rhymes(text)
    points += 0.3 * _short(text)
    rare = sum(word not in word_lists().common for word in content)
    return Form(points, frozenset(map(stem, content)), rare * 5 > len(content) * 3)


def score(text: str, framework: str, topic: Topic) -> float:
    """The quality of a line, 0–10 with one decimal; the same for our lines and a model's."""
    shape = form(text)
    raw = 2.4 + PRIOR[framework] + shape.points + 0.6 * relevance(shape.stems, topic)
    return round(10 * min(1.0, max(0.0, (raw - _RAW_LOW) / (_RAW_HIGH - _RAW_LOW))), 1)


def relevance(found: frozenset[str], topic: Topic) -> float:
    """1 when the line takes up the brief or the name, 0.7 for the field's vocabulary, else 0."""
    if not found.isdisjoint(topic.brief) or not found.isdisjoint(topic.name):
        return 1.0
    return 0.0 if found.isdisjoint(topic.field) else 0.7


def label(text: str, topic: Topic) -> Label:
    """Memorable: the name, or mostly concrete and rare words; likable: common, abstract words.

    Ease of reading raises liking and lowers memory (Hodges, Estes & Warren 2024).
    """
    shape = form(text)
    named = not shape.stems.isdisjoint(topic.name)
    return "memorable" if named or shape.concrete else "likable"


def _repeated_initials(content: Sequence[str]) -> int:
    counts = Counter(word[0] for word in content)
    return sum(count - 1 for count in counts.values())


def _short(text: str) -> bool:
    tokens = words(text)
    return sum(map(len, tokens)) <= 4.4 * len(tokens)


@cache
def _rhyme_families() -> dict[str, frozenset[int]]:
    families: dict[str, set[int]] = {}
    for number, family in enumerate(section("taglines")["rules"]["rhymes"]):
        for word in family.split():
            families.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in families.items()}


def _rhymes(text: str) -> bool:
    """Whether two clauses of the line end in different words that rhyme."""
    endings = [clause_words[-1] for clause_words in map(words, _clauses(text)) if clause_words]
    families = _rhyme_families()
    empty: frozenset[int] = frozenset()
    return any(
        one != other and families.get(one, empty) & families.get(other, empty)
        for position, one in enumerate(endings)
        for other in endings[position + 1 :]
    )


def _clauses(text: str) -> list[str]:
    return [clause for sentence in sentences(text) for clause in sentence.split(",")]
