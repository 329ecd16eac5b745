"""Generations: their rows, their units of quota and their leases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from uuid import UUID

import orjson
from sqlalchemy import func, insert, select

from database.hot import HotStatement
from database.job_models import Step, StepStatus
from database.models import Asset, Base, Generation, GenerationStatus, GenerationType, Json
from database.pages import Page, Position, Row
from database.repositories import lifecycle_sql as sql
from database.repositories.base_repository import BaseRepository, Values
from database.repositories.hot_reads import given, page_statement, read_page
from database.repositories.idempotency_repository import key_in_use
from database.repositories.usage_repository import usage_json

LEASE_SECONDS = 30

# The tables' own: rows need no mapped objects.
_INSERT_PARTS = insert(Base.metadata.tables[Generation.__tablename__])
_INSERT_FILES = insert(Base.metadata.tables[Asset.__tablename__])
_LISTED = (
    Generation.id,
    Generation.project_id,
    Generation.generation_type,
    Generation.status,
    Generation.quota_state,
    Generation.models_used,
    Generation.cost_usd,
    Generation.created_at,
    Generation.finished_at,
)
_STATUS = HotStatement(
    select(
        Generation.status,
        Generation.attempt,
        (Generation.lease_until > func.now()).label("is_leased"),
    ).where(given(Generation.id))
)


@cache
def _history(by_type: bool, by_status: bool) -> HotStatement:
    """One page of a user's generations, for one combination of filters."""
    query = select(*_LISTED).where(given(Generation.user_id))
    if by_type:
        query = query.where(given(Generation.generation_type))
    if by_status:
        query = query.where(given(Generation.status))
    return page_statement(query, Generation.created_at, Generation.id)


def _json(value: object) -> str:
    """JSON text, which is what the driver takes for a JSONB parameter."""
    return orjson.dumps(value).decode()


@dataclass(frozen=True, slots=True)
class NewGeneration:
    """What a generation starts with; without a project a draft one is made from the rest.

    `kept` are the answers of steps that are taken over from the generation it is `based_on`.
    """

    id: UUID
    user_id: UUID
    generation_type: GenerationType
    input_data: Json
    project_id: UUID | None
    new_project_id: UUID
    project_name: str
    description: str
    industry: str | None
    kept: Mapping[str, Json] = field(default_factory=dict)
    based_on: UUID | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Admission:
    """Who begins the work: the `owner` of the lease at once, or whoever gets the message.

    `first_steps` are those that begin with the work. `key` is the caller's idempotency key with
    the hash of the request.
    """

    owner: str
    claimed: bool
    first_steps: Sequence[str] = ()
    key: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """What came of asking for a unit.

    `admitted` False means that no unit is left. `remaining` is None for premium accounts;
    `window_ends_in` is in seconds.
    """

    project_found: bool
    admitted: bool
    remaining: int | None
    window_ends_in: int | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A generation whose lease this attempt holds, with the steps that are done.

    `steps` holds `status`, `input_hash` and `output` by step.
    """

    generation_id: UUID
    project_id: UUID
    user_id: UUID
    generation_type: GenerationType
    input_data: Json
    attempt: int
    steps: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class EndedStep:
    """What one step gave, with the events that tell of it and the calls that it made."""

    step: Step
    status: StepStatus
    input_hash: str
    output: Json | None
    duration_ms: int
    events: Sequence[tuple[str, Json]]
    usage: Sequence[Json]


@dataclass(frozen=True, slots=True)
class FinishedGeneration:
    """What a generation ends with. `refund` gives the unit back in spite of the result."""

    output: Json
    models_used: Sequence[str]
    warnings: Sequence[str]
    refund: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a generation ends without a result; `code` is that of the error."""

    status: GenerationStatus
    code: str
    reason: str


