"""Understands a description: what field it is, what the brand should stand for, whom it serves."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.engine.names.lexicon import affinity, lemma, lexicon
from core.engine.ontology import Ontology, ontology
from core.engine.reading import (
    Clause,
    action_of,
    audience_of,
    clauses,
    grammar,
    head_of,
    keywords_of,
    place_of,
    tokens,
)
from core.engine.types import Brief, WeightedIndustry

_KEYWORD_SHARE = 0.42
_MEANING_SHARE = 0.8
_HEAD_WEIGHT = 2.0
_AUDIENCE_WEIGHT = 0.6
_PLACE_WEIGHT = 0.5
_SIDE_WEIGHT = 0.7
_PHRASE_WEIGHT = 1.5
_WEAK_WEIGHT = 0.2
_HINT_WEIGHT = 1.6
_MOST_INDUSTRIES = 3
_CLOSE = 0.8  # of the best score: kept without a literal hit
_WITH_HIT = 0.5  # of the best score: kept with a literal hit
_LITERAL = 0.3  # keyword weight from which a field is named and not only hinted at
_LEAST_MEANING = 0.35  # below it, likeness of meaning alone says nothing
_MOST_CONCEPTS = 5
_LEADING_CONCEPTS = ("discovery", "clarity", "warmth", "craft")
_CUE_WEIGHT = 0.9
_STYLE_WEIGHT = 2.0
_RANK_STEP = 0.16


def understand(description: str, industry: str | None = None, style: str | None = None) -> Brief:
    """The description with its optional hints as a Brief; any text is accepted.

    `industry` is free text such as "food tech"; `style` words such as "playful" add concepts.
    """
    parts = clauses(description)
    head = head_of(parts)
    hits = _keyword_hits(parts, head)
    for hinted in (_keyword_hits(clauses(industry or ""), None), _label_hits(industry or "")):
        for key, value in hinted.items():
            hits[key] = hits.get(key, 0.0) + _HINT_WEIGHT * value
    telling = " ".join(word for clause in parts if _tells(clause) for word in clause.words)
    meaning = _meaning(keywords_of(f"{telling or description} {industry or ''}"))
    scores = _scores(hits, meaning)
    industries = _chosen(scores, hits, meaning)
    action, target = action_of(parts)
    return Brief(
        description=description,
        industries=industries,
        concepts=_concepts(industries, description, style or ""),
        keywords=keywords_of(description),
        head=head,
        action=action,
        object=target,
        audience=audience_of(parts),
        place=place_of(parts),
        confidence=_confidence(industries, hits, meaning),
    )


@cache
def _keyword_index() -> Mapping[str, tuple[str, ...]]:
    """Industries of each keyword; keywords are looked up as written and as lemma."""
    index: dict[str, tuple[str, ...]] = {}
    for industry in ontology().industries.values():
        alone = (industry.id,)
        plurals = (key for key in industry.keywords if key.endswith("s"))
        for form in {*industry.keywords, *map(lemma, plurals)}:
            others = index.get(form)
            index[form] = alone if others is None else others + alone
    return index


@cache
def _longest_phrase() -> int:
    """Words of the longest keyword."""
    return max(len(key.split()) for key in _keyword_index())


def _keyword_hits(parts: Iterable[Clause], head: str | None) -> dict[str, float]:
    """Weight of the literal keywords a field; a keyword shared by n fields gives 1/n to each.

    The head noun counts double; words about whom it serves count less than what it is, and words
    that many trades use hardly count.
    """
    index = _keyword_index()
    found: defaultdict[str, float] = defaultdict(float)
    for sentence in _sentences(parts):
        for phrase, share in _phrases(sentence):
            found[phrase] = max(found[phrase], _PHRASE_WEIGHT * share)
        for word, share in filter(None, sentence):
            pieces = {word, lemma(word), *(lemma(piece) for piece in word.split("-"))}
            for piece in sorted(pieces & index.keys()):
                weight = _HEAD_WEIGHT if head in {piece, lemma(piece)} else share
                weight = _WEAK_WEIGHT if piece in grammar().weak else weight
                found[lemma(piece)] = max(found[lemma(piece)], weight)
    hits: defaultdict[str, float] = defaultdict(float)
    for keyword, weight in sorted(found.items()):
        fields = index[keyword]
        for field in fields:
            hits[field] += weight / len(fields)
    return hits


_Told = list[tuple[str, float] | None]


def _sentences(parts: Iterable[Clause]) -> list[_Told]:
    """The words of each sentence, markers included, with the share of their clause."""
    sentences: list[_Told] = []
    for clause in parts:
        share = _share(clause.marker)
        words = (clause.marker, *clause.words) if clause.marker else clause.words
        if not clause.marker or not sentences:
            sentences.append([])
        sentences[-1] += [(word.casefold(), share) for word in words]
    return sentences


def _tells(clause: Clause) -> bool:
    """Whether a clause says what the company is, and not for whom or where."""
    known = grammar()
    return clause.marker not in known.audience_markers | known.place_markers


def _share(marker: str) -> float:
    """How much the words after a marker say about what the company is."""
    known = grammar()
    if marker in known.audience_markers:
        return _AUDIENCE_WEIGHT
    if marker in known.place_markers:
        return _PLACE_WEIGHT
    return _SIDE_WEIGHT if marker in known.side_markers else 1.0


def _phrases(sentence: _Told) -> list[tuple[str, float]]:
    """The keywords of several words, also hyphened ones; their words are taken out."""
    found = []
    for size in range(min(_longest_phrase(), len(sentence)), 0, -1):
        for start in range(len(sentence) - size + 1):
            told = sentence[start : start + size]
            if None in told:
                continue
            words = [each[0] for each in told if each]
            if size == 1 and "-" not in words[0]:
                continue
            said, singular = " ".join(words), " ".join([*words[:-1], lemma(words[-1])])
            split = said.replace("-", " ") if size == 1 else said
            for phrase in (said, singular, split):
                if phrase in _keyword_index():
                    found.append((phrase, told[0][1] if told[0] else 1.0))
                    sentence[start : start + size] = [None] * size
                    break
    return found


def _label_hits(hint: str) -> dict[str, float]:
    """Fields whose label or id shares a word with the hint."""
    words = {lemma(word) for word in tokens(hint.casefold())} | {hint.casefold().replace(" ", "")}
    labels = {
        field.id: {lemma(word) for word in tokens(field.label.casefold())} | {field.id}
        for field in ontology().industries.values()
    }
    return {key: float(len(words & (label - {"and"}))) for key, label in labels.items()}


def _meaning(words: Iterable[str]) -> Mapping[str, float]:
    """Likeness of the words' meaning to each field, rare words counting more, about −0.3 to 0.9."""
    rank = lexicon().rank
    total: defaultdict[str, float] = defaultdict(float)
    weights = 0.0
    fields = tuple(ontology().industries)
    for raw in words:
        word = raw if affinity(raw, fields[0]) is not None else lemma(raw)
        if affinity(word, fields[0]) is None:
            continue
        weight = math.log(20 + rank.get(raw, 20_000))
        weights += weight
        for field in fields:
            total[field] += weight * (affinity(word, field) or 0.0)
    return {field: value / weights for field, value in total.items()}


