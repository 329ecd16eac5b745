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
    """A colour asked for by word, or by hex and then `exact`, so that nothing should drift."""

    word: str
    color: Oklch
    exact: bool = False


class Exclusion(NamedTuple):
    """Colours to keep out: hues within `reach` degrees, below a lightness."""

    hue: float
    reach: float
    below: float = 1.0


@dataclass(frozen=True, slots=True)
class Hints:
    """Rules by role; a role without an entry is free.

    `moods` are colour worlds that the hints raise; `voices` those whose words they suit as well.
    """

    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    hues: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    chroma: Mapping[str, Window] = field(default_factory=dict)
    lightness: Mapping[str, Window] = field(default_factory=dict)
    moods: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
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
    wanted: list[Anchor] = []
    for word, negated in _terms((text or "").lower().replace("anything but", "no")):
        color = _color(word)
        if color is not None and negated:
            hints = _excluding(hints, color)
        elif color is not None:
            wanted.append(color)
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
        return None if code is None else Anchor(code, from_hex(code), exact=True)
    colors = section("palette")["colors"]
    plain = colors["forms"].get(word, word)
    value = colors["words"].get(plain)
    return None if value is None else Anchor(plain, Oklch(*value))


def _grounds() -> dict[str, str]:
    grounds: dict[str, str] = section("palette")["colors"]["grounds"]
    return grounds


@cache
def _style_of_word() -> dict[str, str]:
    styles = section("palette")["styles"]
    return {word: style for style, rule in styles.items() for word in rule["words"]}


def _excluding(hints: Hints, anchor: Anchor) -> Hints:
    """The hints without the hues around a colour; greys have no hue to exclude."""
    if anchor.color.chroma < _COLORLESS:
        return hints
    families = section("palette")["families"]
    exclusion = Exclusion(
        anchor.color.hue,
        float(families["reach"].get(anchor.word, _EXCLUDED_REACH)),
        float(families["below"].get(anchor.word, 1.0)),
    )
    return replace(
        hints,
        excluded=tuple(dict.fromkeys((*hints.excluded, exclusion))),
        avoided=tuple(dict.fromkeys((*hints.avoided, anchor.word))),
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
        voices=(*hints.voices, *style["moods"]) if "voice" in style else hints.voices,
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


def _anchored(hints: Hints, wanted: list[Anchor]) -> Hints:
    """Roles for the named colours: the first that can carry white text leads.

    Of the others the first pale one, or else the first, is the accent; one more pale colour tints
    the soft role and one more strong colour is the secondary.
    """
    strong = [anchor for anchor in wanted if anchor.color.lightness < PALE]
    pale = [anchor for anchor in wanted if anchor.color.lightness >= PALE]
    accent = pale.pop(0) if pale else strong.pop(1) if len(strong) > 1 else None
    roles = zip(
        ("primary", "secondary", "accent", "soft"),
        (*strong[:2], *[None] * (2 - len(strong)), accent, *pale[:1]),
        strict=False,
    )
    anchors = {role: anchor for role, anchor in roles if anchor is not None}
    words = [anchor.word for anchor in wanted if anchor in anchors.values()]
    return replace(hints, anchors=anchors, wished=(*dict.fromkeys(words), *hints.wished))
