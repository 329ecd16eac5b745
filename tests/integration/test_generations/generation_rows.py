"""Generations as they lie in the database, in any state, without work behind them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update

from database.job_models import GenerationStep
from database.models import Generation, GenerationEvent, GenerationStatus, GenerationType
from database.unit_of_work import Database


async def new_user(database: Database, email: str) -> UUID:
    return (await database.alone.users.create({"email": email})).id


async def new_generation(
    database: Database,
    user_id: UUID,
    kind: GenerationType = GenerationType.PACKAGE,
    **columns: Any,
) -> UUID:
    """A running generation with its first two events."""
    project = await database.alone.projects.create({"user_id": user_id, "name": "Bread"})
    row = await database.alone.generations.create(
        {
            "user_id": user_id,
            "project_id": project.id,
            "generation_type": kind,
            "status": GenerationStatus.RUNNING,
            "attempt": 1,
            **columns,
        }
    )
    await add_event(database, row.id, 1, "job.accepted")
    await add_event(database, row.id, 2, "job.started", attempt=1)
    return row.id


async def add_event(
    database: Database, generation_id: UUID, seq: int, event_type: str, **payload: Any
) -> None:
    async with database.session() as session:
        session.add(
            GenerationEvent(generation_id=generation_id, seq=seq, type=event_type, payload=payload)
        )


async def add_step(database: Database, generation_id: UUID, step: str, **columns: Any) -> None:
    values = {"status": "completed", "input_hash": "0" * 64, "attempt": 1, "duration_ms": 120}
    async with database.session() as session:
        session.add(
            GenerationStep(**(values | {"generation_id": generation_id, "step": step} | columns))
        )


async def end(
    database: Database, generation_id: UUID, status: GenerationStatus, seq: int, **columns: Any
) -> None:
    """End a generation with its last event, in one transaction as the service does."""
    async with database.session() as session:
        session.add(
            GenerationEvent(generation_id=generation_id, seq=seq, type=f"job.{status}", payload={})
        )
        await session.execute(
            update(Generation)
            .where(Generation.id == generation_id)
            .values(status=status, finished_at=datetime.now(UTC), **columns)
        )
