"""Single flight: callers who want the same thing at once share one piece of work."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Shared tasks by key, within one event loop."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[T]] = {}
        self._waiting: dict[str, int] = {}

    async def join(
        self, key: str, start: Callable[[], Coroutine[Any, Any, T]]
    ) -> T:  # Any: what a coroutine yields
        """The result for `key`; the work is cancelled only when its last caller has left."""
        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(start())
            self._waiting[key] = 0
        task = self._tasks[key]
        self._waiting[key] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._leave(key, task)

    def _leave(self, key: str, task: asyncio.Task[T]) -> None:
        self._waiting[key] -= 1
        if self._waiting[key] == 0:
            del self._tasks[key], self._waiting[key]
            task.cancel()
