"""The engine's processes: errors, deaths, overload and an end that leaves nothing behind."""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import psutil
import pytest

import core.engine_pool
from core.engine_pool import ProcessEngine, ThreadEngine
from core.exceptions import OverloadedError, ProviderUnavailableError


def warm_up() -> None:
    """Nothing to load."""


@pytest.fixture
async def engine() -> AsyncIterator[ProcessEngine]:
    engine = ProcessEngine(2, warm_up)
    yield engine
    engine.close()


async def test_work_is_done_in_other_processes(engine: ProcessEngine) -> None:
    assert os.getpid() not in {await engine.run(os.getpid) for _ in range(4)}


async def test_an_error_of_the_function_is_the_callers(engine: ProcessEngine) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await engine.run(int, "x")

    assert await engine.run(int, "7") == 7


async def test_a_process_that_dies_once_costs_nothing(engine: ProcessEngine) -> None:
    pid = await engine.run(os.getpid)
    waiting = asyncio.create_task(engine.run(sorted, "cab"))
    psutil.Process(pid).kill()

    assert await waiting == ["a", "b", "c"]
    assert await engine.run(sorted, "ba") == ["a", "b"]


async def test_a_call_that_kills_its_process_again_and_again_is_given_up(
    engine: ProcessEngine,
) -> None:
    with pytest.raises(ProviderUnavailableError, match="keep dying"):
        await engine.run(os._exit, 1)

    assert await engine.run(sorted, "ba") == ["a", "b"]


async def test_a_call_that_takes_too_long_is_given_up(
    engine: ProcessEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await engine.run(os.getpid)
    monkeypatch.setattr(core.engine_pool, "CALL_DEADLINE_S", 0.2)

    with pytest.raises(ProviderUnavailableError, match="too long"):
        await engine.run(time.sleep, 1.0)


async def test_more_calls_than_may_wait_are_refused_at_once(
    engine: ProcessEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.engine_pool, "WAITING_PER_PROCESS", 2)
    calls = [asyncio.create_task(engine.run(time.sleep, 0.3)) for _ in range(4)]
    await asyncio.sleep(0)

    with pytest.raises(OverloadedError):
        await engine.run(os.getpid)
    await asyncio.gather(*calls)
    assert await engine.run(sorted, "ba") == ["a", "b"]


async def test_closing_leaves_no_process() -> None:
    engine = ProcessEngine(2, warm_up)
    engine.start()
    pids = {await engine.run(os.getpid) for _ in range(8)}
    assert all(map(psutil.pid_exists, pids))

    engine.close()

    gone, alive = await asyncio.to_thread(
        psutil.wait_procs, [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], 20
    )
    assert alive == []
    assert len(gone) <= 2


async def test_a_thread_will_do_where_processes_are_not_allowed() -> None:
    engine = ThreadEngine()
    engine.start()

    assert await engine.run(os.getpid) == os.getpid()
    engine.close()
