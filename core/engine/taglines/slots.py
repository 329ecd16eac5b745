"""The parsed slots of a brief that may enter a line, only where their grammar is certain."""

from dataclasses import dataclass

from core.engine.taglines.words import same_line, words
from core.engine.types import Brief

_PLURALS_WITHOUT_S = {"people", "children", "women", "men", "folk", "folks", "youth"}
_SINGULARS_IN_S = ("ss", "us", "is", "ics", "news", "business")
_FLAT_AUDIENCES = {
    "people", "users", "customers", "clients", "companies", "businesses", "consumers", "others",
}  # fmt: skip
_NOT_IN_A_SLOT = {
    "and",
    "or",
    "who",
    "that",
    "which",
    "with",
    "of",
    "to",
    "their",
    "the",
    "a",
    "an",
}


@dataclass(frozen=True, slots=True)
class Slots:
    """Fillers ready for the patterns; None or empty when the brief is not certain."""

    acts: tuple[str, ...]
    audience: str | None
    place: str | None


def slots_of(brief: Brief) -> Slots:
    """Checks number and length of each slot; doubt leaves it empty."""
    return Slots(
        acts=_acts(brief),
        audience=_audience(brief.audience),
        place=_place(brief.place),
    )


def is_plural(noun: str) -> bool:
    """Whether the last word of a phrase is surely a plural."""
    last = noun.rsplit(maxsplit=1)[-1].lower()
    if last in _PLURALS_WITHOUT_S:
        return True
    return len(last) > 3 and last.endswith("s") and not last.endswith(_SINGULARS_IN_S)


def _is_certain_plural(phrase: str | None) -> bool:
    if not phrase or not 1 <= len(phrase.split()) <= 3:
        return False
    return is_plural(phrase) and not _NOT_IN_A_SLOT & set(words(phrase))


def _audience(audience: str | None) -> str | None:
    if not _is_certain_plural(audience) or audience in _FLAT_AUDIENCES:
        return None
    return audience


def _acts(brief: Brief) -> tuple[str, ...]:
    action, objects = brief.action, brief.object
    if not action or not action.isalpha() or not _is_certain_plural(objects):
        return ()
    if same_line(objects or "") not in same_line(brief.description):
        return ()
    return (f"{action.lower()} {objects}",)


def _place(place: str | None) -> str | None:
    if not place or len(place.split()) > 3 or not place[:1].isupper():
        return None
    return place
