"""What a mark shows: the motif that a name, a trade or a value asks for, and what holds it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from core.engine.logos.containers import CONTAINER_IDS
from core.engine.ontology import Industry, ontology
from core.engine.pack import section
from core.engine.types import Brief

LEAST_CONFIDENCE = 0.35  # below it the values of a brief lead, not its trade

Source = Literal["name", "trade", "value", "none"]


@dataclass(frozen=True, slots=True)
class Idea:
    """A motif and where it comes from; `motif` is None when nothing fits."""

    motif: str | None
    source: Source
    word: str = ""


@cache
def _motif_words() -> dict[str, str]:
    """Name part to motif."""
    motifs = section("logos")["motifs"]
    return {word: motif for motif in sorted(motifs) for word in motifs[motif]["words"]}


@cache
def _ontology_words() -> dict[str, str]:
    """Name part to motif, from the word records of industries and concepts."""
    return {word.text: word.motif for word in ontology().words.values() if word.motif}


def setting(name: str) -> dict[str, Any]:  # Any: each table has a schema of its own
    """One table of the logo settings."""
    table: dict[str, Any] = section("logos")["settings"][name]
    return table


def motif_of(part: str) -> str | None:
    """The motif that a part of a name stands for, or None."""
    word = part.lower()
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        motif = _motif_words().get(form) or _ontology_words().get(form)
        if motif is not None:
            return motif
    return None


def trade_of(brief: Brief) -> Industry | None:
    """The leading industry, or None when the brief is too vague to name one."""
    if not brief.industries or brief.confidence < LEAST_CONFIDENCE:
        return None
    return ontology().industries.get(brief.industries[0].id)


def ideas(brief: Brief, parts: Sequence[str], name: str, rng: random.Random) -> list[Idea]:
    """All ideas, best first: from the name's parts, the head first, then the trade, the values."""
    words = [part for part in reversed(parts) if part] or name.split()[::-1]
    found = [Idea(motif, "name", part) for part in words if (motif := motif_of(part))]
    trade = trade_of(brief)
    if trade is not None:
        found += [Idea(motif, "trade", trade.label) for motif in _shuffled(trade.motifs, rng)]
    tables = setting("concepts")
    for concept in brief.concepts:
        options = tables.get(concept, ())
        found += [Idea(motif, "value", concept) for motif in _shuffled(options, rng)]
    unique = {idea.motif: idea for idea in reversed(found)}
    return [idea for idea in found if unique[idea.motif] is idea] or [Idea(None, "none")]


def _shuffled(motifs: Sequence[str], rng: random.Random) -> list[str]:
    """Mostly in the given order: each place may trade with one of the next three."""
    rest = list(motifs)
    out = []
    while rest:
        out.append(rest.pop(min(int(rng.random() * 3), len(rest) - 1)))
    return out


def container_of(brief: Brief) -> str:
    """The container of the leading trade; a disc when there is none."""
    trade = trade_of(brief)
    chosen = trade.container if trade is not None else "circle"
    return chosen if chosen in CONTAINER_IDS else "circle"


def alike(container_id: str, motif: str) -> bool:
    """Whether the container would repeat what the motif says or draws."""
    return motif in setting("same").get(container_id, ())


def noun(motif: str) -> str:
    """The motif in a sentence, with its article."""
    return str(section("logos")["motifs"][motif]["noun"])
