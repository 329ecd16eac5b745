"""What runs again and again, once for all processes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from types import MappingProxyType
from typing import Final

from core.exceptions import AppError
from database.unit_of_work import Database
from utils.logger import get_logger

_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR

REAP = "reap generations"
SEND_MESSAGES = "send messages"
REFRESH_RDAP = "refresh rdap servers"
REFRESH_PRICES = "refresh prices"
FORGET_EXPIRED = "forget expired"
REFRESH_RESEARCH = "refresh research"
SWEEP_FILES = "sweep files"
FORGET_PACKAGES = "forget old packages"

INTERVALS: Mapping[str, float] = MappingProxyType(
    {
        REAP: 15.0,
        SEND_MESSAGES: 15.0,
        REFRESH_RDAP: _DAY,
        REFRESH_PRICES: _DAY,
        FORGET_EXPIRED: _HOUR,
        REFRESH_RESEARCH: _DAY,
        SWEEP_FILES: 6 * _HOUR,
        FORGET_PACKAGES: 6 * _HOUR,
    }
)
"""Seconds from one run of a job to the next; after a start they take their first turn in this
order, the cheap ones first."""

SPREAD_S = 30.0
"""Between the first turns of two jobs after a start, which has better to do."""

PUNCTUAL = 0.9
"""The part of its interval after which a job may run again: timers of several processes drift."""

Job = Callable[[], Awaitable[int]]
"""Does a job, bounded, and returns how many things it has changed."""

log = get_logger("schedule")


class Schedule:
    """The jobs by name; each of `INTERVALS` has one.

    However many processes ask for a run, one of them makes it. A run that fails is not made up
    for: the next interval brings another.
    """

    def __init__(self, db_client: Database, jobs: Mapping[str, Job]) -> None:
        self._db = db_client
        self._jobs = jobs

    async def run(self, name: str) -> None:
        """Run a job now, unless it ran in this interval; what goes wrong is only logged."""
        job, started = self._jobs[name], time.monotonic()
        try:
            if not await self._db.alone.schedule.claim(name, PUNCTUAL * INTERVALS[name]):
                return
            done = await job()
        except AppError as error:
            seconds = time.monotonic() - started
            log.warning("{} failed after {:.1f} s: {!r} {}", name, seconds, error, error.context)
        except Exception as error:  # noqa: BLE001  # one job's mistake must not end the others
            log.opt(exception=error).error("{} failed", name)
        else:
            level = "INFO" if done else "DEBUG"
            log.log(level, "{}: {} in {:.1f} s", name, done, time.monotonic() - started)

    async def run_forever(self) -> None:
        """Run all jobs in this process, each in its own rhythm, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for name, delay in zip(INTERVALS, count(0.0, SPREAD_S), strict=False):
                group.create_task(self._repeat(name, delay))

    async def _repeat(self, name: str, delay: float) -> None:
        await asyncio.sleep(delay)
        while True:
            await self.run(name)
            await asyncio.sleep(INTERVALS[name])
