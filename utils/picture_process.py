"""Makes logos of pictures of unknown origin in processes of their own, killed at their limits.

Decoders are large and written in C: what one of them needs, or breaks, is let go with its process.
A process serves one picture after another, for it takes 60 ms to start, until it fails at one.
"""

import atexit
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import cast

from utils.logo_pictures import (
    WIDTHS,
    LogoPictures,
    Shape,
    UnusablePictureError,
    logo_pictures,
)

# Limits of rendering: reliability-and-security, 2.8.
PICTURE_S = 10
MEMORY_BYTES = 512 * 1024 * 1024
_MOST_BYTES = 16 * 1024 * 1024  # of one part of an answer
_ROOT = str(Path(__file__).parent.parent)
# -I: nothing of the surroundings is imported.
_PROGRAM = f"""
import sys
sys.path.insert(0, {_ROOT!r})
from utils.picture_process import serve
serve()
"""
_MOST_IDLE = os.cpu_count() or 1


class _Worker:
    """One process, and the socket that is its standard input."""

    def __init__(self) -> None:
        self._ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and program
                [sys.executable, "-I", "-c", _PROGRAM],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def logo_pictures(self, content: bytes) -> LogoPictures:
        try:
            self._ours.send_bytes(content)
            if not self._ours.poll(PICTURE_S):
                raise UnusablePictureError("the picture takes too long")
            if reason := self._ours.recv_bytes(_MOST_BYTES):
                raise UnusablePictureError(reason.decode())
            parts = [self._ours.recv_bytes(_MOST_BYTES) for _ in range(2 + len(WIDTHS))]
        except (EOFError, OSError) as error:
            raise UnusablePictureError("the picture breaks the limits") from error
        shape, svg, *pngs = parts
        return LogoPictures(cast(Shape, shape.decode()), tuple(pngs), svg.decode() or None)

    def end(self) -> None:
        self._ours.close()
        self._process.kill()
        self._process.wait()


_idle: list[_Worker] = []


def contained_logo_pictures(content: bytes) -> LogoPictures:
    """What `logo_pictures` makes, within 10 seconds and 512 MiB. Raises UnusablePictureError."""
    try:
        worker = _idle_worker() or _Worker()
    except OSError as error:
        raise UnusablePictureError("no process can be started") from error
    try:
        made = worker.logo_pictures(content)
    except BaseException:
        worker.end()
        raise
    if len(_idle) < _MOST_IDLE:
        _idle.append(worker)
    else:
        worker.end()
    return made


def _idle_worker() -> _Worker | None:
    with suppress(IndexError):  # another thread may be quicker
        while worker := _idle.pop():
            if worker.is_alive:
                return worker
            worker.end()
    return None


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


def serve() -> None:
    """Answer the pictures that come by standard input, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    with suppress(EOFError), Connection(0) as connection:
        while True:
            content = connection.recv_bytes()
            _limit_time()
            _answer(connection, content)


def _answer(connection: Connection, content: bytes) -> None:
    """Send the reason of a failure, which is empty in case of success, then the parts."""
    try:
        made = logo_pictures(content)
    except UnusablePictureError as error:
        connection.send_bytes(str(error).encode())
        return
    parts = (made.shape.encode(), (made.svg or "").encode(), *made.pngs)
    for part in (b"", *parts):
        connection.send_bytes(part)


def _limit_memory() -> None:
    with suppress(ImportError, ValueError):  # not every system has this limit
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _limit_time() -> None:
    """For the case that nobody is left to kill this process."""
    with suppress(ImportError, ValueError):
        import resource  # noqa: PLC0415

        until = int(time.process_time()) + 1 + PICTURE_S
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
