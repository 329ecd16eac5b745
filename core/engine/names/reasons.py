"""One sentence on why a name works, made of the facts that were used."""

from collections.abc import Iterator, Mapping, Sequence

from core.engine.names.fit import Topic, idioms_of, word_fit
from core.engine.names.lexicon import folded
from core.engine.names.sound import syllables
from core.engine.ontology import Foreign, Root, Tail, Word, ontology
from core.engine.types import NameStrategy

_STRENGTHS = (
    ("spelling", "spelt the way it sounds"),
    ("euphony", "easy on the ear"),
    ("phonotactics", "natural to say"),
    ("length", "short enough to remember"),
)
_STRONG = 0.85


def reason(
    topic: Topic,
    text: str,
    parts: Sequence[str],
    strategy: NameStrategy,
    factors: Mapping[str, float],
) -> str:
    """Source of the name, what it stands for, its strongest quality, and a caution if needed."""
    source = _source(topic, parts, strategy)
    value = _value(topic, parts, strategy)
    if value:
        source += f", for {value}" if ":" in source else f": {value}"
    return f"{source}; {_strength(text, parts, strategy, factors)}{_caution(text, strategy)}."


def _source(topic: Topic, parts: Sequence[str], strategy: NameStrategy) -> str:
    """Where the name comes from."""
    if strategy == "coined" or not parts:
        return _coined(parts)
    idiom = next(idioms_of(topic, tuple(parts)), None) if strategy == "phrase" else None
    if idiom is not None:
        return f"{' '.join(parts).capitalize()} ({idiom[1].gloss})"
    if strategy in {"compound", "blend", "phrase"} and len(parts) > 1:
        verb = {"compound": "Pairs", "blend": "Blends", "phrase": "Sets"}[strategy]
        join = {"compound": "with", "blend": "and", "phrase": "beside"}[strategy]
        return f"{verb} {_glossed(topic, parts[0])} {join} {_glossed(topic, parts[1])}"
    foreign = ontology().foreign.get(parts[0])
    if foreign is not None and strategy == "borrowed":
        return f"{foreign.language} for “{foreign.meaning}”"
    told = _glossed(topic, parts[0])
    if told == parts[0]:
        return "A real English word"
    return told[:1].upper() + told[1:]


def _coined(parts: Sequence[str]) -> str:
    root = ontology().roots.get(parts[0]) if parts else None
    if root is None:
        return "A coined word"
    return f"Coined from {root.language} {root.source} (“{root.meaning}”)"


def _glossed(topic: Topic, word: str) -> str:
    """A word with its meaning in this field, or its general one; no meaning from other fields."""
    known = ontology()
    lists = [known.industries[key].words for key, _ in topic.fields]
    lists += [known.concepts[key].words for key, _ in topic.concepts]
    lists += [concept.words for concept in known.concepts.values()]
    entry = next((entry for words in lists for entry in words if entry.text == word), None)
    return f"{word} ({entry.gloss})" if entry is not None else word


def _value(topic: Topic, parts: Sequence[str], strategy: NameStrategy) -> str:
    """The phrase of a concept of the brief that the name stands for, its last part first."""
    known = ontology()
    wanted = {concept for concept, _ in topic.concepts}
    for concepts in _concepts(topic, parts, strategy):
        carried = [key for key in concepts if key in wanted]
        if carried:
            return known.concepts[carried[0]].phrase
    return "" if not parts or word_fit(topic, parts[0]) < 0.6 else "close to the trade"


def _concepts(
    topic: Topic, parts: Sequence[str], strategy: NameStrategy
) -> Iterator[tuple[str, ...]]:
    """Concepts of an idiom, or of each part, by every table that knows it."""
    if strategy == "phrase":
        yield from (idiom.concepts for _, idiom in idioms_of(topic, tuple(parts)))
    known = ontology()
    tables: tuple[Mapping[str, Word | Foreign | Root | Tail], ...] = (
        known.words,
        known.foreign,
        known.roots,
        known.tails,
    )
    for part in reversed(parts):
        yield from (table[part].concepts for table in tables if part in table)


def _strength(
    text: str, parts: Sequence[str], strategy: NameStrategy, factors: Mapping[str, float]
) -> str:
    """The best measurable quality; the beats for names of two parts."""
    spoken = parts if strategy == "compound" else [folded(word) for word in text.split()]
    beats = [syllables(word) for word in spoken if word]
    if strategy == "compound" and len(beats) == 2:
        return f"{beats[0]}+{beats[1]} beats"
    name, words = max(_STRENGTHS, key=lambda item: factors[item[0]])
    count = sum(beats)
    if factors[name] >= _STRONG:
        return words
    return "one syllable" if count == 1 else f"{count} syllables"


def _caution(text: str, strategy: NameStrategy) -> str:
    """A plain warning where other companies are likely to use the word."""
    if strategy not in {"evocative", "borrowed"}:
        return ""
    entry = ontology().words.get(folded(text))
    if entry is not None and entry.crowded:
        return "; a popular word, so check availability early"
    return "; a real word, so check that it is free" if strategy == "evocative" else ""
