"""Bounds what one request may send, and how long it may take to send it."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from middleware.error_handler import status_response

_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
_MOST_DIGITS = 20  # Python refuses to read thousands of them
_CLOSE = {"Connection": "close"}  # the rest of the body is not read


class BodyLimitMiddleware:
    """Refuses bodies over `max_bytes` with 413, and bodies slower than `timeout_s` with 408.

    Bytes are counted as they come, so a body without a declared length is bounded as well.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout_s: float) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > self._max_bytes:
            await status_response(413, _CLOSE)(scope, receive, send)
            return
        await self._app(scope, self._bounded(receive), send)

    def _bounded(self, receive: Receive) -> Receive:
        """`receive` that raises HTTPException 413 or 408; after the body it may wait for ever."""
        deadline: float | None = None
        received = 0
        complete = False

        async def bounded_receive() -> Message:
            nonlocal deadline, received, complete
            if complete:
                return await receive()
            deadline = deadline or asyncio.get_running_loop().time() + self._timeout_s
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, headers=_CLOSE) from error
            received += len(message.get("body", b""))
            if received > self._max_bytes:
                raise HTTPException(413, headers=_CLOSE)
            complete = not message.get("more_body", False)
            return message

        return bounded_receive


def _has_body(scope: Scope) -> bool:
    """Whether a request has a body: one of two headers says so (RFC 9112, section 6.3)."""
    return any(name in _BODY_HEADERS for name, _ in scope["headers"])


def _declared_length(scope: Scope) -> int:
    """The Content-Length; 0 when there is none, for then the bytes are counted."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value[:_MOST_DIGITS]) if value.isdigit() else 0
    return 0
