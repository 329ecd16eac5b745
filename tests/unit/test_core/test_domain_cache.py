"""The memory of verdicts on a clock set by hand, and work that callers share."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from core.providers.domain.base import DomainName, DomainVerdict, Findings
from core.providers.domain.cache import VerdictCache
from core.providers.domain.decision import decide
from core.providers.domain.flights import Flights
from core.providers.per_loop import PerLoop
from tests.simulators.virtual_time import run_virtually


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def unknown(domain: str, now: datetime) -> DomainVerdict:
    return decide(Findings(DomainName(domain, domain, domain, "com")), None, now)


def test_a_verdict_lives_until_it_expires() -> None:
    clock = Clock()
    cache = VerdictCache(clock)
    cache.put(unknown("a.com", clock.now))

    clock.now += timedelta(seconds=59)
    kept = cache.get("a.com")
    clock.now += timedelta(seconds=1)

    assert kept is not None
    assert kept.cached
    assert cache.get("a.com") is None
    assert cache.get("b.com") is None


def test_the_least_recently_used_leave_first() -> None:
    clock = Clock()
    cache = VerdictCache(clock, max_entries=2)
    for domain in ("a.com", "b.com"):
        cache.put(unknown(domain, clock.now))
    cache.get("a.com")
    cache.put(unknown("c.com", clock.now))

    assert [bool(cache.get(d)) for d in ("a.com", "b.com", "c.com")] == [True, False, True]


class Work:
    def __init__(self) -> None:
        self.starts = 0
        self.ended: list[str] = []

    async def __call__(self) -> int:
        self.starts += 1
        number = self.starts
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            self.ended.append("cancelled")
            raise
        self.ended.append("done")
        return number


def test_callers_at_once_share_one_piece_of_work() -> None:
    async def scenario() -> None:
        flights: Flights[int] = Flights()
        work = Work()
        assert await asyncio.gather(*(flights.join("a", work) for _ in range(20))) == [1] * 20
        assert await flights.join("a", work) == 2

    run_virtually(scenario())


@pytest.mark.parametrize(("leaving", "ended"), [(1, ["done"]), (2, ["cancelled"])])
def test_work_goes_on_until_the_last_caller_leaves(leaving: int, ended: list[str]) -> None:
    async def scenario() -> list[str]:
        flights: Flights[int] = Flights()
        work = Work()
        callers = [asyncio.create_task(flights.join("a", work)) for _ in range(2)]
        await asyncio.sleep(0.5)
        for caller in callers[:leaving]:
            caller.cancel()
        await asyncio.gather(*callers, return_exceptions=True)
        await asyncio.sleep(0)
        return work.ended

    assert run_virtually(scenario()) == ended


def test_an_error_reaches_every_caller() -> None:
    async def broken() -> int:
        await asyncio.sleep(1)
        raise ValueError("broken")

    async def scenario() -> list[object]:
        flights: Flights[int] = Flights()
        joined = (flights.join("a", broken) for _ in range(2))
        return list(await asyncio.gather(*joined, return_exceptions=True))

    assert [str(error) for error in run_virtually(scenario())] == ["broken", "broken"]


def test_each_loop_has_its_own_object() -> None:
    per_loop: PerLoop[object] = PerLoop(object)

    async def twice() -> tuple[object, object]:
        return per_loop.get(), per_loop.get()

    async def taken() -> tuple[object | None, object | None]:
        per_loop.get()
        return per_loop.take(), per_loop.take()

    first, again = run_virtually(twice())
    other, _ = run_virtually(twice())

    assert first is again
    assert first is not other
    assert run_virtually(taken())[1] is None
