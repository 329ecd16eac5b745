"""Serves the application, and begins to stop the moment that it is told to."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from api.http_protocol import DeadlineProtocol

# Of the 30 s that a stop may take: open requests have these, work in the background what is left.
GRACEFUL_SHUTDOWN_S = 20
MOST_CONNECTIONS = 1_000


def serve(host: str, port: int, *, reload: bool, workers: int) -> None:
    """Serve `main:app` until stopped."""
    # Uvicorn shuts down and then raises the signal once more; an orderly exit must follow, or
    # the embedded database and the engine's processes would be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        "main:app",
        host=host,
        port=port,
        reload=reload,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # TRUSTED_PROXIES decides, in middleware/client_address.py
        http=DeadlineProtocol,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_S,
        limit_concurrency=MOST_CONNECTIONS,
    )


@contextmanager
def told_to_stop(begin: Callable[[], None]) -> Iterator[None]:
    """Call `begin` on SIGTERM or SIGINT, and then whoever was to handle it.

    The server tells the application of a stop only after the last request has ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # signals belong to the main thread
        return
    earlier = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def handle(number: int, frame: FrameType | None) -> None:
        begin()
        handler = earlier[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in earlier:
        signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
