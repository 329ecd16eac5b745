"""How well words suit a brief: by field, by concept, by likeness of meaning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.engine.names.lexicon import affinity, lemma
from core.engine.ontology import ontology
from core.engine.reading import tokens
from core.engine.types import Brief, NameStrategy

_CONCEPT_WEIGHTS = (1.0, 0.9, 0.8, 0.7, 0.6)
_UNKNOWN = 0.34
_MEANING = 0.5
_FIELD, _VALUE, _BOTH = 0.86, 0.8, 0.14
_SHARP = frozenset({"precision", "speed", "energy", "clarity", "light", "play", "discovery"})
_ROUND = frozenset({"warmth", "calm", "care", "home", "nature", "trust", "heritage", "renewal"})


@dataclass(frozen=True, slots=True)
class Topic:
    """A brief as names are measured by it.

    `told` are words of the description, `literal` those of its fields' keywords; `edge` is the
    wanted sharpness of sound, −1 (warm and calm) to 1 (precise and quick).
    """

    fields: tuple[tuple[str, float], ...]
    concepts: tuple[tuple[str, float], ...]
    told: frozenset[str]
    literal: frozenset[str]
    edge: float
    sure: bool


@lru_cache(maxsize=256)
def topic_of(brief: Brief) -> Topic:
    """The topic of a brief, remembered for the next names."""
    known = ontology()
    told = {word for raw in tokens(brief.description.casefold()) for word in (raw, lemma(raw))}
    literal = {
        lemma(word)
        for industry in brief.industries
        for word in known.industries[industry.id].keywords
    }
    concepts = tuple(zip(brief.concepts, _CONCEPT_WEIGHTS, strict=False))
    sharp = sum(weight for concept, weight in concepts if concept in _SHARP)
    soft = sum(weight for concept, weight in concepts if concept in _ROUND)
    return Topic(
        fields=tuple((industry.id, industry.weight) for industry in brief.industries),
        concepts=concepts,
        told=frozenset(told),
        literal=frozenset(literal),
        edge=(sharp - soft) / max(1.0, sharp + soft),
        sure=brief.confidence >= 0.35,
    )


def listed_fit(topic: Topic, industries: Iterable[str], concepts: Iterable[str]) -> float:
    """Fit of a word by where the ontology lists it, 0–1."""
    listed, values = frozenset(industries), frozenset(concepts)
    field = max((weight for key, weight in topic.fields if key in listed), default=0.0)
    value = max((weight for key, weight in topic.concepts if key in values), default=0.0)
    if not topic.sure:
        field *= 0.6
    return min(1.0, max(_FIELD * field, _VALUE * value) + _BOTH * min(field, value))


@lru_cache(maxsize=32_768)
def word_fit(topic: Topic, word: str) -> float:
    """Fit of any dictionary form, 0–1; words outside the ontology by likeness of meaning."""
    known = ontology()
    fits = [_UNKNOWN + _MEANING * _likeness(topic, word)]
    if (entry := known.words.get(word)) is not None:
        fits.append(listed_fit(topic, entry.industries, entry.concepts))
    if (foreign := known.foreign.get(word)) is not None:
        fits.append(listed_fit(topic, foreign.industries, foreign.concepts))
    if (root := known.roots.get(word)) is not None:
        fits.append(listed_fit(topic, root.industries, root.concepts))
    if (tail := known.tails.get(word)) is not None:
        fits.append(listed_fit(topic, (), tail.concepts))
    if word in topic.told or word in topic.literal:
        fits.append(0.9)
    return min(1.0, max(fits))


def _likeness(topic: Topic, word: str) -> float:
    """Likeness of meaning to the brief's fields, 0–1."""
    values = affinity(word)
    best = max((weight * values.get(key, 0.0) for key, weight in topic.fields), default=0.0)
    return max(0.0, min(1.0, best / 0.6))


def relevance(topic: Topic, parts: Sequence[str], strategy: NameStrategy) -> float:
    """Fit of a whole name, 0–1; the first part of a compound names the field and weighs more."""
    if not parts:
        return _UNKNOWN + 0.1
    fits = [word_fit(topic, part) for part in parts]
    if len(fits) == 1:
        return fits[0]
    strongest = max(fits)
    rest = (sum(fits) - strongest) / (len(fits) - 1)
    share = 0.6 if strategy in {"compound", "blend"} else 0.5
    return share * strongest + (1 - share) * rest