def _scores(hits: Mapping[str, float], meaning: Mapping[str, float]) -> dict[str, float]:
    """Specificity x (0.42 keywords + 0.8 likeness of meaning) for each field."""
    return {
        field.id: field.specificity
        * (
            _KEYWORD_SHARE * hits.get(field.id, 0.0)
            + _MEANING_SHARE * max(0.0, meaning.get(field.id, 0.0))
        )
        for field in ontology().industries.values()
    }


def _chosen(
    scores: Mapping[str, float], hits: Mapping[str, float], meaning: Mapping[str, float]
) -> tuple[WeightedIndustry, ...]:
    """Up to three fields near the best.

    Only fields that keywords name when the best is none of them and its meaning is faint or points
    to several; so none at all when no field is named: a wrong field is worse than none.
    """
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    kept, best = _near_best(ordered, hits), ordered[0][0]
    is_clear = meaning.get(best, 0.0) >= _LEAST_MEANING and len(kept) == 1
    if not (is_clear or _is_named(best, hits)):
        kept = _near_best([each for each in ordered if _is_named(each[0], hits)], hits)
    return tuple(kept[:_MOST_INDUSTRIES])


def _near_best(
    ordered: Sequence[tuple[str, float]], hits: Mapping[str, float]
) -> list[WeightedIndustry]:
    """The fields whose score is near that of the first, nearer without a literal hit."""
    return [
        WeightedIndustry(field, round(score / ordered[0][1], 3))
        for field, score in ordered
        if score > 0
        and score >= ordered[0][1] * (_WITH_HIT if hits.get(field, 0.0) >= _LITERAL else _CLOSE)
    ]


def _is_named(field: str, hits: Mapping[str, float]) -> bool:
    """Whether keywords name the field and do not only hint at it."""
    return hits.get(field, 0.0) >= _LITERAL


def _concepts(
    industries: tuple[WeightedIndustry, ...], description: str, style: str
) -> tuple[str, ...]:
    """Concepts of the fields in order, moved forward by words that ask for them."""
    known: Ontology = ontology()
    weights: defaultdict[str, float] = defaultdict(float)
    for industry in industries:
        for place, concept in enumerate(known.industries[industry.id].concepts):
            weights[concept] += industry.weight * (1.0 - _RANK_STEP * place)
    told = {word for raw in tokens(description.casefold()) for word in (raw, lemma(raw))}
    asked = set(tokens(style.casefold()))
    for key, entry in known.concepts.items():
        weights[key] += _CUE_WEIGHT * min(1, len(told.intersection(entry.cues)))
        weights[key] += _STYLE_WEIGHT * len(asked.intersection((*entry.cues, key)))
    if not industries:
        for place, concept in enumerate(_LEADING_CONCEPTS):
            weights[concept] += 0.5 - 0.1 * place
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(concept for concept, weight in ordered if weight > 0)[:_MOST_CONCEPTS]


def _confidence(
    industries: tuple[WeightedIndustry, ...],
    hits: Mapping[str, float],
    meaning: Mapping[str, float],
) -> float:
    """How well the ontology covers the topic, 0–1: literal hits count most."""
    if not industries:
        return 0.1
    best = industries[0].id
    literal = 1 - math.exp(-1.4 * hits.get(best, 0.0))
    alike = max(0.0, meaning.get(best, 0.0))
    return round(min(1.0, 0.12 + 0.78 * literal + 0.3 * alike), 2)
