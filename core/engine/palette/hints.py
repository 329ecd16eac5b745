"""Reads free-text colour wishes ("navy and gold", "earthy, no pink") into rules for each role."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

from core.engine.pack import section
from core.engine.palette.color import Oklch, from_hex, normalized_hex

Window = tuple[float, float]

PALE = 0.72  # from this lightness a colour cannot carry white text
_COLORLESS = 0.03
_EXCLUDED_REACH = 25.0
_CLAUSE_ENDS = re.compile(
    r"[.;!?\n]|\b(?:but|only|just|instead|rather|prefer|preferably)\b", re.IGNORECASE
)
_TOKEN = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b|[a-z0-9']+")
_ALTERNATIVE = re.compile(r"\bn?or\b")
_NEGATIONS = frozenset(
    {"no", "not", "without", "avoid", "avoiding", "never", "nothing", "none", "except", "excluding"}
    | {"hate", "dislike", "don't", "dont", "isn't", "non", "less"}
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A colour asked for; `exact` when it was given as hex, so that nothing should drift."""

    color: Oklch
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    """Rules by role; a role without an entry is free. Excluded bands are (hue, half-width)."""

    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    hues: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    chroma: Mapping[str, Window] = field(default_factory=dict)
    lightness: Mapping[str, Window] = field(default_factory=dict)
    moods: tuple[str, ...] = ()
    excluded: tuple[tuple[float, float], ...] = ()
    ground: str | None = None
    wished: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()

    @property
    def restrict_hue(self) -> bool:
        """Whether any brand colour is asked for by name or hue."""
        return bool(self.anchors or self.hues)


class Term(NamedTuple):
    """A known word of the text and whether the text asks for the opposite."""

    word: str
    negated: bool


def read_hints(text: str | None) -> Hints:
    """What a free text asks for; words that mean no colour are passed over."""
    hints = Hints()
    wanted: list[tuple[str, Anchor]] = []
    for word, negated in _terms((text or "").lower().replace("anything but", "no")):
        color = _color(word)
        if color is not None and negated:
            hints = _excluding(hints, word, color.color)
        elif color is not None:
            wanted.append((word, color))
        elif word in _grounds():
            ground = "neutral" if negated else _grounds()[word]
            hints = replace(hints, ground=ground)
        else:
            hints = _styled(hints, word, negated)
    return _anchored(hints, wanted)


def _terms(text: str) -> Iterator[Term]:
    """Known words in order; a negation reaches to the end of its clause."""
    for sentence in _CLAUSE_ENDS.split(text):
        clauses = [sentence] if _ALTERNATIVE.search(sentence) else sentence.split(",")
        for clause in clauses:
            yield from _clause_terms(_TOKEN.findall(clause))


def _clause_terms(tokens: list[str]) -> Iterator[Term]:
    negated = False
    index = 0
    while index < len(tokens):
        pair = " ".join(tokens[index : index + 2])
        word = pair if _known(pair) else tokens[index]
        index += 2 if word == pair and " " in pair else 1
        if word in _NEGATIONS:
            negated = True
        elif _known(word):
            yield Term(word, negated)


def _known(word: str) -> bool:
    return _color(word) is not None or word in _grounds() or word in _style_of_word()


def _color(word: str) -> Anchor | None:
    """The colour a word or hex code stands for."""
    if word.startswith("#"):
        code = normalized_hex(word)
        return None if code is None else Anchor(from_hex(code), exact=True)
    colors = section("palette")["colors"]
    value = colors["words"].get(colors["forms"].get(word, word))
    return None if value is None else Anchor(Oklch(*value))


def _grounds() -> dict[str, str]:
    grounds: dict[str, str] = section("palette")["colors"]["grounds"]
    return grounds


@cache
def _style_of_word() -> dict[str, str]:
    styles = section("palette")["styles"]
    return {word: style for style, rule in styles.items() for word in rule["words"]}


def _excluding(hints: Hints, word: str, color: Oklch) -> Hints:
    """The hints without the hues around a colour; greys have no hue to exclude."""
    if color.chroma < _COLORLESS:
        return hints
    reach = section("palette")["families"]["reach"].get(word, _EXCLUDED_REACH)
    return replace(
        hints,
        excluded=(*hints.excluded, (color.hue, float(reach))),
        avoided=(*hints.avoided, word),
    )


def _styled(hints: Hints, word: str, negated: bool) -> Hints:
    """The hints with one style word; a negated one means its opposite, if it has one."""
    styles = section("palette")["styles"]
    style = styles[_style_of_word()[word]]
    if negated:
        if "opposite" not in style:
            return hints
        style = styles[style["opposite"]]
    if style["label"] in hints.wished:
        return hints
    return replace(
        hints,
        hues=_joined_bands(hints.hues, style.get("hues", {})),
        chroma=_narrowed(hints.chroma, style.get("chroma", {})),
        lightness=_narrowed(hints.lightness, style.get("lightness", {})),
        moods=tuple(dict.fromkeys((*hints.moods, *style["moods"]))),
        wished=(*hints.wished, style["label"]),
    )


def _joined_bands(
    known: Mapping[str, tuple[Window, ...]],
    added: Mapping[str, list[list[float]]],
) -> dict[str, tuple[Window, ...]]:
    """Every band of both; two styles together allow what either allows."""
    joined = dict(known)
    for role, bands in added.items():
        joined[role] = (*joined.get(role, ()), *((low, high) for low, high in bands))
    return joined


def _narrowed(known: Mapping[str, Window], added: Mapping[str, list[float]]) -> dict[str, Window]:
    """The overlap of two sets of windows; without overlap the later word wins."""
    narrowed = dict(known)
    for role, (low, high) in added.items():
        old_low, old_high = narrowed.get(role, (low, high))
        overlap = (max(low, old_low), min(high, old_high))
        narrowed[role] = overlap if overlap[0] <= overlap[1] else (low, high)
    return narrowed


def _anchored(hints: Hints, wanted: list[tuple[str, Anchor]]) -> Hints:
    """Roles for the named colours: the first that can carry white text leads."""
    leader = next((item for item in wanted if item[1].color.lightness < PALE), None)
    rest = [item for item in wanted if item is not leader]
    accent = next((item for item in rest if item[1].color.lightness >= PALE), None)
    accent = accent or (rest[0] if rest else None)
    second = next((item for item in rest if item is not accent), None)
    roles = {"primary": leader, "secondary": second, "accent": accent}
    named = {role: item for role, item in roles.items() if item is not None}
    words = [item[0] for item in wanted if item in named.values()]
    return replace(
        hints,
        anchors={role: anchor for role, (_, anchor) in named.items()},
        wished=(*dict.fromkeys(words), *hints.wished),
    )
