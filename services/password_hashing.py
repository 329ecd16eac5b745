"""Hashes and checks passwords in threads of its own, and says no when too many wait."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from core.exceptions import OverloadedError
from utils.passwords import PasswordScheme

WAITING_PER_WORKER = 8  # at 0.3 s each, the last one in the queue waits about 2.4 s

ResultT = TypeVar("ResultT")


class PasswordHasher:
    """bcrypt takes 0.3 s and releases the interpreter lock: one thread a core, never the loop.

    `workers` hash at once and eight times as many wait; beyond that OverloadedError is raised.
    """

    def __init__(self, scheme: PasswordScheme, workers: int) -> None:
        self._scheme = scheme
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._places = threading.BoundedSemaphore(workers * (1 + WAITING_PER_WORKER))

    async def hash(self, password: str) -> str:
        """The text to store for a password."""
        return await self._run(lambda: self._scheme.hash(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one; without a stored one it takes as long."""
        return await self._run(lambda: self._scheme.verify(password, stored))

    def needs_rehash(self, stored: str) -> bool:
        """Whether a stored hash is due for a new one."""
        return self._scheme.needs_rehash(stored)

    def close(self) -> None:
        """Drop what waits; what runs ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        if not self._places.acquire(blocking=False):
            raise OverloadedError(retry_after=2)
        future = self._pool.submit(work)
        # When the thread is done, not when the caller is: a caller may leave early.
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)
