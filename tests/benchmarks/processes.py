"""Starts servers and load clients as processes of their own, and ends every one of them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.benchmarks.load import Outcome, Plan

ROOT = Path(__file__).parents[2]
START_DEADLINE_S = 60.0
STOP_DEADLINE_S = 10.0
PROGRAM_DEADLINE_S = 300.0
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "XDG_RUNTIME_DIR")


class BenchmarkError(Exception):
    """A measurement is not possible, or would mean nothing."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program, whose output goes to the file `output`."""

    output: Path
    process: subprocess.Popen[bytes]

    @property
    def name(self) -> str:
        """What it was started as."""
        return self.output.parent.name

    def cpu_s(self) -> float:
        """Processor seconds that this process has used, without its children."""
        return _cpu_s(psutil.Process(self.process.pid))

    def whole_cpu_s(self) -> float:
        """The same with all of its children that still run."""
        process = psutil.Process(self.process.pid)
        return sum(_cpu_s(each) for each in (process, *process.children(recursive=True)))

    def resident_mib(self) -> float:
        """Resident memory in MiB."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def check(self) -> None:
        """Raises BenchmarkError when it has ended."""
        if self.process.poll() is not None:
            raise BenchmarkError(f"{self.name} has ended, see {self.output}")


@dataclass(frozen=True, slots=True)
class Server(Program):
    """One that listens on a port of this machine."""

    port: int


class Processes:
    """The processes of one run; leaving the block ends what still runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._running[:]):
            self._end(process)

    def start(
        self, name: str, arguments: Sequence[str], variables: Mapping[str, str], ready: str
    ) -> Server:
        """A program that takes `--port`, when the path `ready` has answered 200.

        Raises BenchmarkError.
        """
        port = _free_port()
        program = self.spawn(name, [*arguments, "--port", str(port)], variables)
        server = Server(program.output, program.process, port)
        self._wait_until_ready(server, ready)
        return server

    def stop(self, *programs: Program) -> None:
        """End programs in an orderly way."""
        for program in programs:
            self._end(program.process)

    def output_of(self, arguments: Sequence[str], variables: Mapping[str, str]) -> bytes:
        """What a Python program writes. Raises BenchmarkError when it fails."""
        process = self._popen(arguments, variables, self.folder, subprocess.PIPE)
        return self._finish(process, b"")

    def load(self, *plans: Plan) -> list[Outcome]:
        """Carry out plans at the same time, each in a process. Raises BenchmarkError."""
        clients = [
            self._popen(["-m", "tests.benchmarks.load"], {}, self.folder, subprocess.PIPE)
            for _ in plans
        ]
        for client, plan in zip(clients, plans, strict=True):
            assert client.stdin is not None
            client.stdin.write(json.dumps(asdict(plan)).encode())
            client.stdin.close()
        return [Outcome(**json.loads(self._finish(client, None))) for client in clients]

    def spawn(self, name: str, arguments: Sequence[str], variables: Mapping[str, str]) -> Program:
        """A Python program in a folder of its own, under way; it sees only the given variables."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "output"
        with path.open("wb") as output:
            return Program(path, self._popen(arguments, variables, folder, output.fileno()))

    def _popen(
        self, arguments: Sequence[str], variables: Mapping[str, str], folder: Path, output: int
    ) -> subprocess.Popen[bytes]:
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**kept, "PYTHONPATH": str(ROOT), **variables},
            stdin=subprocess.PIPE if output == subprocess.PIPE else subprocess.DEVNULL,
            stdout=output,
            stderr=None if output == subprocess.PIPE else subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
        )
        self._running.append(process)
        return process

    def _finish(self, process: subprocess.Popen[bytes], given: bytes | None) -> bytes:
        if given is None:  # its input is written and closed
            process.stdin = None
        output, _ = process.communicate(given, PROGRAM_DEADLINE_S)
        self._running.remove(process)
        if process.returncode != 0:
            raise BenchmarkError(f"{process.args!r} ended with {process.returncode}")
        return output

    def _wait_until_ready(self, server: Server, path: str) -> None:
        deadline = time.monotonic() + START_DEADLINE_S
        while status_of(server.port, path) != 200:
            server.check()
            if time.monotonic() > deadline:
                raise BenchmarkError(f"{server.name} does not start, see {server.output}")
            time.sleep(0.005)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with ExitStack() as after:
            after.callback(self._running.remove, process)
            after.callback(_kill_group, process)
            process.terminate()
            try:
                process.wait(STOP_DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def status_of(port: int, path: str) -> int | None:
    """The status of a GET, None when nobody answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def json_of(port: int, request: str) -> Any:  # Any: JSON values
    """The JSON of a prebuilt request's answer. Raises BenchmarkError when it is no success."""
    with socket.create_connection(("127.0.0.1", port), timeout=PROGRAM_DEADLINE_S) as connection:
        connection.sendall(request.encode())
        answer = HTTPResponse(connection)
        answer.begin()
        if answer.status != 200:
            raise BenchmarkError(f"{request.splitlines()[0]}: {answer.status}")
        return json.loads(answer.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End what a process has left behind in its session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
