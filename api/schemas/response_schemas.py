"""What clients get."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base_schema import Page, ResponseModel
from core.engine.types import Crowdedness
from database.models import GenerationStatus, GenerationType, ProjectStatus, QuotaState


class Price(ResponseModel):
    """List prices a year; not a quote for this name."""

    kind: str = Field(examples=["list"])
    currency: str = Field(examples=["USD"])
    registration: Decimal = Field(examples=["11.08"])
    renewal: Decimal = Field(examples=["11.08"])
    transfer: Decimal | None
    min_years: int = Field(examples=[1])
    premium: bool
    source: str = Field(examples=["porkbun"])
    as_of: date
    tco_3y: Decimal = Field(description="Three years of ownership.", examples=["33.24"])
    promo: bool = Field(description="The renewal costs at least twice the registration.")
    note: str | None


class DomainEvidence(ResponseModel):
    """One look-up behind a state."""

    source: str = Field(examples=["dns"])
    verdict: str = Field(examples=["ns"])
    detail: str = Field(examples=["ns"])
    latency_ms: int = Field(examples=[23])
    at: datetime


class DomainAftermarket(ResponseModel):
    """A hint that the owner of a taken domain would sell it."""

    source: str = Field(examples=["for_sale_record"])
    price: Decimal | None = Field(examples=["750"])
    currency: str | None = Field(examples=["USD"])
    url: str | None = Field(description="A web or mail address that the owner published.")


class DomainState(ResponseModel):
    """The honest state of one domain."""

    domain: str = Field(examples=["simmer.com"])
    unicode: str = Field(examples=["simmer.com"])
    label: str = Field(examples=["simmer"])
    tld: str = Field(examples=["com"])
    status: Literal["available", "taken", "unknown", "invalid"] = Field(examples=["taken"])
    detail: str = Field(examples=["taken"], description="The finer state behind `status`.")
    domain_available: bool | None = Field(description="Null when it is not known.")
    confidence: float | None = Field(examples=[0.99])
    source: str | None = Field(examples=["dns"])
    reason: str | None = Field(description="Why it is unknown or invalid.", examples=[None])
    note: str | None
    lifecycle: str | None
    expires_on: date | None
    registrar: str | None
    pricing: Price | None
    aftermarket: DomainAftermarket | None = None
    premium_possible: bool
    warnings: list[str]
    evidence: list[DomainEvidence]
    checked_at: datetime
    expires_at: datetime | None
    cached: bool


class DomainCheckResponse(ResponseModel):
    """The states in the order of the request."""

    results: list[DomainState]


class NameScreening(ResponseModel):
    """What to know of a name before the search for rights; this is no trade mark search."""

    syllables: int = Field(examples=[2])
    say_aloud: str | None = Field(
        examples=["SIM-er"], description="The stressed syllable in capitals. Null: not sure."
    )
    spelling_risks: list[str] = Field(examples=[["a double letter may be written once"]])
    languages: list[str] = Field(
        examples=[["de", "en", "es", "fr", "it", "pt"]],
        description="Languages whose offensive words were looked for.",
    )
    nearest_brand: str | None = Field(
        examples=["zimmer"], description="A known brand that reads much alike."
    )
    crowdedness: Crowdedness = Field(
        examples=["medium"], description="How many companies are likely to use the word."
    )


class NameProposal(ResponseModel):
    """One brandable name."""

    name: str = Field(examples=["Simmer"])
    reasoning: str = Field(examples=["“Simmer”, to cook gently: a good meal takes shape."])
    score: float = Field(ge=0, le=10, examples=[8.9], description="A guide, not a verdict.")
    domain_available: bool | None = Field(
        description="True: one of the endings is free. False: all are taken. Null: not known."
    )
    style: str = Field(examples=["evocative"])
    factors: dict[str, float] = Field(
        examples=[{"length": 1.0, "euphony": 0.82}], description="What the score is made of, 0–1."
    )
    parts: list[str] = Field(examples=[["simmer"]])
    screening: NameScreening
    domains: list[DomainState]


class TaglineProposal(ResponseModel):
    """One tagline."""

    text: str = Field(examples=["Stir up something good."])
    framework: str = Field(examples=["imperative"])
    label: str = Field(examples=["memorable"])
    score: float = Field(ge=0, le=10, examples=[8.1])


class Colors(ResponseModel):
    """The palette by role."""

    primary: str = Field(examples=["#254a39"])
    secondary: str = Field(examples=["#b1783b"])
    accent: str = Field(examples=["#eddcad"])
    soft: str = Field(examples=["#d1e3d9"])
    background: str = Field(examples=["#fbf6f0"])
    text: str = Field(examples=["#15241d"])


class LogoColorsRead(ResponseModel):
    """The palette of a logo; null for a role that the request's own colours leave out."""

    primary: str = Field(examples=["#254a39"])
    secondary: str = Field(examples=["#b1783b"])
    accent: str = Field(examples=["#eddcad"])
    soft: str | None = Field(None, examples=["#d1e3d9"])
    background: str | None = Field(None, examples=["#fbf6f0"])
    text: str | None = Field(None, examples=["#15241d"])


class ColorSwatch(ResponseModel):
    """One colour with its human name and its reason."""

    role: str = Field(examples=["primary"])
    hex: str = Field(examples=["#254a39"])
    name: str = Field(examples=["Evergreen"])
    oklch: tuple[float, float, float] = Field(examples=[(0.38, 0.05, 160.0)])
    reasoning: str


class ContrastMeasurement(ResponseModel):
    """A pair of roles and its WCAG 2.2 contrast ratio, floored to two decimals."""

    foreground: str = Field(examples=["text"])
    background: str = Field(examples=["background"])
    use: str = Field(examples=["body text"])
    ratio: float = Field(examples=[14.8])
    required: float = Field(examples=[7.0])


