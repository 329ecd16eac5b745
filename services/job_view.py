"""The one shape of a job: what is answered, streamed to webhooks and read again, is the same."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from core.exceptions import GenerationCancelledError, GenerationFailedError
from database.job_models import Step, StepStatus
from database.models import GenerationStatus, GenerationType, QuotaState
from database.pages import Row
from services.asset_store import AssetStore
from services.results import Accepted, GenerationRequest, Json
from services.steps import STEPS, startable
from utils.clock import utc_now

UNFINISHED = frozenset({GenerationStatus.PENDING, GenerationStatus.RUNNING})

# What a step's answer gives to a package; of two that give the same the later one knows more.
_GIVEN: Mapping[Step, tuple[str, ...]] = {
    Step.NAMES: ("names",),
    Step.PALETTE: ("colors", "palette"),
    Step.DOMAINS: ("names",),
    Step.TAGLINES: ("taglines",),
    Step.LOGOS: ("logos",),
}
_CODES: Mapping[str, str] = {
    GenerationStatus.FAILED: GenerationFailedError.code,
    GenerationStatus.CANCELLED: GenerationCancelledError.code,
}


def job_view(row: Row, kept_days: int) -> Json:
    """A generation as `ProgressRepository.job` reads it, as JSON values; see `linked`.

    `kept_days` is how long generations are kept.
    """
    kind, status = GenerationType(row["generation_type"]), GenerationStatus(row["status"])
    ended = {step["step"]: step for step in row["steps"] or ()}
    result = row["output_data"]
    ids = {"generation_id": str(row["id"]), "project_id": str(row["project_id"])}
    return {
        "id": str(row["id"]),
        "project_id": str(row["project_id"]),
        "generation_type": kind.value,
        "status": status.value,
        "progress": _progress(kind, status, ended),
        "steps": _steps(kind, status, ended),
        # Files of what ends without a result are deleted.
        "partial": _partial(kind, ended) if status in UNFINISHED else {},
        "result": None if result is None else {**ids, **result},
        "error": _error(row),
        "error_message": row["error_message"],
        "warnings": row["warnings"],
        "models_used": row["models_used"],
        "cost_usd": str(row["cost_usd"]),
        "quota_state": row["quota_state"],
        "version": row["version"],
        "based_on": row["based_on"] and str(row["based_on"]),
        "attempt": row["attempt"],
        "created_at": _time(row["created_at"]),
        "started_at": _time(row["started_at"]),
        "finished_at": _time(row["finished_at"]),
        "expires_at": _time(row["created_at"] + timedelta(days=kept_days)),
        "links": _links(row["id"], kind, status),
    }


def new_job(accepted: Accepted, request: GenerationRequest, kept_days: int) -> Json:
    """A generation that has just been accepted, without asking the database for it."""
    is_free = accepted.remaining is None
    steps = [
        {"step": step, "status": StepStatus.KEPT, "duration_ms": 0, "output": output}
        for step, output in request.kept.items()
    ]
    return job_view(
        {
            "id": accepted.generation_id,
            "project_id": accepted.project_id,
            "generation_type": request.generation_type,
            "status": GenerationStatus.PENDING,
            "quota_state": (QuotaState.FREE if is_free else QuotaState.HELD).value,
            "models_used": [],
            "warnings": [],
            "cost_usd": Decimal(0),
            "version": request.version,
            "based_on": request.based_on,
            "attempt": 0,
            "steps": steps,
            "created_at": utc_now(),
            **dict.fromkeys(("output_data", "error_message", "error_code")),
            **dict.fromkeys(("started_at", "finished_at")),
        },
        kept_days,
    )


async def linked(job: Json, assets: AssetStore) -> Json:
    """The job with fresh links to its files."""
    answer = "partial" if job["result"] is None else "result"
    return {**job, answer: await assets.with_links(job[answer])}


def _progress(kind: GenerationType, status: GenerationStatus, ended: Iterable[str]) -> float:
    if status is GenerationStatus.SUCCESS:
        return 1.0
    return round(len(set(ended).intersection(STEPS[kind])) / len(STEPS[kind]), 2)


def _steps(kind: GenerationType, status: GenerationStatus, ended: Mapping[str, Json]) -> list[Json]:
    # A success without a record of its steps is a part of a package, or older than the records.
    waiting = "completed" if status is GenerationStatus.SUCCESS else "pending"
    open_steps = dict.fromkeys(STEPS[kind], waiting)
    if status is GenerationStatus.RUNNING:
        open_steps |= dict.fromkeys(startable(kind, ended), "running")
    return [
        {
            "name": step.value,
            "status": ended[step]["status"] if step in ended else state,
            "duration_ms": ended[step]["duration_ms"] if step in ended else None,
        }
        for step, state in open_steps.items()
    ]


def _partial(kind: GenerationType, ended: Mapping[str, Json]) -> Json:
    outputs = [(step, ended[step]["output"] or {}) for step in STEPS[kind] if step in ended]
    return {key: output[key] for step, output in outputs for key in _GIVEN[step] if key in output}


def _error(row: Row) -> Json | None:
    usual_code = _CODES.get(row["status"])
    if usual_code is None or row["error_message"] is None:
        return None
    return {"error": row["error_message"], "code": row["error_code"] or usual_code}


def _links(generation_id: UUID, kind: GenerationType, status: GenerationStatus) -> Json:
    address = f"/api/generations/{generation_id}"
    is_whole = kind is GenerationType.PACKAGE and status is GenerationStatus.SUCCESS
    return {
        "self": address,
        "events": f"{address}/events",
        "cancel": f"{address}/cancel" if status in UNFINISHED else None,
        "regenerate": f"{address}/regenerate" if is_whole else None,
    }


def _time(value: datetime | None) -> str | None:
    """As everywhere in our answers; the database gives times in UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
