"""One event loop and one container a worker process."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

from config.settings import get_settings
from core.engine_pool import ThreadEngine
from services.container import Container

T = TypeVar("T")


class Runtime:
    """Runs coroutines of the container's services on one loop for the life of the process."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._container = Container(get_settings())
        # A worker's process makes one thing at a time and may not have processes of its own.
        self._container.engine = ThreadEngine()

    def run(self, use: Callable[[Container], Awaitable[T]]) -> T:
        """Call a service and wait for it."""

        async def call() -> T:
            return await use(self._container)

        return self._runner.run(call())

    def close(self) -> None:
        """Close the container and the loop."""
        self._runner.run(self._container.aclose())
        self._runner.close()


@cache
def runtime() -> Runtime:
    """The runtime of this process, made on first use: never in the parent of the pool."""
    return Runtime()
