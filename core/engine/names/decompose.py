"""Takes a name apart: which words it is made of and by what strategy."""

from functools import lru_cache

from core.engine.names.lexicon import folded, lexicon
from core.engine.ontology import ontology
from core.engine.pack import section
from core.engine.types import NameStrategy

_SHORTEST_PART = 3
_COMMON = 12_000  # rank from which a dictionary word is too rare to be seen in a compound


@lru_cache(maxsize=4_096)
def decomposed(text: str) -> tuple[NameStrategy, tuple[str, ...]]:
    """Strategy and dictionary parts of a name that came without them."""
    words = [folded(word) for word in text.replace("&", " ").split()]
    words = [word for word in words if word]
    if len(words) > 1:
        return "phrase", tuple(words)
    key = "".join(words)
    if key in ontology().words:
        return "evocative", (key,)
    if key in ontology().foreign:
        return "borrowed", (key,)
    if key in lexicon().rank:
        return "evocative", (key,)
    parts = _split(key)
    if parts is not None:
        return "compound", parts
    return "coined", _root(key)


def _split(key: str) -> tuple[str, str] | None:
    """Two dictionary words, ontology words first, then the more common ones."""
    known = ontology()
    rank = lexicon().rank
    best: tuple[float, tuple[str, str]] | None = None
    for place in range(_SHORTEST_PART, len(key) - _SHORTEST_PART + 1):
        pair = key[:place], key[place:]
        cost = 0.0
        for part in pair:
            if part not in known.words and part not in known.tails:
                cost += 1.0 + rank.get(part, _COMMON) / _COMMON
                cost += 10.0 * (rank.get(part, _COMMON) >= _COMMON)
        if cost < 10 and (best is None or (cost, pair) < best):
            best = cost, pair
    return best[1] if best else None


def _root(key: str) -> tuple[str, ...]:
    """The stem of a coined word of ours, or the longest that has one of our endings, if any."""
    if (own := ontology().coined.get(key)) is not None:
        return (own,)
    endings = section("names")["patterns"]["endings"]
    stems = [key[: -len(ending)] for ending in endings if key.endswith(ending)]
    known = [stem for stem in stems if stem in ontology().roots]
    return (max(known, key=len),) if known else ()
