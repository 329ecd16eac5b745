"""Watches an event loop from within for the longest time that it did not turn."""

import asyncio
import time

TICK_S = 0.002


class StallProbe:
    """Sleeps in short ticks and notes how late the loop wakes it.

    Next to the longest delay stands the processor time of the loop's own thread in it: where that
    is much less, the machine was busy with something else, or another thread held the interpreter.
    """

    def __init__(self) -> None:
        self._longest_s = 0.0
        self._own_s = 0.0

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            started, own = time.perf_counter(), time.thread_time()
            await asyncio.sleep(TICK_S)
            late = time.perf_counter() - started - TICK_S
            if late > self._longest_s:
                self._longest_s, self._own_s = late, time.thread_time() - own

    def take(self) -> dict[str, float]:
        """Milliseconds of the longest stall since the last call, and of the loop's own in it."""
        seen = {"stall_ms": self._longest_s * 1000, "own_ms": self._own_s * 1000}
        self._longest_s = self._own_s = 0.0
        return seen
