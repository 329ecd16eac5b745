"""Whether this process can serve."""

import time
from collections.abc import Callable

from core.exceptions import UnavailableError
from database.unit_of_work import Database

CACHE_S = 2.0


class HealthService:
    """Knows whether the database answers; asked at most every two seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: tuple[float, bool] | None = None
        self.stopping = False

    async def is_ready(self) -> bool:
        """Whether requests can be served now; False from the beginning of the shutdown on."""
        if self.stopping:
            return False
        now = self._clock()
        if self._known is None or now - self._known[0] >= CACHE_S:
            self._known = (now, await self._database_answers())
        return self._known[1]

    async def _database_answers(self) -> bool:
        try:
            await self._database.ping()
        except UnavailableError:
            return False
        return True
