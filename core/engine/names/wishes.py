"""What the founder asks of the names: limits that hold, and likes that pull."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.engine.names.decompose import decomposed
from core.engine.names.lexicon import folded
from core.engine.ontology import ontology
from core.engine.types import NameStrategy, NameWishes

_SAME_PART, _SAME_CONCEPT, _SAME_STRATEGY = 0.14, 0.07, 0.15
_ASKED_WORD = 0.5  # more than any other difference between two drafts


@dataclass(frozen=True, slots=True)
class Genes:
    """What liked names are made of: new names keep some of it and change the rest."""

    strategies: Mapping[NameStrategy, int]
    parts: frozenset[str]
    concepts: frozenset[str]


@lru_cache(maxsize=256)
def genes_of(liked: Sequence[str]) -> Genes:
    """The genes of liked names, found by taking the names apart."""
    taken_apart = [decomposed(" ".join(text.split())) for text in liked]
    parts = frozenset(part for _, parts in taken_apart for part in parts)
    known = ontology()
    tables = (known.words, known.foreign, known.roots, known.tails)
    entries = (table[part] for part in sorted(parts) for table in tables if part in table)
    return Genes(
        strategies=Counter(strategy for strategy, _ in taken_apart),
        parts=parts,
        concepts=frozenset(concept for entry in entries for concept in entry.concepts[:2]),
    )


def pull(wishes: NameWishes, strategy: NameStrategy, parts: Sequence[str]) -> float:
    """What wishes add to the weight of a draft: 0 without likes and words to build on."""
    added = _ASKED_WORD * (not asked_words(wishes).isdisjoint(parts))
    if not wishes.liked:
        return added
    genes = genes_of(wishes.liked)
    known = ontology()
    tables = (known.words, known.foreign, known.roots, known.tails)
    carried = {
        concept
        for part in parts
        for table in tables
        if part in table
        for concept in table[part].concepts
    }
    added += _SAME_PART * (not genes.parts.isdisjoint(parts))
    added += _SAME_CONCEPT * (not genes.concepts.isdisjoint(carried))
    return added + _SAME_STRATEGY * (strategy in genes.strategies)


@lru_cache(maxsize=256)
def asked_words(wishes: NameWishes) -> frozenset[str]:
    """The words to build on, as names are compared."""
    return frozenset(filter(None, map(folded, wishes.include)))


def unwished(wishes: NameWishes, text: str) -> str | None:
    """Why a name goes against the wishes, or None."""
    key = folded(text)
    if not wishes.shortest <= len(key) <= wishes.longest:
        return f"has {len(key)} letters; {wishes.shortest} to {wishes.longest} were asked for"
    avoided = next((word for word in wishes.avoid if folded(word) and folded(word) in key), None)
    return f"contains “{avoided}”, which was to be avoided" if avoided else None
