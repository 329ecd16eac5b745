"""How far generations are: their steps and events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import bindparam, case, func, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB

from database.hot import HotStatement
from database.job_models import GenerationStep
from database.models import Generation, GenerationEvent, Json
from database.pages import Row
from database.repositories.base_repository import BaseRepository
from database.repositories.hot_reads import given

# The answers of steps are read while the generation goes on.
_STEPS = (
    select(
        func.json_agg(
            func.json_build_object(
                "step",
                GenerationStep.step,
                "status",
                GenerationStep.status,
                "duration_ms",
                GenerationStep.duration_ms,
                "output",
                case((Generation.finished_at.is_(None), GenerationStep.output)),
            )
        )
    )
    .where(GenerationStep.generation_id == Generation.id)
    .correlate(Generation)
    .scalar_subquery()
)
_JOB = HotStatement(
    select(
        Generation.id,
        Generation.project_id,
        Generation.generation_type,
        Generation.status,
        Generation.quota_state,
        Generation.models_used,
        Generation.warnings,
        Generation.cost_usd,
        Generation.version,
        Generation.based_on,
        Generation.attempt,
        Generation.error_message,
        Generation.error_code,
        Generation.created_at,
        Generation.started_at,
        Generation.finished_at,
        Generation.output_data,
        _STEPS.label("steps"),
    ).where(given(Generation.id), given(Generation.user_id))
)
_OWNED = HotStatement(select(literal(1)).where(given(Generation.id), given(Generation.user_id)))

# One JSON object, not arrays: the driver would ask every new connection about their types.
_SINCE = HotStatement(
    text("""
select g.id, g.status, e.seq, e.type, e.payload, e.created_at
from jsonb_each_text(:after) as watched
join generations g on g.id = cast(watched.key as uuid)
left join generation_events e on e.generation_id = g.id and e.seq > cast(watched.value as integer)
order by g.id, e.seq
""").bindparams(bindparam("after", type_=JSONB()))
)


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One line of a generation's progress."""

    seq: int
    type: str
    payload: Json
    created_at: datetime


@dataclass(slots=True)
class Progress:
    """Where a generation stands, and what happened to it; without a status there is none."""

    status: str | None = None
    events: list[ProgressEvent] = field(default_factory=list)


class ProgressRepository(BaseRepository[GenerationEvent]):
    """Reads how far generations are."""

    model = GenerationEvent

    async def job(self, generation_id: UUID, user_id: UUID) -> Row | None:
        """A generation with its steps, and with its result or those of its steps, if owned."""
        rows = await self._database.fetch(_JOB, {"id": generation_id, "user_id": user_id})
        return rows[0] if rows else None

    async def is_owned(self, generation_id: UUID, user_id: UUID) -> bool:
        """Whether this user has such a generation."""
        values = {"id": generation_id, "user_id": user_id}
        return bool(await self._database.fetch(_OWNED, values))

    async def since(self, after: Mapping[UUID, int]) -> dict[UUID, Progress]:
        """The state of each generation, with its events after the given number."""
        numbers = {str(generation_id): seq for generation_id, seq in after.items()}
        rows = await self._database.fetch(_SINCE, {"after": orjson.dumps(numbers).decode()})
        found = {generation_id: Progress() for generation_id in after}
        for row in rows:
            progress = found[row["id"]]
            progress.status = row["status"]
            if row["seq"] is not None:
                progress.events.append(
                    ProgressEvent(row["seq"], row["type"], row["payload"], row["created_at"])
                )
        return found
