"""Generates names for a brief: many drafts, the best judged, a varied list chosen."""

import heapq
import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from core.engine.names.candidates import Draft, borrowed, coined, evocative, phrases
from core.engine.names.choice import chosen, quotas_for
from core.engine.names.fit import Topic, is_for_businesses, picked_names, topic_of
from core.engine.names.joined import blends, compounds
from core.engine.names.judge import assess, explained
from core.engine.names.lexicon import folded
from core.engine.names.wishes import asked_words, genes_of, pull, unwished
from core.engine.seeding import stage_random
from core.engine.types import NO_WISHES, Brief, Name, NameStrategy, NameWishes, Surprise

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
_SURPRISE: dict[Surprise, float] = {"low": 0.4, "medium": 1.0, "high": 2.4}  # times the noise
_POINTS = 5.0  # of score for one point of lead
_PICKED = 0.3  # lead of names that people picked for a field
_USUAL_COUNT = 10


def generate_names(
    brief: Brief,
    *,
    seed: int,
    count: int = 10,
    wishes: NameWishes = NO_WISHES,
    start: Sequence[Name] = (),
) -> list[Name]:
    """Exactly `count` different names, best first: those of `start`, and new ones unlike them.

    Up to ten names share no part, opening, ending or sound; longer lists relax this only as far as
    needed. Wished lengths give way when they leave too few names, words to avoid never do. Raises
    ValueError when `count` is negative or more than the word data can serve.
    """
    if count < 0:
        raise ValueError("count must not be negative")
    rng = stage_random("names", seed, *_inputs(brief, wishes, start))
    effort = max(1.0, count / _USUAL_COUNT)
    topic = topic_of(brief)
    if wishes.include:
        topic = replace(topic, asked=asked_words(wishes))
    liked: dict[NameStrategy, int] = dict(genes_of(wishes.liked).strategies)
    if wishes.include:
        liked["compound"] = 1  # the kind that takes any word
    quotas = quotas_for(wishes.style, count, liked=liked, to_businesses=is_for_businesses(topic))
    names = list(start)
    for limits in _relaxed(wishes):
        if len(names) < count:
            judged = _judged(topic, rng, limits, effort)
            names = chosen(judged, count, quotas, names, topic.asked)
    if len(names) < count:
        raise ValueError(f"only {len(names)} of {count} names can be made for this brief")
    ordered = sorted(names, key=lambda name: (-name.score, name.text))
    return [name if name.reasoning else explained(topic, name) for name in ordered]


def _inputs(brief: Brief, wishes: NameWishes, start: Sequence[Name]) -> list[object]:
    """All that changes the result, as JSON values."""
    fields = [(industry.id, industry.weight) for industry in brief.industries]
    limits = [wishes.surprise, wishes.shortest, wishes.longest]
    lists = [
        sorted(map(folded, texts))
        for texts in (wishes.include, wishes.avoid, wishes.liked, wishes.exclude)
    ]
    kept = [name.text for name in start]
    return [brief.description, fields, brief.concepts, wishes.style, limits, lists, kept]


def _relaxed(wishes: NameWishes) -> tuple[NameWishes, ...]:
    """The wishes, then the same without the lengths when some were wished."""
    free = replace(wishes, shortest=NO_WISHES.shortest, longest=NO_WISHES.longest)
    return (wishes,) if free == wishes else (wishes, free)


def _judged(
    topic: Topic, rng: random.Random, wishes: NameWishes, effort: float
) -> list[tuple[float, Name]]:
    """All acceptable names among the strongest drafts with their noisy scores, highest first."""
    found: list[tuple[float, Name]] = []
    seen = {folded(text) for text in (*wishes.exclude, *wishes.liked)}
    noise = _SURPRISE[wishes.surprise]
    for strategy, maker in _MAKERS.items():
        kept = round(_KEPT[strategy] * effort)
        drafts = [
            (_lead(topic, wishes, draft), draft)
            for draft in maker(topic)
            if unwished(wishes, draft.text) is None
        ]
        for lead, draft in _strongest(drafts, kept, noise, rng):
            key = folded(draft.text)
            if key in seen:
                continue
            seen.add(key)
            name = assess(topic, draft.text, draft.parts, draft.strategy)
            if isinstance(name, Name):
                luck = _FINAL_NOISE * noise * _gumbel(rng)
                found.append((name.score + _POINTS * lead + luck, name))
    return sorted(found, key=lambda item: (-item[0], item[1].text))


def _lead(topic: Topic, wishes: NameWishes, draft: Draft) -> float:
    """What a draft has over others of its weight: wishes, and that people picked it."""
    is_picked = draft.text.lower() in picked_names(topic)
    return pull(wishes, draft.strategy, draft.parts) + _PICKED * is_picked


def _strongest(
    drafts: Iterable[tuple[float, Draft]], kept: int, noise: float, rng: random.Random
) -> list[tuple[float, Draft]]:
    """The heaviest drafts after a little noise, so that another seed gives other names."""
    noisy = [
        (lead + draft.weight + _DRAFT_NOISE * noise * _gumbel(rng), draft.text, (lead, draft))
        for lead, draft in drafts
    ]
    return [led for _, _, led in heapq.nlargest(kept, noisy, key=lambda item: item[:2])]


def _gumbel(rng: random.Random) -> float:
    """Standard Gumbel noise: adding it turns the best of a list into a fair draw by weight."""
    return -math.log(-math.log(rng.random() or 0.5))
