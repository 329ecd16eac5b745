"""Each job once an interval, whoever asks for it; and what happens when one goes wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from types import SimpleNamespace
from typing import cast

import pytest
from loguru import logger
from sqlalchemy import text

from core.exceptions import ProviderUnavailableError
from database.unit_of_work import Database
from services.container import Container
from services.schedule import (
    INTERVALS,
    REAP,
    REFRESH_RDAP,
    SEND_MESSAGES,
    SWEEP_FILES,
    Schedule,
)
from tests.running_service import free_port
from tests.simulators.virtual_time import run_virtually


class Counted:
    """A job that counts its runs."""

    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> int:
        self.runs += 1
        await asyncio.sleep(0)
        return 1


def only(job: Callable[[], Awaitable[int]]) -> dict[str, Callable[[], Awaitable[int]]]:
    return dict.fromkeys(INTERVALS, job)


async def pass_time(database: Database, seconds: float) -> None:
    """As if all runs had been made so much earlier."""
    async with database.session() as session:
        await session.execute(
            text("update schedule_runs set started_at = started_at - make_interval(secs => :s)"),
            {"s": seconds},
        )


@pytest.fixture
def lines() -> Iterator[list[str]]:
    found: list[str] = []
    sink = logger.add(
        lambda line: found.append(str(line)), level="INFO", format="{level} {message}"
    )
    yield found
    logger.remove(sink)


async def test_ten_at_once_in_two_processes_run_a_job_once(
    database: Database, database_url: str
) -> None:
    job = Counted()
    elsewhere = Database(lambda: database_url, database.options)
    processes = [Schedule(database, only(job)), Schedule(elsewhere, only(job))]

    for round_number in (1, 2, 3):
        await asyncio.gather(*(processes[n % 2].run(REAP) for n in range(10)))
        assert job.runs == round_number
        await pass_time(database, INTERVALS[REAP])
    await elsewhere.close()


async def test_a_job_waits_for_its_interval_and_not_for_that_of_another(
    database: Database,
) -> None:
    job = Counted()
    schedule = Schedule(database, only(job))
    await schedule.run(SWEEP_FILES)

    await pass_time(database, 0.85 * INTERVALS[SWEEP_FILES])
    await schedule.run(SWEEP_FILES)
    assert job.runs == 1
    await schedule.run(REAP)
    assert job.runs == 2

    await pass_time(database, 0.06 * INTERVALS[SWEEP_FILES])
    await schedule.run(SWEEP_FILES)
    assert job.runs == 3


async def test_every_job_of_the_schedule_is_there_and_runs(
    container: Container, lines: list[str]
) -> None:
    for name in INTERVALS:
        await container.schedule.run(name)

    assert [line for line in lines if not line.startswith("INFO")] == []
    with pytest.raises(KeyError):
        await container.schedule.run("unknown")


async def test_what_goes_wrong_is_one_line_and_waits_for_the_next_interval(
    database: Database, lines: list[str]
) -> None:
    async def outage() -> int:
        raise ProviderUnavailableError(provider="iana", kind="transient")

    async def mistake() -> int:
        raise RuntimeError("a mistake of ours")

    schedule = Schedule(database, only(outage) | {REAP: mistake})
    for name in (REFRESH_RDAP, REFRESH_RDAP, REAP):
        await schedule.run(name)

    first, second = lines
    assert first.startswith("WARNING refresh rdap servers failed after 0")
    assert "'provider': 'iana', 'kind': 'transient'" in first
    assert second.startswith("ERROR reap generations failed\n")


async def test_without_a_database_nothing_runs_and_nothing_breaks(
    database: Database, lines: list[str]
) -> None:
    job = Counted()
    down = Database(
        lambda: f"postgresql+asyncpg://postgres@127.0.0.1:{free_port()}/none", database.options
    )

    await Schedule(down, only(job)).run(REAP)

    assert job.runs == 0
    assert [line.partition(" failed")[0] for line in lines] == ["WARNING reap generations"]
    await down.close()


async def test_a_restarted_process_finds_dead_generations_at_once(container: Container) -> None:
    done = asyncio.Event()

    async def reap() -> int:
        done.set()
        return 0

    container.schedule = Schedule(container.database, only(Counted()) | {REAP: reap})
    await container.start()
    async with asyncio.timeout(60):
        await done.wait()


def test_one_slow_job_delays_no_other_and_all_get_their_turn() -> None:
    """On a clock that jumps, with a record that lets every run pass."""
    turns: dict[str, list[float]] = {name: [] for name in INTERVALS}

    async def claim(name: str, _seconds: float) -> bool:
        turns[name].append(asyncio.get_running_loop().time())
        return True

    async def slow() -> int:
        await asyncio.sleep(1_000_000)
        return 0

    async def scenario() -> None:
        record = SimpleNamespace(alone=SimpleNamespace(schedule=SimpleNamespace(claim=claim)))
        jobs = only(Counted()) | {REFRESH_RDAP: slow}
        task = asyncio.create_task(Schedule(cast(Database, record), jobs).run_forever())
        await asyncio.sleep(24 * 3600 + 1_000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run_virtually(scenario())

    assert turns[REAP][:4] == [0.0, 15.0, 30.0, 45.0]
    assert len(turns[REAP]) == (24 * 3600 + 1_000) // 15 + 1
    assert turns[SEND_MESSAGES][:2] == [30.0, 45.0]
    assert turns[REFRESH_RDAP] == [60.0]
    assert [found[0] for found in turns.values()] == [30.0 * n for n in range(len(INTERVALS))]
    rare = turns.keys() - {REAP, SEND_MESSAGES}
    assert {name: len(turns[name]) for name in rare} == {
        REFRESH_RDAP: 1, "refresh prices": 2, "forget expired": 25, "refresh research": 2,
        "sweep files": 5, "forget old packages": 5,
    }  # fmt: skip
