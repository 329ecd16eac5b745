"""Drafts made of two words: compounds and overlapping blends."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from core.engine.names.candidates import Draft, refused_names, words_with
from core.engine.names.fit import Topic, leading_fields, ready_fit, word_fit
from core.engine.names.sound import VOWELS, syllables
from core.engine.ontology import ontology
from core.engine.pack import section

_LONGEST = 11
_LEAST_FIRST = 0.5
_FOREIGN_TRADE = 0.9  # share of its fit that a first word keeps outside the fields that list it
_FIELD_TAIL = 0.8  # quality of a tail that only a field lists
_MOST_TAILS = 64
_NONE: frozenset[str] = frozenset()
_RHYTHM = {(1, 1): 0.25, (2, 1): 0.08, (1, 2): 0.02}
_VOWEL_PILE = re.compile(r"[aeiouy]{3}")
_LONG_RUN = re.compile(r"[^aeiouy]{4}")
_LEAST_OWN = 2  # letters that only one of the two words brings
_SHORT_FIRST = 5  # longer first words with two letters added look like a suffix
_KEEP_FIRST, _KEEP_SECOND = 0.66, 0.75
_SHORTEST_BLEND, _LONGEST_BLEND = 6, 9


def compounds(topic: Topic) -> Iterator[Draft]:
    """Compounds picked for the fields; then a telling first word and a tail, such as a place."""
    for field in leading_fields(topic):
        for pair in field.compounds:
            if topic.rivals.isdisjoint(pair):
                yield Draft("".join(pair).capitalize(), "compound", pair, ready_fit(topic, pair))
    tails = _tails(topic)
    refused = refused_names()
    known, fields = ontology().words, {field for field, _ in topic.fields}
    for first, own_fit in words_with(topic, "first").items():
        entry = known.get(first)
        of_trade = entry is None or not fields or not fields.isdisjoint(entry.industries)
        fit = own_fit if of_trade else _FOREIGN_TRADE * own_fit
        if fit < _LEAST_FIRST:
            continue
        for tail, (quality, value) in tails.items():
            if not joins_well(first, tail) or first + tail in refused:
                continue
            beats = _RHYTHM.get((syllables(first), syllables(tail)), -0.12)
            weight = 0.45 * fit + 0.35 * value + 0.2 * quality + beats
            weight += 0.06 * (first[0] == tail[0])
            yield Draft((first + tail).capitalize(), "compound", (first, tail), weight)


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    """The kinds each word belongs to."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for kind, words in section("names")["patterns"]["kinds"].items():
        for word in words.split():
            kinds[word].add(kind)
    return {word: frozenset(found) for word, found in kinds.items()}


def joins_well(first: str, tail: str) -> bool:
    """Whether two words make a readable compound: length, beats, and a clean seam."""
    joined = first + tail
    if len(joined) > _LONGEST or first[-1] == tail[0] or first[-2:] == tail[:2]:
        return False
    if first in tail or tail in first or _kinds().get(first, _NONE) & _kinds().get(tail, _NONE):
        return False
    if syllables(first) + syllables(tail) > 3:
        return False
    seam = joined[max(0, len(first) - 3) : len(first) + 3]
    both_vowels = first[-1] in "aeiou" and tail[0] in "aeiou"
    return not (both_vowels or _VOWEL_PILE.search(seam) or _LONG_RUN.search(seam))


def _tails(topic: Topic) -> dict[str, tuple[float, float]]:
    """Quality and fit of each usable tail; fields may bring tails of their own."""
    known = ontology()
    found = {tail.text: (tail.quality, word_fit(topic, tail.text)) for tail in known.tails.values()}
    for word, fit in words_with(topic, "tail").items():
        if word not in found and syllables(word) <= 2:
            found[word] = (_FIELD_TAIL, fit)
    usable = (
        item
        for item in found.items()
        if item[0] in topic.asked or (item[1][1] >= 0.42 and item[0] not in topic.told)
    )
    strongest = sorted(usable, key=lambda item: (-(0.3 * item[1][0] + 0.7 * item[1][1]), item[0]))
    return dict(strongest[:_MOST_TAILS])


def blends(topic: Topic) -> Iterator[Draft]:
    """Two words that share two to four letters, most of both kept: hearth + artisan."""
    words = _blendable(topic)
    refused = refused_names()
    index: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for word in words:
        for start in range(int(len(word) * (1 - _KEEP_SECOND)) + 1):
            for size in (2, 3, 4):
                if start + size < len(word):
                    index[word[start : start + size]].append((word, start))
    for first in words:
        found = _overlaps(first, words, index)
        yield from (draft for draft in found if draft.text.lower() not in refused)


def _blendable(topic: Topic) -> Mapping[str, float]:
    """Words long enough to blend, of any strong role."""
    found: dict[str, float] = {}
    for role in ("solo", "first", "tail"):
        found.update(words_with(topic, role))
    return {word: fit for word, fit in sorted(found.items()) if 4 <= len(word) <= 8 and fit >= 0.6}


def _overlaps(
    first: str, words: Mapping[str, float], index: Mapping[str, list[tuple[str, int]]]
) -> Iterator[Draft]:
    """All blends that begin with one word."""
    least = max(3, -int(-_KEEP_FIRST * len(first) // 1))
    for end in range(least, len(first) + 1):
        for size in (4, 3, 2):
            shared = first[end - size : end]
            if size == 2 and (end < len(first) or not set(shared) & set(VOWELS)):
                continue
            for second, start in index.get(shared, ()):
                text = first[:end] + second[start + size :]
                if _is_true_blend(text, first, second, size, start):
                    kept = 0.5 * end / len(first) + 0.5 * (len(second) - start) / len(second)
                    fit = 0.5 * (words[first] + words[second])
                    weight = 0.6 * fit + 0.3 * kept + 0.05 * size
                    yield Draft(text.capitalize(), "blend", (first, second), weight)


def _is_true_blend(text: str, first: str, second: str, size: int, start: int) -> bool:
    """Whether both words show, none swallows the other, and the length is right."""
    if first == second or first in second or second in first or (size == 2 and start):
        return False
    own_second = len(second) - start - size
    own_first = len(text) - own_second - size
    suffixed = text.startswith(first) and len(first) > _SHORT_FIRST
    if own_first < _LEAST_OWN or own_second < (3 if size == 2 or suffixed else _LEAST_OWN):
        return False
    return _SHORTEST_BLEND <= len(text) <= _LONGEST_BLEND and syllables(text) <= 3
