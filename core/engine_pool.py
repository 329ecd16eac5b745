"""Runs the built-in engine off the event loop: its Python and its renderer hold the GIL."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, Protocol, TypeVar

from core.exceptions import OverloadedError, ProviderUnavailableError

P = ParamSpec("P")
T = TypeVar("T")

CALL_DEADLINE_S = 30.0
WAITING_PER_PROCESS = 256  # calls of about 50 ms: the last of them ends within the deadline


class Engine(Protocol):
    """Runs one of the engine's pure functions somewhere else than on the event loop."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result. Raises OverloadedError and ProviderUnavailableError."""
        ...

    def start(self) -> None:
        """Make the first call as quick as the next."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


class ThreadEngine:
    """Runs the engine in a thread: for scripts, tests, and workers that are processes already."""

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result."""
        return await asyncio.to_thread(function, *args, **kwargs)

    def start(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Nothing is open."""


def _start_process(warm_up: Callable[[], object]) -> None:
    """Prepare a pool process: leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    warm_up()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class ProcessEngine:
    """Runs the engine in warm processes, one a core, started on first use."""

    def __init__(self, processes: int | None, warm_up: Callable[[], object]) -> None:
        self._processes = processes or os.cpu_count() or 1
        self._warm_up = warm_up
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result, within 30 seconds.

        Raises OverloadedError when too many calls wait, and ProviderUnavailableError when the
        deadline passes or a process dies twice in a row.
        """
        if self._waiting >= self._processes * WAITING_PER_PROCESS:
            raise OverloadedError(retry_after=2)
        self._waiting += 1
        try:
            async with asyncio.timeout(CALL_DEADLINE_S):
                return await self._run_once_more(function, *args, **kwargs)
        except TimeoutError as error:
            raise ProviderUnavailableError("The built-in engine took too long.") from error
        finally:
            self._waiting -= 1

    async def _run_once_more(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        for _ in range(2):
            pool = self._started_pool()
            try:
                return await asyncio.wrap_future(pool.submit(function, *args, **kwargs))
            except BrokenProcessPool:
                self._discard(pool)
        raise ProviderUnavailableError("The built-in engine's processes keep dying.")

    def start(self) -> None:
        """Start all processes now, so that the first request finds them warm."""
        pool = self._started_pool()
        for _ in range(self._processes):
            pool.submit(self._warm_up)

    def _started_pool(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # Forking a process that has threads is not safe, so a clean one does the forking.
                self._pool = ProcessPoolExecutor(
                    self._processes,
                    mp_context=multiprocessing.get_context("forkserver"),
                    initializer=_start_process,
                    initargs=(self._warm_up,),
                )
            return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Stop the processes; calls under way end with an error."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