class PaletteTheme(ResponseModel):
    """Every role of a user interface on one ground, with the pairs that may be used."""

    mode: Literal["light", "dark"] = Field(examples=["light"])
    colors: dict[str, str] = Field(
        examples=[{"primary": "#254a39", "on-primary": "#ffffff", "surface": "#f3eee8"}],
        description="Roles, and an `on-` colour for what is written on each fill.",
    )
    pairs: list[ContrastMeasurement]
    differences: dict[str, float] = Field(
        examples=[{"normal": 29.5, "protan": 12.1, "deutan": 11.9, "tritan": 12.7}],
        description="Least CIEDE2000 between colours that carry meaning, by type of vision.",
    )


class PaletteScheme(ResponseModel):
    """What is derived from the six colours."""

    light: PaletteTheme
    dark: PaletteTheme
    ramps: dict[str, dict[str, str]] = Field(
        examples=[{"primary": {"50": "#f2f7f4", "500": "#5d8b76", "950": "#10241b"}}],
        description="Primary, secondary and neutral in eleven steps, 50 to 950.",
    )


class PaletteDetails(ResponseModel):
    """What was measured and why the colours were chosen."""

    mood: str = Field(examples=["craft"])
    reasoning: str
    swatches: list[ColorSwatch]
    contrasts: list[ContrastMeasurement]
    distances: dict[str, float] = Field(
        description="Least ΔE-OK × 100 among primary, secondary and accent, by type of vision."
    )
    adjustments: list[str] = Field(description="What a repair moved.")
    scheme: PaletteScheme


class LogoLink(ResponseModel):
    """One stored file; the link works in a browser for a day."""

    asset_id: UUID
    url: str
    format: str = Field(examples=["svg"])
    lockup: str = Field(examples=["horizontal"])
    treatment: str = Field(examples=["color"])
    size: int = Field(description="Bytes.", examples=[4096])


class LogoConcept(ResponseModel):
    """One concept in all its files."""

    variation: int = Field(examples=[1])
    url: str = Field(description="The main file.")
    format: str = Field(examples=["png"])
    svg_url: str | None
    family: str = Field(examples=["combination"])
    idea: str
    provider: str = Field(examples=["builtin"])
    files: list[LogoLink]


class ScorecardCheck(ResponseModel):
    """One check of the scorecard; there is no sum of them."""

    number: int = Field(examples=[4])
    key: str = Field(examples=["sayability"])
    kind: Literal["gate", "score"] = Field(
        examples=["gate"], description="A gate was regenerated or repaired until it passed."
    )
    value: float | int | str | None = Field(examples=[-3.7])
    threshold: str = Field(examples=["≥ -5.0 for 9 of 10"])
    result: Literal["pass", "fail", "not_checked"] = Field(examples=["pass"])
    reason: str = Field(examples=["The hardest name reaches -3.7."])


class Understanding(ResponseModel):
    """How the built-in engine read the description: the measure of relevance for all results."""

    fields: dict[str, float] = Field(
        examples=[{"Bakery": 1.0}], description="Fields of business with their weight, 0–1."
    )
    concepts: list[str] = Field(
        examples=[["warmth", "craft"]], description="What the brand may stand for."
    )
    confidence: float = Field(
        ge=0,
        le=1,
        examples=[0.86],
        description="How well the fields cover the description; below 0.35 the concepts lead.",
    )


class GenerationResponse(ResponseModel):
    """What every generation answers."""

    generation_id: UUID
    project_id: UUID
    seed: int
    processing_time: float = Field(description="Seconds.", examples=[0.3])
    models_used: list[str] = Field(examples=[["builtin"]])
    warnings: list[str]
    understood: Understanding
    scorecard: list[ScorecardCheck] = Field(description="What was measured of the result.")
    status: Literal["completed", "partial"]


class NameGenerationResponse(GenerationResponse):
    """Ten names, best first."""

    names: list[NameProposal]


class TaglineGenerationResponse(GenerationResponse):
    """Five taglines, best first."""

    name: str = Field(examples=["Simmer"])
    taglines: list[TaglineProposal]


class ColorGenerationResponse(GenerationResponse):
    """Six colours that meet WCAG 2.2 AA."""

    colors: Colors
    palette: PaletteDetails


class LogoGenerationResponse(GenerationResponse):
    """Three concepts."""

    name: str = Field(examples=["Simmer"])
    colors: LogoColorsRead
    logos: list[LogoConcept]


class PackageGenerationResponse(GenerationResponse):
    """One complete brand package; with status "partial" a part may be missing, and it was free."""

    brand_name: str = Field(examples=["Simmer"])
    names: list[NameProposal]
    taglines: list[TaglineProposal] | None = None
    colors: Colors | None = None
    palette: PaletteDetails | None = None
    logos: list[LogoConcept] | None = None


GenerationResult = (
    PackageGenerationResponse
    | LogoGenerationResponse
    | ColorGenerationResponse
    | TaglineGenerationResponse
    | NameGenerationResponse
)


class GenerationSummary(ResponseModel):
    """A generation without its result."""

    id: UUID
    project_id: UUID
    generation_type: GenerationType
    status: GenerationStatus
    quota_state: QuotaState
    models_used: list[str]
    cost_usd: Decimal
    created_at: datetime
    finished_at: datetime | None


class HistoryPage(Page[GenerationSummary]):
    """Generations, newest first."""


class ProjectRead(ResponseModel):
    """One project."""

    id: UUID
    name: str = Field(examples=["Recipe app"])
    description: str | None
    industry: str | None
    status: ProjectStatus
    created_at: datetime
    updated_at: datetime


class ProjectPage(Page[ProjectRead]):
    """Projects, newest first."""
