"""How well words suit a brief: by field, by concept, by likeness of meaning."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.engine.names.lexicon import affinity, lemma
from core.engine.ontology import Foreign, Idiom, Industry, Root, ontology
from core.engine.pack import section
from core.engine.reading import tokens
from core.engine.types import Brief, NameStrategy

_CONCEPT_WEIGHTS = (1.0, 0.9, 0.8, 0.7, 0.6)
_UNKNOWN = 0.4
_GENERAL, _STRANGE = 0.85, 0.5  # share of its fit that a word keeps outside its own fields
_PREFERRED, _RIVAL = 0.1, 0.6
_MEANING = 0.5
_LEADING = 0.5  # weight of a field that brings names of its own
_COMMON, _SPECIFIC = 0.07, 4  # lost per e-fold of fields that list a word beyond so many
_FIELD, _VALUE, _BOTH = 0.84, 0.74, 0.1
_SHARP = frozenset({"precision", "speed", "energy", "clarity", "light", "play", "discovery"})
_ROUND = frozenset({"warmth", "calm", "care", "home", "nature", "trust", "heritage", "renewal"})


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A brief as names are measured by it; each is its own key in caches.

    `told` are words of the description, `literal` those of its fields' keywords; `edge` is the
    wanted sharpness of sound, −1 (warm and calm) to 1 (precise and quick). `preferred` words belong
    to a topic that the description names, `rivals` to other topics of the same group. `asked` are
    words that the founder wants to see.
    """

    fields: tuple[tuple[str, float], ...]
    concepts: tuple[tuple[str, float], ...]
    told: frozenset[str]
    literal: frozenset[str]
    edge: float
    sure: bool
    preferred: frozenset[str]
    rivals: frozenset[str]
    asked: frozenset[str] = frozenset()


@lru_cache(maxsize=32)
def topic_of(brief: Brief) -> Topic:
    """The topic of a brief, remembered for the next names."""
    known = ontology()
    told = frozenset(
        form
        for raw in tokens(brief.description.casefold())
        for word in (raw, *raw.split("-"))
        for form in (word, lemma(word))
    )
    preferred, rivals = _topic_words(told)
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
        told=told,
        literal=frozenset(literal),
        edge=(sharp - soft) / max(1.0, sharp + soft),
        sure=brief.confidence >= 0.35,
        preferred=preferred,
        rivals=rivals,
    )


def _topic_words(told: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Words of the topics that are named, and words of their unnamed rivals."""
    topics = [topic for part in section("topics").values() for topic in part["topics"]]
    named = [topic for topic in topics if not told.isdisjoint(topic["cues"])]
    groups = {topic["group"] for topic in named}
    preferred = frozenset(word for topic in named for word in topic["words"])
    others = (topic for topic in topics if topic["group"] in groups)
    return preferred, frozenset(word for topic in others for word in topic["words"]) - preferred


def listed_fit(topic: Topic, industries: Iterable[str], concepts: Iterable[str]) -> float:
    """Fit of a word by where the ontology lists it, 0–1."""
    listed, values = frozenset(industries), frozenset(concepts)
    field = max((weight for key, weight in topic.fields if key in listed), default=0.0)
    value = max((weight for key, weight in topic.concepts if key in values), default=0.0)
    if not topic.sure:
        field *= 0.6
    return min(1.0, max(_FIELD * field, _VALUE * value) + _BOTH * min(field, value))


def source_fit(topic: Topic, source: Foreign | Root) -> float:
    """Fit of a foreign word or root; outside its own fields only a general one fits by concept."""
    fit = listed_fit(topic, source.industries, source.concepts)
    if any(key in source.industries for key, _ in topic.fields):
        return fit
    if not source.general:
        return _STRANGE * fit
    return _GENERAL * fit if topic.fields else fit


def ready_fit(topic: Topic, words: tuple[str, ...]) -> float:
    """Fit of an idiom or a picked compound of the brief's fields, 0–1; 0 for other names."""
    idioms = (
        listed_fit(topic, (key,), idiom.concepts)
        + _PREFERRED * (not topic.told.isdisjoint(idiom.cues))
        for key, idiom in idioms_of(topic, words)
    )
    compounds = (
        listed_fit(topic, (key,), ())
        for key, _ in topic.fields
        if words in ontology().industries[key].compounds
    )
    return min(1.0, max((*idioms, *compounds), default=0.0))


def idioms_of(topic: Topic, words: tuple[str, ...]) -> Iterator[tuple[str, Idiom]]:
    """The fields of the brief that know the phrase, and what it is there, the leading one first."""
    for key, _ in topic.fields:
        if (idiom := ontology().industries[key].idioms.get(words)) is not None:
            yield key, idiom


def leading_fields(topic: Topic) -> list[Industry]:
    """The fields of the brief that bring names of their own."""
    return [ontology().industries[key] for key, weight in topic.fields if weight >= _LEADING]


def is_for_businesses(topic: Topic) -> bool:
    """Whether the brief's fields are known and none of them sells to consumers."""
    fields = leading_fields(topic)
    return bool(fields) and not any(field.consumer for field in fields)


@lru_cache(maxsize=32)
def picked_names(topic: Topic) -> frozenset[str]:
    """Names that people put on the list of one of the leading fields, in lower case."""
    found: set[str] = set()
    for field in leading_fields(topic):
        found.update(field.picked, field.coined)
        found.update(word.text for word in field.words if "solo" in word.roles)
        found.update(" ".join(words) for words in field.idioms)
        found.update("".join(pair) for pair in field.compounds)
    return frozenset(found - topic.rivals)


@lru_cache(maxsize=4_096)
def word_fit(topic: Topic, word: str) -> float:
    """Fit of any dictionary form, 0–1; words outside the ontology by likeness of meaning."""
    known = ontology()
    fits = [_UNKNOWN + _MEANING * _likeness(topic, word)]
    if (entry := known.words.get(word)) is not None:
        listed = listed_fit(topic, entry.industries, entry.concepts)
        fits.append(listed - _COMMON * math.log(max(1, len(entry.industries) / _SPECIFIC)))
    if (foreign := known.foreign.get(word)) is not None:
        fits.append(source_fit(topic, foreign))
    if (root := known.roots.get(word)) is not None:
        fits.append(source_fit(topic, root))
    if (tail := known.tails.get(word)) is not None:
        fits.append(listed_fit(topic, (), tail.concepts))
    if word in topic.told or word in topic.literal:
        fits.append(0.9)
    if word in topic.asked:
        fits.append(1.0)
    best = max(fits) + _PREFERRED * (word in topic.preferred)
    return min(1.0, best * (_RIVAL if word in topic.rivals else 1.0))


def _likeness(topic: Topic, word: str) -> float:
    """Likeness of meaning to the brief's fields, 0–1."""
    best = max((weight * (affinity(word, key) or 0.0) for key, weight in topic.fields), default=0.0)
    return max(0.0, min(1.0, best / 0.6))


def relevance(topic: Topic, parts: Sequence[str], strategy: NameStrategy) -> float:
    """Fit of a whole name, 0–1; the first part of a compound names the field and weighs more."""
    if not parts:
        return _UNKNOWN + 0.1
    if len(parts) > 1 and (fit := ready_fit(topic, tuple(parts))):
        return fit
    fits = [word_fit(topic, part) for part in parts]
    if len(fits) == 1:
        return fits[0]
    strongest = max(fits)
    rest = (sum(fits) - strongest) / (len(fits) - 1)
    share = 0.6 if strategy in {"compound", "blend"} else 0.5
    return share * strongest + (1 - share) * rest
