"""Drafts of names, cheaply weighed: single words, coined words and phrases."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.engine.names.fit import (
    Topic,
    is_for_businesses,
    leading_fields,
    listed_fit,
    ready_fit,
    source_fit,
    word_fit,
)
from core.engine.names.letters import naturalness
from core.engine.names.sound import syllables
from core.engine.ontology import Industry, Word, ontology
from core.engine.pack import section
from core.engine.types import NameStrategy

_CROWDED = 0.12
_LEAST_FIT = 0.5
_LEAST_ROOT_FIT = 0.66
_MOST_ENDINGS = 8  # of one stem: the list should hold several stems
_SMALL = frozenset({"a", "and", "as", "at", "by", "for", "in", "of", "on", "or", "the", "to"})
_LONGEST = 8  # letters of an asked word that others can be joined to


@dataclass(frozen=True, slots=True)
class Draft:
    """A name before it is judged; `weight` is about 0–1.5, comparable within its strategy."""

    text: str
    strategy: NameStrategy
    parts: tuple[str, ...]
    weight: float


def words_with(topic: Topic, role: str) -> dict[str, float]:
    """Words that carry a role in the brief's fields or concepts, and asked words, with their fit.

    An asked word may take any role but that of a name of its own.
    """
    known = ontology()
    lists: list[tuple[Word, ...]] = [known.industries[key].words for key, _ in topic.fields]
    lists += [known.concepts[key].words for key, _ in topic.concepts]
    asked = {word: 1.0 for word in sorted(topic.asked) if role != "solo" and len(word) <= _LONGEST}
    return asked | {
        word.text: word_fit(topic, word.text)
        for words in lists
        for word in words
        if role in word.roles and word.text not in topic.rivals
    }


def evocative(topic: Topic) -> Iterator[Draft]:
    """One real word that suggests instead of describing, 4 to 9 letters."""
    known = ontology()
    for word, fit in words_with(topic, "solo").items():
        if 4 <= len(word) <= 10 and word not in topic.told:
            crowded = _CROWDED if known.words[word].crowded else 0.0
            yield Draft(word.capitalize(), "evocative", (word,), fit - crowded)


def borrowed(topic: Topic) -> Iterator[Draft]:
    """A word of another language that fits the field."""
    for foreign in ontology().foreign.values():
        fit = word_fit(topic, foreign.text)
        if (
            source_fit(topic, foreign) >= _LEAST_FIT
            and fit >= _LEAST_FIT
            and foreign.text not in topic.told
        ):
            yield Draft(foreign.text.capitalize(), "borrowed", (foreign.text,), fit)


def coined(topic: Topic) -> Iterator[Draft]:
    """Words coined for the fields; then a Latin or Greek stem with a euphonic ending.

    Those have 5 to 8 letters; the best few of each stem.
    """
    for field in leading_fields(topic):
        for word in field.coined:
            stem = ontology().coined[word]
            yield Draft(word.capitalize(), "coined", (stem,), word_fit(topic, stem))
    for root in ontology().roots.values():
        fit = word_fit(topic, root.stem)
        if min(fit, source_fit(topic, root)) >= _LEAST_ROOT_FIT:
            drafts = sorted(_ended(root.stem, fit), key=lambda draft: (-draft.weight, draft.text))
            yield from drafts[:_MOST_ENDINGS]


@cache
def refused_names() -> frozenset[str]:
    """Made names that people found bad."""
    return frozenset(section("names")["pairs"]["refused"])


def _ended(stem: str, fit: float) -> Iterator[Draft]:
    """A stem with every ending that suits its length."""
    endings: Mapping[str, float] = section("names")["patterns"]["endings"]
    for ending, weight in sorted(endings.items()):
        word = stem + ending
        is_kept_out = word in refused_names() or word in ontology().foreign
        if 5 <= len(word) <= 8 and syllables(word) <= 3 and not is_kept_out:
            mean, _ = naturalness(word)
            value = 0.5 * fit + 0.35 * weight + 0.2 * mean
            yield Draft(word.capitalize(), "coined", (stem,), value)


def phrases(topic: Topic) -> Iterator[Draft]:
    """Idioms of the brief's fields, and pairs of words for consumer fields or unknown ones."""
    fields = leading_fields(topic)
    yield from _idioms(topic, fields)
    if not is_for_businesses(topic):
        pairs = _pairs(topic, fields)
        yield from _twins(pairs)
        yield from _qualified(topic, pairs)


def _idioms(topic: Topic, fields: Sequence[Industry]) -> Iterator[Draft]:
    """Phrases of the trades, "Second Rise"; those with cues only when one of them is told."""
    for field in fields:
        for words, idiom in field.idioms.items():
            if not idiom.cues or not idiom.cues.isdisjoint(topic.told):
                first, *rest = words
                told = (word if word in _SMALL else word.capitalize() for word in rest)
                text = " ".join((first.capitalize(), *told))
                yield Draft(text, "phrase", words, ready_fit(topic, words))


def _pairs(topic: Topic, fields: Sequence[Industry]) -> Mapping[str, float]:
    """Words that go together in pairs, with their fit."""
    known = ontology()
    lists = [field.words for field in fields if field.consumer]
    if not fields:
        lists = [known.concepts[key].words for key, _ in topic.concepts]
    pairs = {word: 1.0 for word in sorted(topic.asked) if len(word) <= _LONGEST}
    return pairs | {
        word.text: word_fit(topic, word.text)
        for words in lists
        for word in words
        if "pair" in word.roles and word.text not in topic.rivals
    }


def _twins(pairs: Mapping[str, float]) -> Iterator[Draft]:
    """Two nouns with a shared initial."""
    words = sorted(pairs)
    for place, first in enumerate(words):
        for second in words[place + 1 :]:
            if first[0] == second[0] and first[:3] != second[:3] and len(first + second) <= 13:
                short, long = sorted((first, second), key=lambda word: (len(word), word))
                text = f"{short.capitalize()} & {long.capitalize()}"
                yield Draft(text, "phrase", (short, long), 0.5 * (pairs[first] + pairs[second]))


def _qualified(topic: Topic, pairs: Mapping[str, float]) -> Iterator[Draft]:
    """A mood adjective before a noun, better when they begin alike."""
    adjectives: Mapping[str, list[str]] = section("names")["patterns"]["adjectives"]
    for adjective, concepts in sorted(adjectives.items()):
        mood = listed_fit(topic, (), concepts)
        if mood < _LEAST_FIT:
            continue
        for noun, fit in pairs.items():
            if noun != adjective and len(adjective + noun) <= 12:
                alike = 0.15 * (adjective[0] == noun[0])
                text = f"{adjective.capitalize()} {noun.capitalize()}"
                yield Draft(text, "phrase", (adjective, noun), 0.4 * mood + 0.5 * fit + alike)
