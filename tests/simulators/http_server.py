"""A stand-in for an outside HTTP service on a real socket: what it answers is told per request."""

import asyncio
import contextlib
import gzip
import socket
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.simulators.modes import CONTROL, Modes, change_modes

_FLOODS: Mapping[str, Mapping[str, str]] = {
    "flood": {},
    "flood_as_told": {"Content-Length": str(3 << 30)},
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """How one request was treated; `status` is None when its connection ended before an answer."""

    method: str
    path: str
    mode: str
    status: int | None
    seconds: float


class HttpSimulator:
    """Serves `handler` on a port of the loopback, a free one by default, while it is entered.

    `modes` are taken one a request and handed to the handler as `request["mode"]`; without any it
    is "ok". `POST /_modes` changes them from outside. `seen` is the log of all requests, and
    `watch` is told how each was answered, after `latency_s`.
    """

    def __init__(self, handler: Handler) -> None:
        self.modes = Modes()
        self.seen: list[Seen] = []
        self.watch: Callable[[Answered], None] = lambda _: None
        self.latency_s = 0.0
        self.port = 0
        self._handler = handler
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", CONTROL, self._control)
        app.router.add_route("*", "/{path:.*}", self._watched)
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _control(self, request: web.Request) -> web.Response:
        return await change_modes(self.modes, request)

    async def _watched(self, request: web.Request) -> web.StreamResponse:
        started, status = time.perf_counter(), None
        try:
            response = await self._answer(request)
            status = None if request["mode"] == "reset" else response.status
        finally:
            seconds = time.perf_counter() - started
            self.watch(Answered(request.method, request.path, request["mode"], status, seconds))
        return response

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        with warnings.catch_warnings():  # aiohttp would rather have keys with types
            warnings.simplefilter("ignore", web.NotAppKeyWarning)
            request["mode"] = self.modes.take()
        self.seen.append(
            Seen(
                request.method,
                request.path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
            )
        )
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        return await broken(request) or await self._handler(request)


async def broken(request: web.Request) -> web.StreamResponse | None:
    """The failures that any HTTP service may have; None for modes of the service itself."""
    mode = request["mode"]
    if mode == "hang":
        await asyncio.sleep(3600)
    if mode == "reset":
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if mode == "html":
        return web.Response(text="<html>It works</html>", content_type="text/html")
    if mode == "empty":
        return web.Response(body=b"")
    if mode == "drip":
        return await _dripped(request)
    if mode in _FLOODS:
        return await _flooded(request, _FLOODS[mode])
    if mode == "gzip_bomb":
        return web.Response(body=gzip_bomb(), headers={"Content-Encoding": "gzip"})
    return web.Response(status=int(mode)) if mode.isdigit() else None


@cache
def gzip_bomb() -> bytes:
    """64 KiB that become 64 MiB."""
    return gzip.compress(b"\0" * (64 << 20))


async def _dripped(request: web.Request) -> web.StreamResponse:
    """One byte every 50 ms for an hour: a read time-out never fires."""
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(72_000):
        await response.write(b" ")
        await asyncio.sleep(0.05)
    return response


async def _flooded(request: web.Request, headers: Mapping[str, str]) -> web.StreamResponse:
    """Three gigabytes, as fast as they are taken."""
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    block = b"0" * (1 << 20)
    for _ in range(3 * 1024):
        await response.write(block)
    return response


@contextmanager
def deaf_host() -> Iterator[str]:
    """The address of somebody who never picks up: the queue of his callers is full."""
    with contextlib.ExitStack() as callers:
        host = callers.enter_context(socket.socket())
        host.bind(("127.0.0.1", 0))
        host.listen(0)
        for _ in range(4):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                caller.connect(host.getsockname())
        yield f"http://127.0.0.1:{host.getsockname()[1]}"
