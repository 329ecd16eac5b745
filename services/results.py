"""The shapes that services return; Pydantic describes them at the HTTP edge."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NotRequired, Protocol, TypedDict, TypeVar
from uuid import UUID

from core.exceptions import AppError
from database.job_models import Step
from database.models import GenerationType

Json = dict[str, Any]  # Any: JSON values
PartT = TypeVar("PartT", bound=Mapping[str, Any])  # Any: each part has its own shape


class Appraised(TypedDict):
    """How the description was understood, and what was measured of the result."""

    scorecard: list[Json]
    understood: Json


class NameItem(TypedDict):
    """One name; `domain_available` is None when it is not known."""

    name: str
    reasoning: str
    score: float
    style: str
    factors: Mapping[str, float]
    parts: list[str]
    screening: Json
    domain_available: bool | None
    domains: list[Json]


class NameResult(Appraised):
    """Ten names, best first."""

    names: list[NameItem]
    seed: int
    processing_time: float
    models_used: list[str]
    warnings: list[str]
    status: str


class TaglineItem(TypedDict):
    """One tagline; `score` is 0–10."""

    text: str
    framework: str
    label: str
    score: float


class TaglineResult(Appraised):
    """Five taglines, best first."""

    taglines: list[TaglineItem]
    name: str
    seed: int
    processing_time: float
    models_used: list[str]
    warnings: list[str]
    status: str


class PaletteDetail(TypedDict):
    """The measurements behind the colours."""

    mood: str
    reasoning: str
    swatches: list[Json]
    contrasts: list[Json]
    distances: Mapping[str, float]
    adjustments: list[str]
    scheme: Json


class ColorResult(Appraised):
    """Six colours by role, and what was measured of them."""

    colors: dict[str, str]
    palette: PaletteDetail
    seed: int
    processing_time: float
    models_used: list[str]
    warnings: list[str]
    status: str


@dataclass(frozen=True, slots=True)
class LogoArtwork:
    """One file of a logo concept, not stored yet."""

    lockup: str
    treatment: str
    file_format: str
    content: bytes = field(repr=False)


class LogoItem(TypedDict):
    """One concept; `files` turns from artwork into links when it is stored."""

    variation: int
    family: str
    idea: str
    provider: str
    files: list[Any]  # Any: LogoArtwork before storing, JSON after


class LogoResult(Appraised):
    """Three concepts of different families."""

    logos: list[LogoItem]
    name: str
    colors: dict[str, str]
    seed: int
    processing_time: float
    models_used: list[str]
    warnings: list[str]
    status: str


class PackageResult(Appraised):
    """Everything for one brand; a step that failed is missing and named in `warnings`."""

    brand_name: str
    names: NotRequired[list[NameItem]]
    taglines: NotRequired[list[TaglineItem]]
    colors: NotRequired[dict[str, str]]
    palette: NotRequired[PaletteDetail]
    logos: NotRequired[list[LogoItem]]
    seed: int
    processing_time: float
    models_used: list[str]
    warnings: list[str]
    status: str


class Journal(Protocol):
    """Keeps what each step of a generation gave."""

    async def run(self, step: Step, inputs: Json, make: Callable[[], Awaitable[PartT]]) -> PartT:
        """What the step gave when it was made of the same inputs before, or what `make` gives.

        Files of a part are stored, so that it holds references afterwards.
        """
        ...

    async def failed(self, step: Step, error: AppError) -> None:
        """Note that a step gave nothing and the work goes on without it."""
        ...


class Unrecorded:
    """The journal of work that nobody follows and nobody repeats."""

    async def run(self, _step: Step, _inputs: Json, make: Callable[[], Awaitable[PartT]]) -> PartT:
        """What `make` gives."""
        return await make()

    async def failed(self, _step: Step, _error: AppError) -> None:
        """Nobody asks."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a generation made: the answer, and for packages the answer of each part."""

    output: Json
    parts: Mapping[GenerationType, Json] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """What to make for whom; `input_data` is kept with the generation."""

    user_id: UUID
    generation_type: GenerationType
    description: str
    industry: str | None
    project_id: UUID | None
    input_data: Json
    kept: Mapping[str, Json] = field(default_factory=dict)
    based_on: UUID | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """A generation that has its unit and its row, and is being worked on.

    `remaining` is None for premium accounts; `window_ends_at` is in seconds since 1970.
    """

    generation_id: UUID
    project_id: UUID
    limit: int
    remaining: int | None
    window_ends_at: int | None
