"""The three kinds of concept: what is drawn, in which lockups, and why."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.engine.logos import badge as seal
from core.engine.logos.art import Art
from core.engine.logos.fonts import Typeface
from core.engine.logos.gesture import Gesture, Request, initial_alone, two_letters
from core.engine.logos.gestures import gestures
from core.engine.logos.ideas import Idea, alike, container_of, noun, setting, trade_of
from core.engine.logos.layout import Sheet, horizontal, ruled, stacked, symbol_alone, word_alone
from core.engine.logos.lettermark import initial, lettermark, misread, styles_for
from core.engine.logos.symbols import bare, cut_out, optical, ringed, tile
from core.engine.logos.words import word
from core.engine.types import Brief, Lockup, LogoFamily

_PLAIN = ("circle", "squircle", "hexagon", "arch")
_CALM = ("circle", "squircle")  # they suit every motif
_NARROW = ("drop", "tooth", "bean", "shield")  # what they hold is small
_DETAILED = (
    "lantern", "path", "helm", "scope", "aperture", "wheat", "wheel", "beacon", "compass",
    "glasses", "helix",
)  # fmt: skip
_LEAST_SIGN_CONFIDENCE = 0.5
_WITH_INITIAL = frozenset({"ampersand", "label"})  # gestures that the bare initial suits as well
_LONGEST_PLACE = 12  # letters at the foot of a seal

# How often a motif is cut out: (the name asks for it, the container tells of the trade).
_CUT_OUT = {(True, True): 1.0, (True, False): 0.75, (False, True): 0.8, (False, False): 0.4}


@dataclass(frozen=True, slots=True)
class Material:
    """What all concepts of one name are made from; `ideas` are best first."""

    brief: Brief
    name: str
    parts: tuple[str, ...]
    ideas: tuple[Idea, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept before it is painted; the first sheet is the main lockup."""

    family: LogoFamily
    motif: str | None
    gesture: str
    idea: str
    sheets: tuple[tuple[Lockup, Sheet], ...]

    @property
    def symbol(self) -> Sheet:
        """The small square mark."""
        return dict(self.sheets)["symbol"]


def combinations(
    material: Material, face: Typeface, choices: Sequence[Idea], rng: random.Random
) -> Iterator[Concept]:
    """A symbol beside the name: an idea cut out of the trade's container, or on its own."""
    for idea in choices:
        holder = _holder(material, idea, rng)
        for other in (holder, *_other_holders(holder, idea)):
            yield _combination(material, face, idea, other, rng)


def _other_holders(holder: str | None, idea: Idea) -> tuple[str | None, ...]:
    """What else may hold the same picture, should the first drawing not pass."""
    if idea.motif is None:
        return ()
    return (None,) if holder is not None else tuple(h for h in _CALM if not alike(h, idea.motif))


def _combination(
    material: Material, face: Typeface, idea: Idea, holder: str | None, rng: random.Random
) -> Concept:
    symbol, scale = _symbol(idea, holder, rng)
    kind = "tile" if idea.motif is None else "cut-out" if holder else "motif"
    sheets = _sheets(material, face, symbol, scale)
    return Concept("combination", idea.motif, kind, _why(idea, holder), sheets)


def _sheets(
    material: Material, face: Typeface, symbol: Art, scale: float
) -> tuple[tuple[Lockup, Sheet], ...]:
    """All four lockups of a symbol and the name."""
    left, middle = word(face, material.name), word(face, material.name, centred=True)
    return (
        ("horizontal", horizontal(symbol, left, scale)),
        ("stacked", stacked(symbol, middle, scale)),
        ("symbol", symbol_alone(symbol)),
        ("wordmark", word_alone(left)),
    )


def _holder(material: Material, idea: Idea, rng: random.Random) -> str | None:
    """The container of the symbol; None when the motif stands alone."""
    chosen = container_of(material.brief)
    if idea.motif is None or alike(chosen, idea.motif):
        return None
    if chosen in _NARROW and idea.motif in _DETAILED:
        return None
    share = _CUT_OUT[idea.source == "name", chosen not in _PLAIN]
    return chosen if rng.random() < share else None


def _symbol(idea: Idea, holder: str | None, rng: random.Random) -> tuple[Art, float]:
    if idea.motif is None:
        return tile(rng), 1.0
    if holder is None:
        return bare(idea.motif), optical(idea.motif)
    return cut_out(idea.motif, holder), 1.0


def _why(idea: Idea, holder: str | None) -> str:
    if idea.motif is None:
        return "Four simple shapes in a square: a pattern of its own for a name without a picture."
    thing = noun(idea.motif)
    held = f" cut out of {setting('containers')[holder]}" if holder else ""
    reason = {
        "name": f"because the name says “{idea.word}”",
        "trade": f"a sign of the trade: {idea.word.lower()}",
        "value": f"for what the brand stands for: {idea.word}",
        "none": "",
    }[idea.source]
    return f"{thing[0].upper()}{thing[1:]}{held}, {reason}."


