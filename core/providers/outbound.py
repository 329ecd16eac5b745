"""One bounded HTTP call to a provider: allowed addresses, a deadline, a size, errors of ours.

The limits are those of outbound calls in general; what a status means is the table of errors that
all providers share, from which an adapter may depart where its provider says more in the body.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Literal

import aiohttp
import httpx
import orjson
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.addresses import CheckedResolver, ForbiddenAddressError, Hosts
from core.providers.base import FailureKind
from core.providers.hints import wait_from
from core.providers.per_loop import PerLoop
from core.providers.replies import TRANSPORT_ERRORS, UnusableReplyError, bounded_body
from core.providers.room import Loan

MAX_CONNECTIONS = 128
_CONNECT_S = 3.0
_LONGEST_HINT_S = 600.0
_MOST_OF_A_FAILURE = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REJECTIONS: tuple[FailureKind, ...] = ("moderated", "invalid_request")
_KINDS: Mapping[int, FailureKind] = {
    401: "auth",
    402: "quota",
    403: "auth",
    404: "model_gone",
    408: "transient",
    409: "transient",
    429: "rate_limited",
}
_HEADERS = {
    "Accept-Encoding": "identity",  # a packed body may be a bomb, and pictures do not pack
    "User-Agent": "brand-package-generator",
}

Files = list[tuple[str, tuple[None, bytes, str | None]]]
"""Form fields of a multipart body: name, and content with its type."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `json`, `files` or `content` make its body.

    With a `loan` the body of a success is not read before there is room for it, and with
    `max_bytes` of 0 no body is read at all: the status says everything.
    `sealed` are parameters of the query that appear in no address, log line or error.
    """

    method: Literal["GET", "POST"]
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sealed: Mapping[str, SecretStr] = field(default_factory=dict)
    json: object = field(default=None, repr=False)
    files: Files | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    deadline_s: float = 60.0
    max_bytes: int = 1 << 20
    redirects: int = 0
    loan: Loan | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A response whose body was read to its end; `media_type` is what its header claims."""

    provider: str
    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Without parameters, in lower case."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def ok(self) -> bool:
        """Whether the status says so; the body may still tell of a failure."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:  # Any: what the provider sends, still to be checked
        """The body as a JSON object. Raises ProviderUnavailableError, a bad payload."""
        found = self.json_or_empty()
        if not found:
            raise failure(self.provider, "bad_payload", status=self.status)
        return found

    def json_or_empty(self) -> dict[str, Any]:  # Any: as in `json`
        """The body as a JSON object, or nothing when it is none."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


Judge = Callable[[Reply], FailureKind | None]
"""What a failed reply means where its body says more than its status."""


def bearer(key: SecretStr) -> dict[str, str]:
    """The header of a key that is sent as a bearer token."""
    return {"Authorization": f"Bearer {key.get_secret_value()}"}


def kind_of_status(status: int) -> FailureKind:
    """What a status that is no success means when nothing else is known."""
    if status < 400:
        return "bad_payload"
    return _KINDS.get(status, "transient" if status >= 500 else "invalid_request")


def failure(
    provider: str,
    kind: FailureKind,
    *,
    status: int | None = None,
    retry_after: float | None = None,
    reason: str | None = None,
) -> AppError:
    """The error to raise; its text and context hold nothing that the provider has written."""
    context: dict[str, Any] = {  # Any: as in AppError
        "provider": provider,
        "kind": kind,
        "status": status,
        "retry_after": retry_after,
        "reason": reason,
    }
    error = ProviderRejectedError if kind in _REJECTIONS else ProviderUnavailableError
    return error(**{key: value for key, value in context.items() if value is not None})


