"""A job as clients get it: at once, while it runs, and when it has ended."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.schemas.base_schema import ResponseModel
from api.schemas.error_schemas import ErrorCode
from api.schemas.response_schemas import (
    Colors,
    GenerationResult,
    GenerationSummary,
    LogoConcept,
    NameProposal,
    PaletteDetails,
    TaglineProposal,
)
from database.job_models import Step


class JobStep(ResponseModel):
    """One part of the work; `kept` was taken over from the version before."""

    name: Step
    status: Literal["pending", "running", "completed", "failed", "kept"]
    duration_ms: int | None = Field(examples=[640])


_Missing = Field(None, exclude_if=lambda value: value is None)


class PartialResult(ResponseModel):
    """What the steps that have ended gave, under the names of the whole answer."""

    names: list[NameProposal] | None = _Missing
    colors: Colors | None = _Missing
    palette: PaletteDetails | None = _Missing
    taglines: list[TaglineProposal] | None = _Missing
    logos: list[LogoConcept] | None = _Missing


class JobError(ResponseModel):
    """Why there is no result, for people and for programs."""

    error: str = Field(examples=["The generation failed; it costs nothing."])
    code: ErrorCode


class JobLinks(ResponseModel):
    """Where to go from here; null where that cannot be done now."""

    self: str
    events: str
    cancel: str | None
    regenerate: str | None


class GenerationRead(GenerationSummary):
    """A generation: how far it is, and its result or what went wrong."""

    progress: float = Field(ge=0, le=1, examples=[0.6], description="Share of steps that ended.")
    steps: list[JobStep]
    partial: PartialResult = Field(description="Empty once there is a result.")
    result: GenerationResult | None
    error: JobError | None
    error_message: str | None = Field(description="As in `error`.")
    warnings: list[str]
    version: int = Field(examples=[1])
    based_on: UUID | None = Field(description="The generation that this one is a new version of.")
    attempt: int = Field(examples=[1])
    started_at: datetime | None
    expires_at: datetime = Field(description="Until then the result is kept.")
    links: JobLinks


class EventTicketRead(ResponseModel):
    """Opens one event stream, once."""

    ticket: str = Field(examples=["3q2-7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWc"])
    expires_in: int = Field(description="Seconds.", examples=[60])
    url: str = Field(
        examples=["/api/generations/0197a3c2-5b1e-7d3f-8a2b-1c4d5e6f7a8b/events?ticket=3q2-7w"]
    )
