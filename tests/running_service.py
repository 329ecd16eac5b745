"""The service as a user runs it: `python main.py` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]
_PATIENCE_S = 120.0


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@dataclass(frozen=True)
class RunningService:
    """A process that answers; `folder` is its working folder and holds its data and logs."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send the signal, wait for the end, and return the exit status."""
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@contextmanager
def running_service(
    folder: Path, database_url: str | None, **variables: str
) -> Iterator[RunningService]:
    """Start the service on a free port, without a URL with a database of its own in `folder`."""
    port = free_port()
    with _running(
        [str(ROOT / "main.py"), "--port", str(port), "--log-level", "warning"],
        folder,
        database_url,
        variables,
    ) as process:
        service = RunningService(process, port, folder)
        wait_until_alive(process, service.address)
        yield service


@contextmanager
def running_worker(
    folder: Path, database_url: str | None, **variables: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a worker with one process; with the data of a service when `folder` is the same."""
    arguments = ["-m", "celery", "-A", "workers.celery_app", "worker", "--concurrency", "1"]
    variables |= {"PYTHONPATH": str(ROOT)}
    with _running(
        [*arguments, "--loglevel", "warning"], folder, database_url, variables
    ) as process:
        yield process


@contextmanager
def _running(
    arguments: list[str], folder: Path, database_url: str | None, variables: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    environment = os.environ | {"DATA_DIR": str(folder / "data")} | variables
    environment.pop("DATABASE_URL")
    if database_url is not None:
        environment["DATABASE_URL"] = database_url
    process = subprocess.Popen([sys.executable, *arguments], cwd=folder, env=environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=60)


def wait_until_alive(process: subprocess.Popen[bytes], address: str) -> None:
    """Return when the service answers; the process runs it."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        assert process.poll() is None, "the service ended"
        try:
            httpx.get(f"{address}/health/live").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the service does not answer")
