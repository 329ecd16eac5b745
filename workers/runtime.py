"""One event loop and one container a worker process."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

import psutil

from config.settings import get_settings
from core.engine_pool import ThreadEngine
from services.container import Container
from workers.queue import CeleryQueue

T = TypeVar("T")


class Runtime:
    """Runs coroutines of the container's services on one loop for the life of the process."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._container = Container(get_settings(), CeleryQueue())
        # A worker's process makes one thing at a time and may not have processes of its own.
        self._container.engine = ThreadEngine()

    def run(self, use: Callable[[Container], Awaitable[T]]) -> T:
        """Call a service and wait for it; SIGTERM hands work on a generation back meanwhile."""
        loop = self._runner.get_loop()

        async def call() -> T:
            loop.add_signal_handler(signal.SIGTERM, self._hand_back)
            try:
                return await use(self._container)
            finally:
                loop.remove_signal_handler(signal.SIGTERM)

        return self._runner.run(call())

    def _hand_back(self) -> None:
        self._handing_back = asyncio.ensure_future(self._container.generation_runner.close(0))

    def close(self) -> None:
        """Close the container and the loop, and let go of an embedded database."""
        self._runner.run(self._container.aclose())
        self._runner.close()
        self._container.leave_database()


@cache
def runtime() -> Runtime:
    """The runtime of this process, made on first use: never in the parent of the pool."""
    return Runtime()


def close_runtime() -> None:
    """Close the runtime of this process, if it has done anything."""
    if runtime.cache_info().currsize:
        runtime().close()


def hand_back_soon(seconds: float) -> None:
    """Tell the pool's processes, after some seconds, to hand back what they work on."""
    timer = threading.Timer(seconds, _end_children, [os.getpid()])
    timer.daemon = True
    timer.start()


def _end_children(parent: int) -> None:
    for child in psutil.Process(parent).children():
        child.terminate()
