"""Outside lists that one process fetches and all processes use."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from core.exceptions import UnavailableError
from utils.logger import get_logger

LOOK_EVERY_S = 3600.0

T = TypeVar("T")
Json = dict[str, Any]  # Any: JSON values

log = get_logger("snapshots")


class SnapshotStore(Protocol):
    """Keeps the newest copy of each list. Both raise UnavailableError."""

    async def get(self, name: str) -> tuple[Json, datetime] | None:
        """The copy and when it was stored, or None."""
        ...

    async def put(self, name: str, content: Json) -> None:
        """Store a copy in place of an older one."""
        ...


class StoredCopy(Generic[T]):
    """What this process knows of a list: `shipped`, until a stored copy was read.

    One instance may serve several event loops. `read` turns a stored copy into what is used, and
    raises ValueError, KeyError or TypeError for one that it cannot use; `clock` gives monotonic
    seconds.
    """

    def __init__(
        self,
        store: SnapshotStore,
        name: str,
        read: Callable[[Json], T],
        shipped: T,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._name = name
        self._read = read
        self._kept = shipped
        self._clock = clock
        self._due_at = clock()
        self._stored_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    def current(self) -> T:
        """What is known now; once an hour a look for something newer begins, for which nobody
        waits.
        """
        if self._clock() >= self._due_at:
            self._due_at = self._clock() + LOOK_EVERY_S
            self._task = asyncio.create_task(self._look())
        return self._kept

    async def aclose(self) -> None:
        """Stop looking, if that goes on in the running loop."""
        task = self._task
        if task is not None and task.get_loop() is asyncio.get_running_loop():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _look(self) -> None:
        try:
            stored = await self._store.get(self._name)
            if stored is not None and stored[1] != self._stored_at:
                self._kept = self._read(stored[0])
                self._stored_at = stored[1]
        except (UnavailableError, ValueError, KeyError, TypeError) as error:
            log.warning("the stored copy of {} is not read: {}", self._name, type(error).__name__)
