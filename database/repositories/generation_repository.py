"""Generations: their rows, their units of quota and their leases."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from uuid import UUID

import orjson
from sqlalchemy import insert, select

from database.hot import HotStatement
from database.models import Asset, Base, Generation, GenerationStatus, GenerationType, Json
from database.pages import Page, Position, Row
from database.repositories import lifecycle_sql as sql
from database.repositories.base_repository import BaseRepository, Values
from database.repositories.hot_reads import given, page_statement, read_page

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
    select(Generation.status, Generation.error_message).where(given(Generation.id))
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
    """What a generation starts with; without a project a draft one is made from the rest."""

    id: UUID
    user_id: UUID
    generation_type: GenerationType
    input_data: Json
    project_id: UUID | None
    new_project_id: UUID
    project_name: str
    description: str
    industry: str | None


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
class FinishedGeneration:
    """What a generation ends with. `refund` gives the unit back in spite of the result."""

    output: Json
    models_used: Sequence[str]
    warnings: Sequence[str]
    cost_usd: Decimal
    refund: bool = False


class GenerationRepository(BaseRepository[Generation]):
    """Moves generations through their life; every step is one atomic statement."""

    model = Generation

    async def reserve(
        self, new: NewGeneration, *, owner: str, unit_limit: int, window_minutes: int
    ) -> Reservation | None:
        """Take a unit and insert the pending row, or neither. None when the user is gone."""
        rows = await self._database.fetch(
            sql.RESERVE,
            {
                "user_id": new.user_id,
                "project_id": new.project_id,
                "new_project_id": new.new_project_id,
                "project_name": new.project_name,
                "description": new.description,
                "industry": new.industry,
                "generation_id": new.id,
                "generation_type": new.generation_type.value,
                "input_data": _json(new.input_data),
                "unit_limit": unit_limit,
                "window_minutes": window_minutes,
                "lease_owner": owner,
                "lease_seconds": LEASE_SECONDS,
            },
            retry=False,
        )
        if not rows:
            return None
        row = rows[0]
        return Reservation(
            project_found=row["project_found"],
            admitted=row["quota_state"] is not None,
            remaining=row["generations_remaining"],
            window_ends_in=row["window_ends_in"],
        )

    async def claim(self, generation_id: UUID, owner: str) -> int | None:
        """Start a pending generation: the attempt's number, or None when it is not pending."""
        rows = await self._database.fetch(
            sql.CLAIM,
            {
                "generation_id": generation_id,
                "lease_owner": owner,
                "lease_seconds": LEASE_SECONDS,
            },
            retry=False,
        )
        return rows[0]["attempt"] if rows else None

    async def renew(self, generation_id: UUID, attempt: int) -> bool:
        """Prolong the lease; False when this attempt no longer holds it."""
        values = {
            "generation_id": generation_id,
            "attempt": attempt,
            "lease_seconds": LEASE_SECONDS,
        }
        return bool(await self._database.fetch(sql.RENEW, values))

    async def record_event(self, generation_id: UUID, event_type: str, payload: Json) -> None:
        """Append one line of progress."""
        await self._database.fetch(
            sql.RECORD_EVENT,
            {"generation_id": generation_id, "event_type": event_type, "payload": _json(payload)},
            retry=False,
        )

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
                    "cost_usd": finished.cost_usd,
                    "refund": finished.refund,
                },
            )
            return ended is not None

    async def abandon(
        self,
        generation_id: UUID,
        status: GenerationStatus,
        reason: str,
        *,
        user_id: UUID | None = None,
    ) -> bool:
        """End an unfinished generation without a result and give its unit back, once.

        False when it had ended before, or when `user_id` is given and does not own it.
        """
        values = {
            "generation_id": generation_id,
            "user_id": user_id,
            "status": status.value,
            "error_message": reason,
        }
        return bool(await self._database.fetch(sql.ABANDON, values, retry=False))

    async def reap(self) -> int:
        """Fail up to 100 generations whose lease ran out, with their units given back."""
        return len(await self._database.fetch(sql.REAP, {}, retry=False))

    async def status(self, generation_id: UUID) -> Row | None:
        """Where a generation stands and why it failed."""
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
