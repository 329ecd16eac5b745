"""The server's side of HTTP/1.1 with limits, and with our shape of errors, that uvicorn lacks."""

import asyncio
from typing import Any
from uuid import uuid4

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from middleware.error_handler import status_response

MOST_HEAD_BYTES = 64 * 1024


class DeadlineProtocol(HttpToolsProtocol):
    """Closes connections that send no complete request head in time, or an endless one.

    A body has its own limits in `middleware/limits.py`, an idle connection uvicorn's keep-alive.
    Upgrades are not offered: such a request is answered as if it had not asked for one.
    """

    header_timeout_s = 10.0
    _deadline: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def __init__(self, *given: Any, **named: Any) -> None:  # Any: as uvicorn declares them
        super().__init__(*given, **named)
        self._most_at_once = self.limit_concurrency
        self.limit_concurrency = None  # uvicorn's refusal is plain text; ours is in `_is_full`

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Expect the first request."""
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Parse what has come, unless it is a head that does not end."""
        awaited = self._deadline
        super().data_received(data)
        if self._deadline is None or self._deadline is not awaited:  # complete, or just begun
            return
        self._head_bytes += len(data)
        if self._head_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self.logger.warning("Endless request head received.")
            self._refuse(431)

    def on_message_begin(self) -> None:
        """Expect the rest of a head, whose first byte has come."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """The head has come: hand the request on, or refuse it when there are too many."""
        self._forget_deadline()
        self.app = _refuse_overload if self._is_full() else self.config.loaded_app
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is expected."""
        self._forget_deadline()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP; the message was logged."""
        del msg
        self._refuse(400)

    def _refuse(self, status: int) -> None:
        """The last answer of a connection; none in the middle of another answer."""
        begun = self.cycle is not None and self.cycle.response_started
        if not begun or self.cycle.response_complete:
            refusal = _refusal(status)
            headers = (name + b": " + value + b"\r\n" for name, value in refusal.raw_headers)
            self.transport.write(
                b"".join((STATUS_LINE[status], *headers, b"\r\n", bytes(refusal.body)))
            )
        self.transport.close()

    def _should_upgrade(self) -> bool:
        return False

    def _unsupported_upgrade_warning(self) -> None:
        """Strangers may ask for upgrades as often as they like: nothing is logged."""

    def _is_full(self) -> bool:
        most = self._most_at_once
        return most is not None and max(len(self.connections), len(self.tasks)) >= most

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._head_bytes = 0
            self._deadline = self.loop.call_later(self.header_timeout_s, self.transport.close)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _refusal(status: int, **headers: str) -> Response:
    own = {"Connection": "close", "X-Request-ID": uuid4().hex, "X-Content-Type-Options": "nosniff"}
    return status_response(status, own | headers)


async def _refuse_overload(scope: Scope, receive: Receive, send: Send) -> None:
    await _refusal(503, **{"Retry-After": "2"})(scope, receive, send)
