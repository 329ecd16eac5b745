"""The outermost layer: request id, security headers, one log line, an answer to any error."""

import re
import time
from uuid import uuid4

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from middleware.error_handler import internal_error
from utils.logger import get_logger, log_context
from utils.metrics import observe_request

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
_API_POLICY = "default-src 'none'; frame-ancestors 'none'"

log = get_logger("http")


class EdgeMiddleware:
    """Wraps every HTTP request; other scopes pass."""

    def __init__(self, app: ASGIApp, *, https_only: bool) -> None:
        self._app = app
        self._https_only = https_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._add_headers(scope, message, request_id)
            await send(message)

        with log_context(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:  # noqa: BLE001  # the last place that can answer
                log.opt(exception=error).error("unhandled error")
                if status == 0:
                    await internal_error()(scope, receive, send_with_headers)
            finally:
                _note(scope, status, time.perf_counter() - started)

    def _add_headers(self, scope: Scope, message: Message, request_id: str) -> None:
        headers = MutableHeaders(scope=message)
        headers["X-Request-ID"] = request_id
        for name, value in _SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Content-Security-Policy", _API_POLICY)
        if scope["path"].startswith("/api/"):
            headers.setdefault("Cache-Control", "no-store")
        if self._https_only:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"


def _request_id(scope: Scope) -> str:
    """The client's id when it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _SANE_ID.fullmatch(given):
                return str(given)
    return uuid4().hex


def _note(scope: Scope, status: int, seconds: float) -> None:
    """One line and one measurement; the route's template, never the path with its secrets."""
    route = getattr(scope.get("route"), "path", "unknown")
    observe_request(scope["method"], route, status, seconds)
    log.info("{} {} {} {:.1f} ms", scope["method"], route, status, seconds * 1000)
