"""One bounded exchange with a vendor whose key no address, log line or error ever holds."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx
import orjson
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.base import FailureKind
from core.providers.domain.rdap_http import Reply, bounded_reply
from core.providers.per_loop import PerLoop
from core.providers.replies import TRANSPORT_ERRORS, UnusableReplyError

CALL_SECONDS = 10.0
_TIMEOUT = httpx.Timeout(None, connect=3.0)  # the whole exchange is bounded by CALL_SECONDS
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",  # a packed body could be a bomb; these answers are small
    "User-Agent": "brand-package-generator",
}
_KINDS: dict[int, FailureKind] = {
    401: "auth",
    402: "quota",
    403: "auth",
    408: "transient",
    429: "rate_limited",
}
_REJECTED = frozenset({400, 422})

Seal = Callable[[httpx.URL, httpx.Headers], httpx.URL]
"""Puts the key into the address or the headers of a request that is about to leave."""


def query_key(parameter: str, key: SecretStr) -> Seal:
    """The key as a parameter of the query."""
    return lambda url, _: url.copy_merge_params({parameter: key.get_secret_value()})


def bearer_key(key: SecretStr) -> Seal:
    """The key as a bearer token."""

    def seal(url: httpx.URL, headers: httpx.Headers) -> httpx.URL:
        headers["Authorization"] = f"Bearer {key.get_secret_value()}"
        return url

    return seal


@cache
def _certificates() -> ssl.SSLContext:
    """Read once for all vendors, which takes some 30 ms."""
    return httpx.create_ssl_context()


class _SealedTransport(httpx.AsyncBaseTransport):
    """Adds the key below the client, which logs addresses and quotes them in its errors."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seal: Seal) -> None:
        self._inner = inner
        self._seal = seal

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        headers = request.headers.copy()
        url = self._seal(request.url, headers)
        sealed = httpx.Request(
            request.method,
            url,
            headers=headers,
            content=request.content,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(sealed)

    async def aclose(self) -> None:
        await self._inner.aclose()


class VendorHttp:
    """Speaks to one vendor, with one client in each event loop."""

    def __init__(
        self,
        provider: str,
        base: str,
        seal: Seal | None = None,
        *,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        for library in ("httpx", "httpcore"):  # they write whole addresses at INFO and DEBUG
            logging.getLogger(library).setLevel(logging.WARNING)
        self.provider = provider
        self._base = base.rstrip("/")
        self._seal = seal or (lambda url, _: url)
        self._call_seconds = call_seconds
        self._clients = PerLoop(self._open)

    def _open(self) -> httpx.AsyncClient:
        transport = _SealedTransport(AiohttpTransport(verify=_certificates()), self._seal)
        return httpx.AsyncClient(transport=transport, trust_env=False)

    async def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object | None = None,
    ) -> Reply:
        """The whole reply, of whatever status; redirects are not followed.

        Raises ProviderUnavailableError outside of the handlers below, so that it carries no error
        of a library: their texts may hold the address with the key.
        """
        kind: FailureKind
        try:
            async with asyncio.timeout(self._call_seconds):
                return await self._exchange(method, path, params, json)
        except TimeoutError:
            kind = "timeout"
        except UnusableReplyError:
            kind = "bad_payload"
        except TRANSPORT_ERRORS:
            kind = "transient"
        except ValueError:  # a key that cannot be encoded
            kind = "invalid_request"
        raise self.unavailable(kind)

    async def _exchange(
        self, method: str, path: str, params: Mapping[str, str] | None, json: object | None
    ) -> Reply:
        client = self._clients.get()
        request = client.build_request(
            method, self._base + path, params=params, json=json, headers=_HEADERS, timeout=_TIMEOUT
        )
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            return await bounded_reply(response)
        finally:
            await response.aclose()

    def refuse(self, status: int, retry_after: float | None = None) -> None:
        """Raise what an HTTP status other than 200 means; some vendors repeat it in the body."""
        if status == 200:
            return
        if status in _REJECTED:
            raise ProviderRejectedError(provider=self.provider, kind="invalid_request")
        kind = _KINDS.get(status, "transient" if status >= 500 else "bad_payload")
        raise self.unavailable(kind, retry_after)

    def json_object(self, reply: Reply) -> dict[str, Any]:  # Any: foreign JSON
        """The object in a body. Its form counts, not its content type: WhoAPI's is not documented.

        Raises ProviderUnavailableError: it is none.
        """
        try:
            value = orjson.loads(reply.body)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            raise self.unavailable("bad_payload")
        return value

    def unavailable(
        self, kind: FailureKind, retry_after: float | None = None
    ) -> ProviderUnavailableError:
        """The error to raise; its hint is left out where there is none."""
        error = ProviderUnavailableError(provider=self.provider, kind=kind)
        if retry_after is not None:
            error.context["retry_after"] = retry_after
        return error

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        if client := self._clients.take():
            await client.aclose()
