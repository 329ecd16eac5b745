"""Copies of outside lists, and other small documents that all processes share."""

from datetime import datetime

import orjson
from sqlalchemy import String, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from database.hot import HotStatement
from database.job_models import Snapshot
from database.models import Json
from database.repositories.base_repository import BaseRepository
from database.repositories.hot_reads import given

_GET = HotStatement(select(Snapshot.content, Snapshot.fetched_at).where(given(Snapshot.name)))
_PUT = HotStatement(
    text("""
insert into snapshots (name, content) values (:name, :content)
on conflict (name) do update set content = excluded.content, fetched_at = now()
""").bindparams(bindparam("name", type_=String()), bindparam("content", type_=JSONB()))
)


class SnapshotRepository(BaseRepository[Snapshot]):
    """Reads and writes documents by name."""

    model = Snapshot

    async def get(self, name: str) -> tuple[Json, datetime] | None:
        """The document and when it was stored, or None."""
        rows = await self._database.fetch(_GET, {"name": name})
        return (rows[0]["content"], rows[0]["fetched_at"]) if rows else None

    async def put(self, name: str, content: Json) -> None:
        """Store a document in place of an older one."""
        await self._database.fetch(_PUT, {"name": name, "content": orjson.dumps(content).decode()})