def compacts(
    material: Material, face: Typeface, choices: Sequence[Idea], rng: random.Random
) -> Iterator[Concept]:
    """A seal for trades that stamp their goods, then the initial in one container after another."""
    sign = _sign(material.brief)
    if sign is not None and seal.fits(face, material.name):
        for motif in [idea.motif for idea in choices if idea.motif is not None][:2]:
            yield _seal(material, face, motif, sign, bare(motif))
            yield _seal(material, face, motif, sign, ringed(motif))
    yield from _lettermarks(material, face, rng)


def _sign(brief: Brief) -> str | None:
    """The word at the foot of a seal; None when the trade does not suit one."""
    trade = trade_of(brief)
    if trade is None or brief.confidence < _LEAST_SIGN_CONFIDENCE:
        return None
    sign: str | None = setting("badges").get(brief.industries[0].id)
    if sign is not None and brief.place is not None and len(brief.place) <= _LONGEST_PLACE:
        return brief.place.upper()
    return sign


def _seal(material: Material, face: Typeface, motif: str, sign: str, small: Art) -> Concept:
    """The seal; `small` is its symbol where the ring of text would be too small to read."""
    art = seal.badge(face, material.name, sign, motif)
    flat = word(face, material.name)
    sheets: tuple[tuple[Lockup, Sheet], ...] = (
        ("stacked", symbol_alone(art)),
        ("symbol", symbol_alone(small)),
        ("horizontal", horizontal(small, flat, optical(motif))),
        ("wordmark", word_alone(flat)),
    )
    why = f"A round seal: the name around {noun(motif)}, ready for a stamp or a label."
    return Concept("compact", motif, "seal", why, sheets)


def _lettermarks(material: Material, face: Typeface, rng: random.Random) -> Iterator[Concept]:
    """The initial in the trade's container first, then in plain ones, last in outlined ones."""
    letter = initial(material.name, face)
    own = container_of(material.brief)
    holders = [own, *rng.sample(_PLAIN, len(_PLAIN))]
    if own in _PLAIN:
        rng.shuffle(holders)
    holders = list(dict.fromkeys(holders))
    for holder in holders:
        style = rng.choice(styles_for(face, letter, holder))
        if not misread(letter, holder, style):
            yield _lettermark(material, face, letter, holder, style)
    for holder in sorted(holders, key=lambda each: each == "arch" and each != own):
        if not misread(letter, holder, "outline"):
            yield _lettermark(material, face, letter, holder, "outline")


def _lettermark(
    material: Material, face: Typeface, letter: str, holder: str, style: str
) -> Concept:
    symbol = lettermark(face, letter, holder, style)
    horizontal_, stacked_, alone, flat = _sheets(material, face, symbol, 1.0)
    sheets: tuple[tuple[Lockup, Sheet], ...] = (stacked_, alone, horizontal_, flat)
    if len(material.name) == 1:  # the mark is the whole name: nothing to write beside it
        sheets = (("stacked", symbol_alone(symbol)), alone, flat)
    why = f"The initial {letter} in {setting('containers')[holder]}: {_STYLE_WHY[style]}"
    return Concept("compact", None, style, why, sheets)


_STYLE_WHY = {
    "knockout": "cut out clean, so that it stays clear at the size of a tab icon.",
    "crop": "set so large that it leaves the frame, for presence in a small square.",
    "stripes": "its lower half dissolves into lines, for movement.",
    "split": "light falls on one half of it.",
    "outline": "a light frame that gives it room.",
}


def wordmarks(
    material: Material, face: Typeface, choices: Sequence[Idea], rng: random.Random
) -> Iterator[Concept]:
    """The name alone with one drawn gesture; then the first of these with other small marks."""
    trade = material.brief.industries[0].id if material.brief.industries else ""
    motifs = tuple(idea.motif for idea in choices if idea.motif is not None)
    request = Request(face, material.name, material.parts, motifs, trade)
    drawn = []
    for made in gestures(request, rng):
        drawn.append(made)
        yield _wordmark(material, face, made, made.symbol)
        if made.id in _WITH_INITIAL:
            yield _wordmark(material, face, made, initial_alone(request))
    letter = initial(material.name, face)
    yield _wordmark(material, face, drawn[0], two_letters(request))
    for style in ("outline", "knockout"):
        for holder in ("hexagon", "page", "bubble", "circle"):
            if not misread(letter, holder, style):
                yield _wordmark(material, face, drawn[0], lettermark(face, letter, holder, style))


def _wordmark(material: Material, face: Typeface, made: Gesture, symbol: Art) -> Concept:
    """The drawn name; beside the symbol, which has the gesture, stands the plain one."""
    sheets: tuple[tuple[Lockup, Sheet], ...] = (
        ("wordmark", word_alone(made.word)),
        ("symbol", symbol_alone(symbol)),
    )
    if len(material.name) > 1:
        left, middle = word(face, material.name), word(face, material.name, centred=True)
        sheets = (
            *sheets,
            ("horizontal", ruled(symbol, left)),
            ("stacked", stacked(symbol, middle)),
        )
    return Concept("wordmark", made.motif, made.id, made.idea, sheets)
