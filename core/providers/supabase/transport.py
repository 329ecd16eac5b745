"""The HTTP client of a Supabase project: few connections, bounded answers, no redirects."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from httpx_aiohttp.transport import AiohttpTransport

MAX_CONNECTIONS = 20
MAX_ANSWER_BYTES = 1 << 20
MAX_FILE_BYTES = 25 << 20

_CONNECT_S = 3.0
_IDLE_S = 10.0
_KEEP_ALIVE_S = 15.0  # shorter than the gateway's, section 8 row 8
_FILES = "/storage/v1/object/"
_AUTH = "/auth/v1/"


def open_http() -> httpx.AsyncClient:
    """A client for the running event loop; close it with the loop."""
    limits = httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=_KEEP_ALIVE_S)
    return httpx.AsyncClient(
        transport=_BoundedTransport(AiohttpTransport(trust_env=False, limits=limits)),
        timeout=httpx.Timeout(_IDLE_S, connect=_CONNECT_S, pool=_CONNECT_S),
        trust_env=False,
    )


class NotAnAnswerError(ValueError):
    """A success that some page in between made up: calls without a result would believe it."""


def _is_foreign(request: httpx.Request, response: httpx.Response) -> bool:
    """Whether Auth did not say this: its successes are JSON, or 204 (section 3.7)."""
    if response.status_code != httpx.codes.OK or not request.url.path.startswith(_AUTH):
        return False
    media_type: str = response.headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() != "application/json"


class _BoundedTransport(httpx.AsyncBaseTransport):
    """Takes no compressed answer, so that the bytes counted are the bytes kept."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpx.TransportError for whatever goes wrong."""
        request.headers["Accept-Encoding"] = "identity"
        with _translated():
            response = await self._inner.handle_async_request(request)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx.DecodingError("a compressed answer was not asked for")
        is_file = request.method == "GET" and request.url.path.startswith(_FILES)
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  # of this transport
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_JudgedStream(
                response.stream,
                MAX_FILE_BYTES if is_file else MAX_ANSWER_BYTES,
                is_foreign=_is_foreign(request, response),
            ),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()


class _JudgedStream(httpx.AsyncByteStream):
    """A body that ends in an error when it grows over its limit, or is none of ours to read."""

    def __init__(self, inner: httpx.AsyncByteStream, limit: int, *, is_foreign: bool) -> None:
        self._inner = inner
        self._left = limit
        self._is_foreign = is_foreign

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._inner:
                self._left -= len(chunk)
                if self._left < 0:
                    raise httpx.ReadError("the answer is too large")
                yield chunk
        if self._is_foreign:
            raise NotAnAnswerError

    async def aclose(self) -> None:
        """Give the connection back, or end it when the body was not read."""
        await self._inner.aclose()


@contextmanager
def _translated() -> Iterator[None]:
    """The transport below lets some errors of its library through."""
    try:
        yield
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.NetworkError(type(error).__name__) from error
