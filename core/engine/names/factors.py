"""The eight factors of a name, 0–1 each, and its score on the common 0–10 scale."""

import math
from collections.abc import Mapping, Sequence

from core.engine.names.fit import Topic, relevance
from core.engine.names.letters import naturalness
from core.engine.names.lexicon import folded, lexicon
from core.engine.names.sound import euphony, plainness, sharpness, syllables, trapezoid
from core.engine.ontology import ontology
from core.engine.types import NameStrategy

_WEIGHTS = {
    "length": 0.07,
    "syllables": 0.07,
    "phonotactics": 0.16,
    "euphony": 0.13,
    "spelling": 0.10,
    "distinctiveness": 0.16,
    "relevance": 0.26,
    "sound_fit": 0.05,
}
_FORM = {
    "evocative": 0.95,
    "borrowed": 0.90,
    "compound": 0.86,
    "blend": 0.84,
    "phrase": 0.84,
    "coined": 0.80,
}
_WEAK_LINKS = ("phonotactics", "distinctiveness", "spelling", "relevance")
_BY_SYLLABLES = {1: 0.8, 2: 1.0, 3: 0.85, 4: 0.45}
_BORROWED_FLOOR = 0.3
_MIDDLE = 0.63  # the weighted mean that scores 5.0
_RARE_RANK = math.log(14_000)


def factors_of(
    topic: Topic, text: str, parts: Sequence[str], strategy: NameStrategy
) -> dict[str, float]:
    """All factors of one name, rounded to three decimals."""
    words = [folded(word) for word in text.replace("&", " ").split()] or [folded(text)]
    spoken = list(parts) if strategy == "compound" else words
    key = "".join(words)
    count = sum(syllables(word) for word in spoken)
    values = {
        "length": _length(key, strategy),
        "syllables": _BY_SYLLABLES.get(count, 0.1),
        "phonotactics": _said(spoken, strategy),
        "euphony": _euphony(words, spoken),
        "spelling": min(map(plainness, words)),
        "distinctiveness": _distinctiveness(topic, key, parts, strategy),
        "relevance": relevance(topic, parts, strategy),
        "sound_fit": 1 - abs(topic.edge * 0.6 - sharpness(key)) / 2,
    }
    return {name: round(max(0.0, min(1.0, value)), 3) for name, value in values.items()}


def score_of(factors: Mapping[str, float], strategy: NameStrategy) -> float:
    """0–10, one decimal: the weighted mean, lowered by form and by the weakest link."""
    mean = sum(weight * factors[name] for name, weight in _WEIGHTS.items())
    mean *= math.sqrt(_FORM[strategy])
    joined = 0.8 * mean + 0.2 * min(factors[name] for name in _WEAK_LINKS)
    return round(10 * _sigmoid(7.6 * (joined - _MIDDLE)), 1)


def _sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _length(key: str, strategy: NameStrategy) -> float:
    if strategy == "phrase":
        return trapezoid(len(key), 4, 7, 12, 18)
    return trapezoid(len(key), 2, 5, 8, 14)


def _said(spoken: Sequence[str], strategy: NameStrategy) -> float:
    """Mean naturalness of the spoken words, 0–1.

    The letter model knows English only: a real word of another language is judged more mildly.
    """
    mean = sum(map(_phonotactics, spoken)) / len(spoken)
    return _BORROWED_FLOOR + (1 - _BORROWED_FLOOR) * mean if strategy == "borrowed" else mean


def _phonotactics(word: str) -> float:
    """σ(3.2·(m + 2.55)) · (.55 + .45·σ(1.3·(n + 6.2))); m, n: mean and least log-probability."""
    mean, least = naturalness(word)
    return _sigmoid(3.2 * (mean + 2.55)) * (0.55 + 0.45 * _sigmoid(1.3 * (least + 6.2)))


def _euphony(words: Sequence[str], spoken: Sequence[str]) -> float:
    """Mean pleasantness of the words, a little more when two parts begin alike."""
    alike = len(spoken) == 2 and spoken[0][:1] == spoken[1][:1]
    return sum(map(euphony, words)) / len(words) + 0.11 * alike


def _distinctiveness(topic: Topic, key: str, parts: Sequence[str], strategy: NameStrategy) -> float:
    """Rarity of the string; lower for brands, generic affixes, crowded and descriptive words."""
    known = lexicon()
    if key in known.brands:
        return 0.05
    rank = known.rank.get(key)
    value = 1.0 if rank is None else min(1.0, math.log(rank + 60) / _RARE_RANK)
    if strategy not in {"evocative", "borrowed"} and _is_generic(key):
        value *= 0.55
    entry = ontology().words.get(key)
    if entry is not None and entry.crowded:
        value *= 0.88
    return value * _suggestive(topic, key, parts)


def _is_generic(key: str) -> bool:
    """Whether the name wears an affix that many companies share."""
    known = lexicon()
    return key.startswith(known.generic_starts) or key.endswith(known.generic_ends)


def _suggestive(topic: Topic, key: str, parts: Sequence[str]) -> float:
    """1 for suggestive names, less for words that only describe the product."""
    if key in topic.told:
        return 0.35
    entry = ontology().words.get(key)
    if key in topic.literal and (entry is None or "solo" not in entry.roles):
        return 0.6
    told = sum(part in topic.told or part in topic.literal for part in parts)
    if len(parts) > 1 and told == len(parts):
        return 0.6
    return 0.93 if told and len(parts) > 1 else 1.0
