"""Bounds the queue of generations: better a quick no than a wait without an end."""

import time
from collections.abc import Callable

from core.exceptions import OverloadedError
from database.unit_of_work import Database

LOOK_S = 1.0
RETRY_AFTER_S = 5


class QueueRoom:
    """How many generations may still be left to workers, at most `most` for all processes.

    The queue is looked at once a second, however many ask; between two looks each process goes by
    what it lets in itself.
    """

    def __init__(
        self, db_client: Database, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db_client
        self._most = most
        self._clock = clock
        self._left = most
        self._looked_at: float | None = None

    async def take(self) -> None:
        """Take a place in the queue. Raises OverloadedError when there is none."""
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= LOOK_S:
            self._looked_at = now  # who comes before the answer goes by the last one
            self._left = self._most - await self._db.alone.queue.waiting(self._most)
        if self._left <= 0:
            raise OverloadedError(retry_after=RETRY_AFTER_S)
        self._left -= 1
