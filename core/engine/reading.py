"""Reads a description: tokens, clauses and the slots that other stages may quote."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.engine.names.lexicon import lemma
from core.engine.pack import section

_TOKEN = re.compile(r"[^\W\d_](?:[^\W_]|['’/&+-](?=[^\W_]))*")
_CLAUSE_END = re.compile(r"[.,;:!?()\n]")
_LONGEST = 2_000  # characters that are read; the rest says nothing new
_MOST_KEYWORDS = 10
_LONGEST_ABBREVIATION = 3
_SHORTEST_PLACE = 3  # letters: "in 3D" names none


@dataclass(frozen=True, slots=True)
class Grammar:
    """Closed word classes."""

    filler: frozenset[str]
    product_nouns: frozenset[str]
    weak: frozenset[str]
    german: frozenset[str]
    audience_markers: frozenset[str]
    place_markers: frozenset[str]
    side_markers: frozenset[str]
    splitters: frozenset[str]
    persons: frozenset[str]
    mass_nouns: frozenset[str]
    actions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Clause:
    """Words between two splitters; `marker` is the splitter before them, "" for the head."""

    marker: str
    words: tuple[str, ...]


@cache
def grammar() -> Grammar:
    """The closed word classes of the pack."""
    raw = section("names")["grammar"]
    return Grammar(
        filler=frozenset(raw["filler"]),
        product_nouns=frozenset(raw["product_nouns"]),
        weak=frozenset(raw["weak"]),
        german=frozenset(raw["german"]),
        audience_markers=frozenset(raw["audience_markers"]),
        place_markers=frozenset(raw["place_markers"]),
        side_markers=frozenset(raw["side_markers"]),
        splitters=frozenset(raw["splitters"]),
        persons=frozenset(raw["persons"]),
        mass_nouns=frozenset(raw["mass_nouns"]),
        actions=raw["actions"],
    )


def tokens(text: str) -> list[str]:
    """The words of a text as written."""
    return _TOKEN.findall(text[:_LONGEST])


def clauses(text: str) -> list[Clause]:
    """The text split at for / of / in / that / with and at punctuation; the first is the head."""
    found: list[Clause] = []
    for sentence in _CLAUSE_END.split(text[:_LONGEST]):
        marker, words = "", list[str]()
        for word in _TOKEN.findall(sentence):
            if word.casefold() in grammar().splitters:
                found.append(Clause(marker, tuple(words)))
                marker, words = word.casefold(), []
            else:
                words.append(word)
        found.append(Clause(marker, tuple(words)))
    return [clause for clause in found if clause.words]


def head_of(parts: Sequence[Clause]) -> str | None:
    """The last word of the first clause that is no product noun: what the thing is, singular."""
    for clause in parts:
        telling = [
            word.casefold()
            for word in clause.words
            if word.casefold() not in grammar().filler | grammar().product_nouns
        ]
        if telling:
            return lemma(telling[-1])
    return None


def keywords_of(text: str) -> tuple[str, ...]:
    """Words that say something about the topic, in order, without repeats."""
    told = (word.casefold() for word in tokens(text))
    kept = [word for word in told if word not in grammar().filler and len(word) > 2]
    return tuple(dict.fromkeys(kept))[:_MOST_KEYWORDS]


def audience_of(parts: Sequence[Clause]) -> str | None:
    """Plural persons after "for": "seniors", "independent contractors"."""
    known = grammar()
    for clause in parts:
        if clause.marker not in known.audience_markers:
            continue
        for place, word in enumerate(clause.words[:4]):
            if word.casefold() in known.persons:
                phrase = [
                    item for item in clause.words[: place + 1] if item.casefold() not in _ARTICLES
                ]
                return " ".join(_spelt(item) for item in phrase)
    return None


def _spelt(word: str) -> str:
    """Lower case, but abbreviations such as B2B and HR as they are."""
    return word if word.isupper() and len(word) <= _LONGEST_ABBREVIATION else word.casefold()


_ARTICLES = frozenset({"a", "an", "the", "all", "our", "your", "their"})


def place_of(parts: Sequence[Clause]) -> str | None:
    """A capitalised place after "in" or "near"; none in German, which has all nouns so."""
    if any(word.casefold() in grammar().german for clause in parts for word in clause.words):
        return None
    for clause in parts:
        if clause.marker not in {"in", "near"}:
            continue
        named = []
        for word in clause.words:
            if not word[0].isupper():
                break
            named.append(word)
        if named and len(named) <= 3 and len(named[0]) >= _SHORTEST_PLACE:
            return " ".join(named)
    return None


def action_of(parts: Sequence[Clause]) -> tuple[str | None, str | None]:
    """A verb and its object: "wind-turbine inspection" gives inspect, wind turbines."""
    known = grammar()
    for place, clause in enumerate(parts):
        words = [word.casefold() for word in clause.words]
        for index, word in enumerate(words):
            verb = known.actions.get(word)
            if verb is None:
                continue
            before = [item for item in clause.words[:index] if item.casefold() not in known.filler]
            if before:
                named = index > 1 and before[-1][0].isupper()
                return verb, None if named else plural(before[-1].casefold().replace("-", " "))
            following = parts[place + 1] if place + 1 < len(parts) else None
            if following is not None and following.marker == "of":
                return verb, plural(following.words[-1].casefold())
            return verb, None
    return None, None


def plural(noun: str) -> str:
    """The plural of a countable noun; mass nouns and plurals stay as they are."""
    last = noun.rsplit(maxsplit=1)[-1]
    if last in grammar().mass_nouns or last.endswith("s"):
        return noun
    if re.search(r"[^aeiou]y$", last):
        return noun[:-1] + "ies"
    if re.search(r"(?:ch|sh|x|z)$", last):
        return noun + "es"
    return noun + "s"
