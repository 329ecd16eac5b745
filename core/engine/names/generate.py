"""Generates names for a brief: many drafts, the best judged, a varied list chosen."""

import heapq
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence

from core.engine.names.candidates import Draft, borrowed, coined, evocative, phrases
from core.engine.names.choice import chosen, quotas_for
from core.engine.names.fit import Topic, topic_of
from core.engine.names.joined import blends, compounds
from core.engine.names.judge import assess, explained
from core.engine.names.lexicon import folded
from core.engine.seeding import stage_random
from core.engine.types import Brief, Name, NameStrategy

_MAKERS: dict[NameStrategy, Callable[[Topic], Iterator[Draft]]] = {
    "evocative": evocative,
    "compound": compounds,
    "blend": blends,
    "coined": coined,
    "borrowed": borrowed,
    "phrase": phrases,
}
_KEPT: dict[NameStrategy, int] = {
    "evocative": 36,
    "compound": 60,
    "blend": 30,
    "coined": 24,
    "borrowed": 16,
    "phrase": 16,
}
_DRAFT_NOISE = 0.05
_FINAL_NOISE = 0.22
_USUAL_COUNT = 10


def generate_names(
    brief: Brief,
    *,
    seed: int,
    count: int = 10,
    style: str | None = None,
    exclude: Sequence[str] = (),
) -> list[Name]:
    """Exactly `count` different names, best first, none of them in `exclude`.

    Up to ten names share no part, opening or ending; longer lists relax this only as far as needed.
    Raises ValueError when `count` is negative or more than the word data can serve.
    """
    if count < 0:
        raise ValueError("count must not be negative")
    fields = [(industry.id, industry.weight) for industry in brief.industries]
    rng = stage_random(
        "names", seed, brief.description, fields, brief.concepts, style, sorted(exclude)
    )
    taken = frozenset(map(folded, exclude))
    effort = max(1.0, count / _USUAL_COUNT)
    topic = topic_of(brief)
    judged = _judged(topic, rng, taken, effort)
    names = chosen(judged, count, quotas_for(style, count))
    if len(names) < count:
        raise ValueError(f"only {len(names)} of {count} names can be made for this brief")
    ordered = sorted(names, key=lambda name: (-name.score, name.text))
    return [explained(topic, name) for name in ordered]


def _judged(
    topic: Topic, rng: random.Random, taken: frozenset[str], effort: float
) -> list[tuple[float, Name]]:
    """All acceptable names among the strongest drafts with their noisy scores, highest first."""
    found: list[tuple[float, Name]] = []
    seen = set(taken)
    for strategy, maker in _MAKERS.items():
        kept = round(_KEPT[strategy] * effort)
        for draft in _strongest(maker(topic), kept, rng):
            key = folded(draft.text)
            if key in seen:
                continue
            seen.add(key)
            name = assess(topic, draft.text, draft.parts, draft.strategy)
            if isinstance(name, Name):
                found.append((name.score + _FINAL_NOISE * _gumbel(rng), name))
    return sorted(found, key=lambda item: (-item[0], item[1].text))


def _strongest(drafts: Iterable[Draft], kept: int, rng: random.Random) -> list[Draft]:
    """The heaviest drafts after a little noise, so that another seed gives other names."""
    noisy = [(draft.weight + _DRAFT_NOISE * _gumbel(rng), draft.text, draft) for draft in drafts]
    return [draft for _, _, draft in heapq.nlargest(kept, noisy, key=lambda item: item[:2])]


def _gumbel(rng: random.Random) -> float:
    """Standard Gumbel noise: adding it turns the best of a list into a fair draw by weight."""
    return -math.log(-math.log(rng.random() or 0.5))
