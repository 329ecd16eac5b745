"""Objects that belong to one event loop: sockets, locks and the tasks that wait on them."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")


class PerLoop(Generic[T]):
    """Builds one object for each running loop, on first use in it."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._built: WeakKeyDictionary[asyncio.AbstractEventLoop, T] = WeakKeyDictionary()

    def get(self) -> T:
        """The object of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._built:
            self._built[loop] = self._build()
        return self._built[loop]

    def take(self) -> T | None:
        """Forget the running loop's object, to close it; None if there is none."""
        return self._built.pop(asyncio.get_running_loop(), None)
