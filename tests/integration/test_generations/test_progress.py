"""Whoever watches a generation learns of everything once, and one query serves all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from core.exceptions import UnavailableError
from database.hot import HotStatement
from database.models import GenerationStatus
from database.repositories.progress_repository import ProgressEvent
from database.unit_of_work import Database
from services.progress import ProgressWatcher
from tests.integration.test_generations.generation_rows import (
    add_event,
    end,
    new_generation,
    new_user,
)
from utils.ids import uuid7

NEVER = 3600.0


class CountingDatabase:
    """Counts the queries, and fails them while `down`."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.down = False
        self.refused = asyncio.Event()
        fetch = database.fetch

        async def counted(
            statement: HotStatement, values: Mapping[str, Any], *, retry: bool = True
        ) -> list[dict[str, Any]]:
            self.asked.append(values)
            if self.down:
                self.refused.set()
                raise UnavailableError
            return await fetch(statement, values, retry=retry)

        monkeypatch.setattr(database, "fetch", counted)


async def nobody_looks() -> None:
    """Return when the poller has ended."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))


@pytest.fixture(autouse=True)
async def last_look_has_ended(database: Database) -> AsyncIterator[None]:
    yield
    await nobody_looks()


@pytest.fixture
async def user(database: Database) -> UUID:
    return await new_user(database, "watcher@example.com")


@pytest.fixture
def counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> CountingDatabase:
    return CountingDatabase(database, monkeypatch)


async def seqs(events: AsyncIterator[ProgressEvent | None]) -> list[int]:
    return [event.seq async for event in events if event is not None]


async def test_missed_events_come_first_and_the_last_one_ends_it(
    database: Database, user: UUID
) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01)
    generation_id = await new_generation(database, user)
    watched = asyncio.create_task(seqs(watcher.events(generation_id, 1)))
    await add_event(database, generation_id, 3, "step.completed", step="names")
    await end(database, generation_id, GenerationStatus.SUCCESS, 4)

    assert await watched == [2, 3, 4]
    assert await seqs(watcher.events(generation_id, 4)) == []
    assert await seqs(watcher.events(generation_id, 0)) == [1, 2, 3, 4]


async def test_an_event_carries_what_happened(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01)
    generation_id = await new_generation(database, user)

    async with aclosing(watcher.events(generation_id, 1)) as events:
        event = await anext(events)

    assert event is not None
    assert (event.type, event.payload) == ("job.started", {"attempt": 1})
    assert event.created_at.tzinfo is not None


@pytest.mark.parametrize("status", ["success", "failed", "cancelled"])
async def test_waiting_for_the_end(database: Database, user: UUID, status: str) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01)
    generation_id = await new_generation(database, user)

    assert await watcher.ended(generation_id, 0.05) is None
    waiting = asyncio.create_task(watcher.ended(generation_id, None))
    await end(database, generation_id, GenerationStatus(status), 3)
    assert await waiting == status
    assert await watcher.ended(generation_id, None) == status


async def test_what_is_not_there_is_not_waited_for(database: Database) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01)

    assert await watcher.ended(uuid7(), None) is None
    assert await seqs(watcher.events(uuid7(), 0)) == []


async def test_a_nudge_is_quicker_than_the_tick(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=NEVER)
    generation_id = await new_generation(database, user)

    async with aclosing(watcher.events(generation_id, 1)) as events:
        await anext(events)
        await add_event(database, generation_id, 3, "step.completed")
        watcher.nudge(uuid7())
        watcher.nudge(generation_id)
        event = await anext(events)

    assert event is not None
    assert event.seq == 3


async def test_one_query_serves_fifty_streams_and_none_is_made_for_nobody(
    database: Database, user: UUID, counted: CountingDatabase
) -> None:
    watcher = ProgressWatcher(database, tick_s=NEVER)
    generations = [await new_generation(database, user) for _ in range(10)]
    counted.asked.clear()

    after = [number // 10 % 2 for number in range(50)]
    streams = [watcher.events(generations[n % 10], after[n]) for n in range(50)]
    firsts = await asyncio.gather(*(anext(stream) for stream in streams))

    assert [event and event.seq for event in firsts] == [seq + 1 for seq in after]
    assert len(counted.asked) == 1
    assert len(orjson.loads(counted.asked[0]["after"])) == 10
    for stream in streams:
        await stream.aclose()
    watcher.nudge(generations[0])
    await nobody_looks()
    assert len(counted.asked) == 1


async def test_silence_is_broken_by_signs_of_life(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=NEVER, heartbeat_s=0.01)
    generation_id = await new_generation(database, user)

    async with aclosing(watcher.events(generation_id, 2)) as events:
        signs = [await anext(events) for _ in range(3)]

    assert signs == [None, None, None]


async def test_an_outage_is_outlived(
    database: Database, user: UUID, counted: CountingDatabase
) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01, heartbeat_s=0.05)
    generation_id = await new_generation(database, user)

    async with aclosing(watcher.events(generation_id, 2)) as events:
        assert await anext(events) is None
        counted.down = True
        await counted.refused.wait()
        assert await anext(events) is None
        counted.down = False
        await end(database, generation_id, GenerationStatus.SUCCESS, 3)
        assert await seqs(events) == [3]


async def test_cut_connections_are_opened_again(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01)
    generation_id = await new_generation(database, user)

    async with aclosing(watcher.events(generation_id, 1)) as events:
        await anext(events)
        async with database.session() as session:
            await session.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        await end(database, generation_id, GenerationStatus.SUCCESS, 3)
        assert await seqs(events) == [3]


async def test_a_stream_lives_as_long_as_it_may(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=0.01, watch_s=0.05)

    assert await seqs(watcher.events(await new_generation(database, user), 0)) == [1, 2]


async def test_a_service_that_stops_lets_all_go(database: Database, user: UUID) -> None:
    watcher = ProgressWatcher(database, tick_s=NEVER)
    generation_id = await new_generation(database, user)
    events = watcher.events(generation_id, 1)
    await anext(events)
    waiting = asyncio.create_task(watcher.ended(generation_id, None))
    await asyncio.sleep(0)

    await watcher.aclose()

    assert await seqs(events) == []
    assert await waiting is None
    assert await watcher.ended(generation_id, None) is None
    assert await seqs(watcher.events(generation_id, 0)) == []


def test_one_watcher_serves_one_event_loop_after_another(
    make_settings: Callable[..., Any], database_url: str
) -> None:
    from config.settings import DatabaseSettings
    from database.client import engine_options

    options = engine_options(DatabaseSettings(DATABASE_POOL_SIZE=0))
    database = Database(lambda: database_url, options)
    watcher = ProgressWatcher(database, tick_s=0.01)

    async def one_loop() -> list[int]:
        user = await new_user(database, f"{uuid7()}@example.com")
        generation_id = await new_generation(database, user)
        async with aclosing(watcher.events(generation_id, 0)) as events:
            first = await anext(events)
        await nobody_looks()
        assert first is not None
        return [first.seq]

    assert [asyncio.run(one_loop()) for _ in range(2)] == [[1], [1]]
