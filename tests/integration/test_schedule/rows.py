"""Rows of any age, and files that belong to them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from database.job_models import OutboxMessage
from database.models import Asset, Base, Generation, Project, User
from database.unit_of_work import Database
from utils.clock import utc_now
from utils.ids import smallest_uuid7

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def born(moment: datetime) -> UUID:
    """An identifier as it was made at a moment."""
    return UUID(int=smallest_uuid7(moment).int | secrets.randbits(62))


@dataclass
class Rows:
    """Inserts rows of one user; all ages count from `now`, and files are keys of that user."""

    database: Database
    now: datetime = field(default_factory=utc_now)
    user_id: UUID = field(default_factory=uuid4)
    project_id: UUID = field(default_factory=uuid4)

    async def prepare(self) -> "Rows":
        await self.add(User, id=self.user_id, email=f"{self.user_id}@example.com")
        await self.add(Project, id=self.project_id, user_id=self.user_id, name="Crumbloom")
        return self

    async def add(self, model: type[Base], **values: Any) -> None:
        async with self.database.session() as session:
            await session.execute(insert(model).values(**values))

    async def generation(self, age: timedelta, status: str = "success", **values: Any) -> UUID:
        """A generation that was asked for, and unless it goes on has ended, so long ago."""
        moment = self.now - age
        generation_id = born(moment)
        ended = None if status in {"pending", "running"} else moment
        defaults = {
            "project_id": self.project_id,
            "user_id": self.user_id,
            "generation_type": "package",
            "created_at": moment,
            "finished_at": ended,
        }
        await self.add(Generation, id=generation_id, status=status, **defaults | values)
        return generation_id

    def key(self, age: timedelta, extension: str = "png") -> str:
        return f"{self.user_id}/{born(self.now - age)}.{extension}"

    async def file(self, generation_id: UUID, key: str) -> None:
        """The record of a file."""
        await self.add(
            Asset, generation_id=generation_id, project_id=self.project_id, asset_type="logo",
            file_url=key,
        )  # fmt: skip

    async def outbox(self, generation_id: UUID, done: timedelta | None) -> None:
        """A message that was done with so long ago, or is not."""
        done_at = None if done is None else self.now - done
        await self.add(OutboxMessage, topic="run", generation_id=generation_id, done_at=done_at)

    async def all(self, column: Any) -> set[Any]:  # Any: a column of any table and its values
        async with self.database.session() as session:
            return set((await session.scalars(select(column))).all())

    async def count(self, model: type[Base]) -> int:
        async with self.database.session() as session:
            return await session.scalar(select(func.count()).select_from(model)) or 0