class GenerationRepository(BaseRepository[Generation]):
    """Moves generations through their life; every step is one atomic statement."""

    model = Generation

    async def reserve(
        self, new: NewGeneration, admission: Admission, *, unit_limit: int, window_minutes: int
    ) -> Reservation | None:
        """Take a unit and insert the row, or neither. None when the user is gone.

        Raises KeyInUseError when the idempotency key belongs to another request.
        """
        key, request_hash = admission.key or (None, None)
        values = {
            "user_id": new.user_id,
            "project_id": new.project_id,
            "new_project_id": new.new_project_id,
            "project_name": new.project_name,
            "description": new.description,
            "industry": new.industry,
            "generation_id": new.id,
            "generation_type": new.generation_type.value,
            "input_data": _json(new.input_data),
            "based_on": new.based_on,
            "version": new.version,
            "kept": _json(new.kept),
            "claimed": admission.claimed,
            "first_steps": _json(list(admission.first_steps)),
            "idempotency_key": key,
            "request_hash": request_hash,
            "unit_limit": unit_limit,
            "window_minutes": window_minutes,
            "lease_owner": admission.owner,
            "lease_seconds": LEASE_SECONDS,
        }
        with key_in_use():
            rows = await self._database.fetch(sql.RESERVE, values, retry=False)
        if not rows:
            return None
        row = rows[0]
        return Reservation(
            project_found=row["project_found"],
            admitted=row["quota_state"] is not None,
            remaining=row["generations_remaining"],
            window_ends_in=row["window_ends_in"],
        )

    async def claim(
        self, generation_id: UUID, owner: str, first_steps: Mapping[str, Sequence[str]]
    ) -> Claimed | None:
        """Start a pending generation; None when it is not pending.

        `first_steps` are by type of generation.
        """
        values = {
            "generation_id": generation_id,
            "lease_owner": owner,
            "lease_seconds": LEASE_SECONDS,
            "first_steps": _json(first_steps),
        }
        rows = await self._database.fetch(sql.CLAIM, values, retry=False)
        if not rows:
            return None
        row = rows[0]
        return Claimed(
            generation_id=row["id"],
            project_id=row["project_id"],
            user_id=row["user_id"],
            generation_type=GenerationType(row["generation_type"]),
            input_data=row["input_data"] or {},
            attempt=row["attempt"],
            steps=row["steps"],
        )

    async def renew(self, generation_id: UUID, attempt: int) -> bool:
        """Prolong the lease; False when this attempt no longer holds it."""
        values = {
            "generation_id": generation_id,
            "attempt": attempt,
            "lease_seconds": LEASE_SECONDS,
        }
        return bool(await self._database.fetch(sql.RENEW, values))

    async def record_step(self, generation_id: UUID, attempt: int, ended: EndedStep) -> bool:
        """Keep what a step gave; False when this attempt lost its lease."""
        events = [{"type": kind, "payload": payload} for kind, payload in ended.events]
        values = {
            "generation_id": generation_id,
            "attempt": attempt,
            "step": ended.step.value,
            "step_status": ended.status.value,
            "input_hash": ended.input_hash,
            "output": None if ended.output is None else _json(ended.output),
            "duration_ms": ended.duration_ms,
            "events": _json(events),
            "usage": usage_json(ended.usage),
        }
        return bool(await self._database.fetch(sql.RECORD_STEP, values, retry=False))

    async def finish(self, generation_id: UUID, attempt: int, finished: FinishedGeneration) -> bool:
        """Publish the result and settle the unit; False when this attempt lost its lease."""
        async with self._session() as session:
            ended = await session.scalar(
                sql.FINISH,
                {
                    "generation_id": generation_id,
                    "attempt": attempt,
                    "output_data": finished.output,
                    "models_used": list(finished.models_used),
                    "warnings": list(finished.warnings),
                    "refund": finished.refund,
                },
            )
            return ended is not None

    async def abandon(
        self,
        generation_id: UUID,
        ending: Ending,
        *,
        user_id: UUID | None = None,
        attempt: int | None = None,
    ) -> bool:
        """End an unfinished generation without a result and give its unit back, once.

        False when it had ended before, when `user_id` is given and does not own it, or when
        `attempt` is given and lost its lease.
        """
        values = {
            "generation_id": generation_id,
            "user_id": user_id,
            "attempt": attempt,
            "status": ending.status.value,
            "error_code": ending.code,
            "error_message": ending.reason,
        }
        return bool(await self._database.fetch(sql.ABANDON, values, retry=False))

    async def hand_back(self, generation_id: UUID, attempt: int) -> bool:
        """Let another runner go on with the work; False when this attempt lost its lease."""
        values = {"generation_id": generation_id, "attempt": attempt}
        return bool(await self._database.fetch(sql.HAND_BACK, values, retry=False))

    async def reap(self, *, most_attempts: int, patience_s: int) -> tuple[int, int]:
        """Take up to 100 leases that ran out; how many ended for good, how many begin anew.

        `patience_s` is how long work may wait for somebody who begins it.
        """
        values = {
            "most_attempts": most_attempts,
            "patience_seconds": patience_s,
            "lease_seconds": LEASE_SECONDS,
        }
        rows = await self._database.fetch(sql.REAP, values, retry=False)
        over = sum(row["is_over"] for row in rows)
        return over, len(rows) - over

    async def status(self, generation_id: UUID) -> Row | None:
        """Where a generation stands, in which attempt, and whether somebody answers for it."""
        rows = await self._database.fetch(_STATUS, {"id": generation_id})
        return rows[0] if rows else None

    async def history(
        self,
        user_id: UUID,
        position: Position,
        limit: int,
        *,
        generation_type: GenerationType | None = None,
        status: GenerationStatus | None = None,
    ) -> Page:
        """The user's generations without their results, newest first."""
        filters: dict[str, UUID | str] = {"user_id": user_id}
        if generation_type is not None:
            filters["generation_type"] = generation_type.value
        if status is not None:
            filters["status"] = status.value
        statement = _history(generation_type is not None, status is not None)
        return await read_page(self._database, statement, position, limit, **filters)

    async def add_parts(self, rows: Sequence[Values], assets: Sequence[Values]) -> None:
        """Insert the finished parts of a package and the records of its files."""
        async with self._session() as session:
            if rows:
                await session.execute(_INSERT_PARTS, rows)
            if assets:
                await session.execute(_INSERT_FILES, assets)
