"""What the built-in engine takes and gives: plain, frozen, JSON-shaped values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MOTIF_IDS = (
    "anchor", "aperture", "arch", "barrel", "bars", "beacon", "bean", "bee", "bird", "bolt", "book",
    "bottle", "bowl", "bricks", "brush", "bubble", "coin", "compass", "cone", "crate", "cup",
    "drop", "eye", "feather", "fish", "flame", "flask", "gable", "gear", "gem", "glasses", "grapes",
    "hammer", "heart", "helix", "helm", "hexagon", "horse", "horseshoe", "key", "keystone", "kite",
    "knot", "lantern", "leaf", "loaf", "mask", "moon", "mountain", "needle", "nib", "note", "oak",
    "orbit", "page", "path", "paw", "petal", "pine", "plane", "prism", "puzzle", "ring", "ripple",
    "rocket", "sail", "scissors", "scope", "shield", "signal", "smile", "spark", "spool", "sprout",
    "star", "sun", "tap", "ticket", "tooth", "tulip", "turbine", "umbrella", "vase", "wave",
    "wheat", "wheel", "wrench",
)  # fmt: skip

MOOD_IDS = (
    "appetite", "warmth", "craft", "heritage", "luxe", "nature", "trust", "calm", "care",
    "precision", "energy", "play", "frontier", "build",
)  # fmt: skip

Surprise = Literal["low", "medium", "high"]
Crowdedness = Literal["low", "medium", "high"]
NameStrategy = Literal["evocative", "compound", "blend", "coined", "borrowed", "phrase"]
LogoFamily = Literal["combination", "compact", "wordmark"]
Lockup = Literal["horizontal", "stacked", "symbol", "symbol-small", "wordmark"]
Treatment = Literal["color", "color-dark", "black", "white"]


@dataclass(frozen=True, slots=True)
class WeightedIndustry:
    """An industry that the brief is about; `weight` is relative to the strongest, 0–1."""

    id: str
    weight: float


@dataclass(frozen=True, slots=True)
class Brief:
    """A description, understood.

    `confidence` (0–1) says how well the ontology covers the topic; below 0.35 the results lead with
    concepts instead of industry vocabulary. Slots are None when the text does not state them.
    """

    description: str
    industries: tuple[WeightedIndustry, ...]
    concepts: tuple[str, ...]
    keywords: tuple[str, ...]
    head: str | None = None
    action: str | None = None
    object: str | None = None
    audience: str | None = None
    place: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Screening:
    """What to know of a name before the search for rights, which this is not.

    `say_aloud` is None where the sound is not sure; `languages` are those whose offensive words
    were looked for; `nearest_brand` is a known one within two edits, folded.
    """

    syllables: int
    say_aloud: str | None
    spelling_risks: tuple[str, ...]
    languages: tuple[str, ...]
    nearest_brand: str | None
    crowdedness: Crowdedness


@dataclass(frozen=True, slots=True)
class Name:
    """One brand name; `score` is 0–10 on the one scale for engine and model names.

    `parts` are the dictionary forms the name is made of (("ember",), ("docket", "stone")); the logo
    looks its idea up by them. `factors` are 0–1 each. Chosen names have their `screening`.
    """

    text: str
    strategy: NameStrategy
    parts: tuple[str, ...]
    score: float
    factors: Mapping[str, float]
    reasoning: str
    screening: Screening | None = None


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """A name to be judged; parts, strategy and reasoning are what its maker says of it."""

    text: str
    parts: tuple[str, ...] = ()
    strategy: NameStrategy | None = None
    reasoning: str | None = None


@dataclass(frozen=True, slots=True)
class NameWishes:
    """What the founder asks of the names; lengths are in letters.

    `surprise` says how far the choice may stray from the likeliest names. `include` are words to
    build on, `avoid` strings that no name may contain. `liked` names lend their strategy, parts and
    concepts to the new ones; `locked` ones come back as they are; `exclude` never come back.
    """

    style: str | None = None
    surprise: Surprise = "medium"
    shortest: int = 3
    longest: int = 20
    include: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


NO_WISHES = NameWishes()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a candidate was refused; `reason` is one plain phrase fit for a warning."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tagline:
    """One tagline; `score` is 0–10, `label` says what the line is best at."""

    text: str
    framework: str
    label: Literal["memorable", "likable"]
    score: float


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour role. `oklch` is (lightness 0–1, chroma, hue in degrees) of the rounded hex."""

    role: str
    hex: str
    name: str
    oklch: tuple[float, float, float]
    reasoning: str


@dataclass(frozen=True, slots=True)
class ContrastPair:
    """A measured pair: WCAG 2.2 ratio of the rounded hex values, floored to two decimals."""

    foreground: str
    background: str
    use: str
    ratio: float
    required: float


@dataclass(frozen=True, slots=True)
class Theme:
    """Every role of a user interface as hex, with each pair that may be used, measured.

    `differences` holds the least CIEDE2000 between colours that carry meaning, per vision type.
    """

    mode: Literal["light", "dark"]
    colors: Mapping[str, str]
    pairs: tuple[ContrastPair, ...]
    differences: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is derived from a palette: both themes, and ramps of 11 steps (50–950) as hex."""

    light: Theme
    dark: Theme
    ramps: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Palette:
    """Six colours (primary, secondary, accent, soft, background, text) that meet WCAG 2.2 AA.

    `adjustments` names what a repair moved and by how much; empty for generated palettes.
    `distances` holds the least ΔE-OK x 100 among primary, secondary and accent per vision type.
    Served palettes have their `scheme`.
    """

    mood: str
    swatches: tuple[Swatch, ...]
    contrasts: tuple[ContrastPair, ...]
    distances: Mapping[str, float]
    reasoning: str
    adjustments: tuple[str, ...] = ()
    scheme: Scheme | None = None

    @property
    def colors(self) -> dict[str, str]:
        """Role to hex."""
        return {swatch.role: swatch.hex for swatch in self.swatches}

    def hex(self, role: str) -> str:
        """The colour of a role as #rrggbb; raises KeyError for an unknown role."""
        for swatch in self.swatches:
            if swatch.role == role:
                return swatch.hex
        raise KeyError(role)


@dataclass(frozen=True, slots=True)
class LogoFile:
    """One SVG of a concept, outlined and self-contained."""

    lockup: Lockup
    treatment: Treatment
    svg: str


@dataclass(frozen=True, slots=True)
class Logo:
    """One concept with all its files; `idea` says in one sentence what the mark shows and why."""

    family: LogoFamily
    font: str
    motif: str | None
    gesture: str
    idea: str
    files: tuple[LogoFile, ...] = field(repr=False)

    def svg(self, lockup: Lockup, treatment: Treatment) -> str:
        """The SVG of one lockup in one treatment; raises KeyError when the concept has none."""
        for file in self.files:
            if file.lockup == lockup and file.treatment == treatment:
                return file.svg
        raise KeyError((lockup, treatment))
