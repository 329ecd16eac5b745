"""Deletes what has had its time: rows, files that belong to nothing, results past retention."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from datetime import timedelta
from uuid import UUID

from database.repositories.cleanup_repository import Perishable
from database.unit_of_work import Database
from utils.clock import Clock, utc_now
from utils.ids import smallest_uuid7
from utils.storage import Storage

ROWS = 1_000  # a statement; far from the statement timeout of 10 s
GENERATIONS = 100  # each brings some dozen rows of other tables and files along
MOST_BATCHES = 100
MOST_KEYS = 5_000  # a sweep; the next one goes on from there
ORPHAN_AGE = timedelta(hours=24)  # a result is committed minutes after its first file
SWEPT_UNTIL = "swept until"

# Logins end absolutely after 30 days, answers are kept for 24 hours (reliability 2.7 and 2.3).
KEPT_FOR: Mapping[Perishable, timedelta] = {
    "refresh_tokens": timedelta(days=30),
    "event_tickets": timedelta(0),
    "idempotency_keys": timedelta(hours=24),
    "outbox": timedelta(days=7),
    "generation_steps": timedelta(days=7),
    "generation_events": timedelta(days=30),
}


class Cleanup:
    """Every call does a bounded piece of work and returns how much it has deleted."""

    def __init__(
        self, db_client: Database, storage: Storage, retention: timedelta, now: Clock = utc_now
    ) -> None:
        self._db = db_client
        self._storage = storage
        self._retention = retention
        self._now = now

    async def forget_expired(self) -> int:
        """Delete rows that nobody can use or needs any more."""
        return sum([await self._forget(what) for what in KEPT_FOR])

    async def _forget(self, what: Perishable) -> int:
        before = self._now() - KEPT_FOR[what]
        return await _in_batches(
            lambda: self._db.alone.cleanup.forget(what, before, ROWS), whole=ROWS
        )

    async def forget_old_packages(self) -> int:
        """Delete generations past their retention with their files; projects stay."""
        return await _in_batches(self._forget_generations, whole=GENERATIONS)

    async def _forget_generations(self) -> int:
        """The files first: rows that are left without files go next time, files never would."""
        cleanup = self._db.alone.cleanup
        ids = await cleanup.old_generations(self._now() - self._retention, GENERATIONS)
        if ids:
            await self._storage.delete(await cleanup.keys_of_generations(ids))
            await cleanup.delete_generations(ids)
        return len(ids)

    async def sweep_files(self) -> int:
        """Delete files of more than a day that belong to no result."""
        kept = await self._db.alone.snapshots.get(SWEPT_UNTIL)
        after = str(kept[0]["key"]) if kept else ""
        looked_at = swept = 0
        async with aclosing(self._storage.keys(after)) as pages:
            async for page in pages:
                swept += await self._sweep(page)
                looked_at += len(page)
                after = page[-1]
                if looked_at >= MOST_KEYS:
                    break
            else:
                after = ""
        await self._db.alone.snapshots.put(SWEPT_UNTIL, {"key": after})
        return swept

    async def _sweep(self, keys: Iterable[str]) -> int:
        young = smallest_uuid7(self._now() - ORPHAN_AGE)
        old = [key for key in keys if (born := _identifier(key)) and born < young]
        known = await self._db.alone.cleanup.known_keys(old)
        orphans = [key for key in old if key not in known]
        await self._storage.delete(orphans)
        return len(orphans)


async def _in_batches(delete: Callable[[], Awaitable[int]], *, whole: int) -> int:
    """Repeat until a batch is not whole, or there were enough for once."""
    deleted = 0
    for _ in range(MOST_BATCHES):
        batch = await delete()
        deleted += batch
        if batch < whole:
            break
    return deleted


def _identifier(key: str) -> UUID | None:
    """The identifier that a file is named after, which tells when it was made."""
    try:
        found = UUID(key.rpartition("/")[2].partition(".")[0])
    except ValueError:
        return None
    return found if found.version == 7 else None
