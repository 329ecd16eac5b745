"""The outermost layer: request id, security headers, one log line and one measurement a request."""

import hashlib
import itertools
import re
import secrets
import time
from collections.abc import Sequence
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from middleware.client_address import Clients
from middleware.headers import raw_headers, with_defaults
from utils.caller import caller_address
from utils.logger import log_context, request_log
from utils.metrics import observe_request

CLIENT_CLOSED_REQUEST = 499  # nobody heard an answer; nginx's number for the log

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_DEFAULT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
_HTTPS_HEADERS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

# A request id is unique, not secret: random bytes would be asked of the kernel for each.
_ID_PREFIX = secrets.token_hex(8)
_id_numbers = itertools.count()


class EdgeMiddleware:
    """Wraps every HTTP request; other scopes pass."""

    def __init__(self, app: ASGIApp, *, https_only: bool, trusted_proxies: Sequence[str]) -> None:
        self._app = app
        self._clients = Clients(trusted_proxies)
        self._salt = secrets.token_bytes(16)
        self._pseudonym = lru_cache(maxsize=4096)(self._pseudonym_of)
        self._headers = raw_headers(_DEFAULT_HEADERS | (_HTTPS_HEADERS if https_only else {}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        client = self._clients.of(scope)
        scope.setdefault("state", {})["client_group"] = client.group
        caller_address.set(client.address)
        started = time.perf_counter()
        status = CLIENT_CLOSED_REQUEST

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                scope["state"]["answer_has_begun"] = True
                own = (b"x-request-id", request_id.encode())
                limits = scope["state"].get("limit_headers", ())
                message["headers"] = with_defaults(message, [own, *self._headers, *limits])
            await send(message)

        with log_context(request_id=request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            finally:
                self._note(scope, request_id, status, time.perf_counter() - started)

    def _note(self, scope: Scope, request_id: str, status: int, seconds: float) -> None:
        """One line and one measurement; the route's template, never the path with its secrets."""
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "unknown")
        observe_request(method, route, status, seconds)
        state = scope["state"]
        # Who asked: the address only as a hash that nobody can reverse, the account by its id.
        values = {
            "component": "http",
            "request_id": request_id,
            "client": self._pseudonym(state["client_group"]),
        }
        if "error_code" in state:
            values["code"] = state["error_code"]
        if (principal := state.get("principal")) is not None:
            values["user"] = str(principal.user_id)
        request_log.write(f"{method} {route} {status} {seconds * 1000:.1f} ms", values)

    def _pseudonym_of(self, group: str) -> str:
        return hashlib.blake2b(group.encode(), key=self._salt, digest_size=6).hexdigest()


def _request_id(scope: Scope) -> str:
    """The client's id when it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _SANE_ID.fullmatch(given):
                return str(given)
    return f"{_ID_PREFIX}{next(_id_numbers):016x}"
