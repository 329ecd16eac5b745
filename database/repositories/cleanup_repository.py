"""Finds and deletes what has had its time, a bounded batch a statement.

Every statement walks an index from its old end: identifiers are UUIDv7, so that "older than" is a
range of a primary key. None of them waits for a row that somebody else holds.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Integer, Text, Uuid, and_, bindparam, delete, select, text
from sqlalchemy.orm import aliased

from database.hot import HotStatement
from database.models import Asset, Base, Generation, GenerationStatus
from database.repositories.base_repository import BaseRepository
from utils.ids import smallest_uuid7

Perishable = Literal[
    "refresh_tokens",
    "event_tickets",
    "idempotency_keys",
    "outbox",
    "generation_steps",
    "generation_events",
]

_BEFORE = bindparam("before", type_=DateTime(timezone=True))
_BORN_BEFORE = bindparam("born_before", type_=Uuid())
_BATCH = bindparam("batch", type_=Integer())
_IDS = bindparam("ids", type_=ARRAY(Uuid()))


def _forgotten(table: str, condition: str, order: str) -> HotStatement:
    """Deletes one batch of a table, and counts it."""
    sql = f"""
with gone as (
    delete from {table} where ctid = any(array(
        select t.ctid from {table} t where {condition}
        order by {order} limit :batch for update of t skip locked
    )) returning 1
)
select count(*) as count from gone
"""  # noqa: S608  # constants of this file
    used = [found for found in (_BEFORE, _BORN_BEFORE) if f":{found.key}" in sql]
    return HotStatement(text(sql).bindparams(_BATCH, *used))


# A subquery a row, not a join: there are few old rows, and the planner knows of no range for `g`.
_OF_ENDED = (
    "t.generation_id < :born_before"
    " and (select g.finished_at from generations g where g.id = t.generation_id) < :before"
)
_FORGET: Mapping[Perishable, HotStatement] = {
    "refresh_tokens": _forgotten(
        "refresh_tokens", "t.id < :born_before and t.expires_at < now()", "t.id"
    ),
    # No index: there are only as many as were given out since the last time.
    "event_tickets": _forgotten("event_tickets", "t.expires_at < :before", "t.expires_at"),
    "idempotency_keys": _forgotten("idempotency_keys", "t.created_at < :before", "t.created_at"),
    "outbox": _forgotten(
        "outbox", "t.generation_id < :born_before and t.done_at < :before", "t.generation_id"
    ),
    "generation_steps": _forgotten("generation_steps", _OF_ENDED, "t.generation_id"),
    "generation_events": _forgotten("generation_events", _OF_ENDED, "t.generation_id"),
}

_HAS_ENDED = and_(
    Generation.status != GenerationStatus.PENDING, Generation.status != GenerationStatus.RUNNING
)
# An identifier that was made by hand tells no time, so the column has a word, too.
_OLD_GENERATIONS = HotStatement(
    select(Generation.id)
    .where(Generation.id < _BORN_BEFORE, Generation.created_at < _BEFORE, _HAS_ENDED)
    .order_by(Generation.id)
    .limit(_BATCH)
)
_other = aliased(Asset)
_KEYS_OF_GENERATIONS = HotStatement(
    select(Asset.file_url).where(
        Asset.generation_id == _IDS.any_(),
        ~select(_other.id)
        .where(_other.file_url == Asset.file_url, _other.generation_id != _IDS.all_())
        .exists(),
    )
)
_DELETE_GENERATIONS = HotStatement(
    delete(Generation).where(Generation.id == _IDS.any_(), _HAS_ENDED).returning(Generation.id)
)
_KNOWN_KEYS = HotStatement(
    select(Asset.file_url).where(Asset.file_url == bindparam("keys", type_=ARRAY(Text())).any_())
)


class CleanupRepository(BaseRepository[Base]):
    """Reads and deletes across tables."""

    async def forget(self, what: Perishable, before: datetime, batch: int) -> int:
        """Delete rows of a table that were done with before this moment; how many."""
        values = {"before": before, "born_before": smallest_uuid7(before), "batch": batch}
        rows = await self._database.fetch(_FORGET[what], values, retry=False)
        return int(rows[0]["count"])

    async def old_generations(self, before: datetime, batch: int) -> list[UUID]:
        """Generations that were asked for before this moment and have ended, the oldest first."""
        values = {"before": before, "born_before": smallest_uuid7(before), "batch": batch}
        return [row["id"] for row in await self._database.fetch(_OLD_GENERATIONS, values)]

    async def keys_of_generations(self, ids: Sequence[UUID]) -> list[str]:
        """The storage keys of files that belong to these generations and to no other."""
        rows = await self._database.fetch(_KEYS_OF_GENERATIONS, {"ids": ids})
        return [row["file_url"] for row in rows]

    async def delete_generations(self, ids: Sequence[UUID]) -> None:
        """Delete generations that have ended, with all that belongs to them."""
        await self._database.fetch(_DELETE_GENERATIONS, {"ids": ids}, retry=False)

    async def known_keys(self, keys: Sequence[str]) -> set[str]:
        """Those of the storage keys that belong to a result."""
        return {row["file_url"] for row in await self._database.fetch(_KNOWN_KEYS, {"keys": keys})}