class Outbound:
    """The HTTP client of one provider, with a connection pool for each event loop.

    `hint_s` is how long to wait when the provider limits the rate without saying so.
    """

    def __init__(
        self,
        provider: str,
        hosts: Hosts,
        *,
        hint_s: float | None = None,
        make_lookup: Callable[[], AbstractResolver | None] = lambda: None,
    ) -> None:
        self.provider = provider
        self._hosts = hosts
        self._hint_s = hint_s
        self._make_lookup = make_lookup
        self._clients = PerLoop(self._open_client)

    async def ask(self, call: Call, judge: Judge = lambda _: None) -> Reply:
        """The reply to a call that succeeded.

        Raises ProviderUnavailableError and ProviderRejectedError.
        """
        reply = await self.send(call)
        if not reply.ok:
            raise self.failed(reply, judge(reply) or kind_of_status(reply.status))
        return reply

    def failed(self, reply: Reply, kind: FailureKind) -> AppError:
        """The error for a reply that tells of a failure."""
        hint = wait_from(reply.headers.get("retry-after"), _LONGEST_HINT_S)
        if kind == "rate_limited" and hint is None:
            hint = self._hint_s
        return failure(self.provider, kind, status=reply.status, retry_after=hint)

    async def send(self, call: Call) -> Reply:
        """The reply with any status. Raises ProviderUnavailableError.

        Texts of foreign errors hold addresses, and addresses may hold signatures: they end here.
        """
        kind: FailureKind
        try:
            async with asyncio.timeout(call.deadline_s):
                return await self._follow(call)
        except TimeoutError:
            kind, reason = "timeout", "deadline"
        except (ForbiddenAddressError, httpx.InvalidURL, UnusableReplyError) as error:
            kind, reason = "bad_payload", type(error).__name__
        except TRANSPORT_ERRORS as error:
            kind, reason = "transient", type(error).__name__
        except ValueError as error:  # a key or text that cannot be encoded; the error holds it
            kind, reason = "invalid_request", type(error).__name__
        raise failure(self.provider, kind, reason=reason)

    async def _follow(self, call: Call) -> Reply:
        """The reply after at most `call.redirects` redirects of a GET, each checked anew."""
        target, headers, sealed = httpx.URL(call.url), {**_HEADERS, **call.headers}, call.sealed
        for left in range(call.redirects, -1, -1):
            reply = await self._exchange(call, target, headers, sealed)
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or location is None or not left:
                return reply
            origin, target = target, target.join(location)
            if (origin.scheme, origin.netloc) != (target.scheme, target.netloc):
                headers, sealed = dict(_HEADERS), {}  # credentials stay with their own host
        raise AssertionError("the last round returns")

    async def _exchange(
        self,
        call: Call,
        url: httpx.URL,
        headers: Mapping[str, str],
        sealed: Mapping[str, SecretStr],
    ) -> Reply:
        if not self._hosts.allows(url):
            raise ForbiddenAddressError("the address is not on the list of this provider")
        client = self._clients.get()
        request = client.build_request(
            call.method,
            url,
            headers=headers,
            json=call.json,
            files=call.files,
            content=call.content,
            extensions={"sealed": sealed},
        )
        response = await client.send(request, stream=True)
        try:
            body = await _body(call, response)
        finally:
            await response.aclose()
        return Reply(self.provider, response.status_code, response.headers, body)

    def _open_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=_SealedTransport(verify=tls_context(), client=self._open_session),
            timeout=httpx.Timeout(None, connect=_CONNECT_S),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=False,
        )

    def _open_session(self) -> aiohttp.ClientSession:
        return checked_session(
            CheckedResolver(loopback=self._hosts.loopback, lookup=self._make_lookup())
        )

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        client = self._clients.take()
        if client is not None:
            await client.aclose()


def checked_session(resolver: CheckedResolver) -> aiohttp.ClientSession:
    """Connections to where the resolver leads alone, without a memory for addresses or cookies."""
    connector = aiohttp.TCPConnector(
        resolver=resolver, use_dns_cache=False, ssl=tls_context(), limit=MAX_CONNECTIONS
    )
    return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())


class _SealedTransport(AiohttpTransport):
    """Adds what is sealed below the client, which logs addresses and quotes them in its errors."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sealed: Mapping[str, SecretStr] = request.extensions["sealed"]
        if sealed:
            shown = {name: value.get_secret_value() for name, value in sealed.items()}
            request = httpx.Request(
                request.method,
                request.url.copy_merge_params(shown),
                headers=request.headers,
                content=await request.aread(),
                extensions=request.extensions,
            )
        return await super().handle_async_request(request)


async def _body(call: Call, response: httpx.Response) -> bytes:
    if not call.max_bytes:
        return b""
    limit = call.max_bytes if response.is_success else min(call.max_bytes, _MOST_OF_A_FAILURE)
    told = _told_length(response)
    if told is not None:
        if told > limit:
            raise UnusableReplyError("body too large")
        limit = told
    if call.loan is None or not response.is_success:
        return await bounded_body(response, limit)
    await call.loan.take(limit)
    body = await bounded_body(response, limit)
    call.loan.keep(len(body))
    return body


def _told_length(response: httpx.Response) -> int | None:
    """The length of the body, to which it is held; None if it is packed or nothing is told."""
    length = response.headers.get("content-length", "")
    is_told = length.isdecimal() and length.isascii() and len(length) < 16
    return int(length) if is_told and "content-encoding" not in response.headers else None


@cache
def tls_context() -> ssl.SSLContext:
    """One for the process: it takes some 30 ms to make."""
    return httpx.create_ssl_context(trust_env=False)
