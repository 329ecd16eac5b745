"""One bounded HTTP GET: https only, few redirects, and a body that cannot grow without limit."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from core.providers.hints import wait_from
from core.providers.replies import UnusableReplyError, bounded_body

_MAX_BODY_BYTES = 256 * 1024
_MAX_REDIRECTS = 2
# Seconds; a lost SYN is sent again after one. The caller bounds the whole exchange.
_TIMEOUT = httpx.Timeout(None, connect=1.5)
_MAX_RETRY_AFTER = 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {
    "Accept": "application/rdap+json, application/json;q=0.8",
    "Accept-Encoding": "identity",  # a packed body could be a bomb; RDAP answers are small
    "User-Agent": "brand-package-generator",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is worth keeping of a response; `retry_after` is in seconds."""

    status: int
    content_type: str
    body: bytes
    retry_after: float | None


async def fetch(client: httpx.AsyncClient, url: str, allowed: Callable[[httpx.URL], bool]) -> Reply:
    """GET `url`, following at most two redirects to addresses that `allowed` accepts.

    Raises:
        UnusableReplyError, any of TRANSPORT_ERRORS. Their texts may hold the address.
    """
    target = httpx.URL(url)
    for _ in range(_MAX_REDIRECTS + 1):
        if not allowed(target):
            raise UnusableReplyError("address not allowed")
        request = client.build_request("GET", target, headers=_HEADERS, timeout=_TIMEOUT)
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or location is None:
                return await _read(response)
            target = target.join(location)
        finally:
            await response.aclose()
    raise UnusableReplyError("too many redirects")


async def _read(response: httpx.Response) -> Reply:
    return Reply(
        response.status_code,
        response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        await bounded_body(response, _MAX_BODY_BYTES),
        wait_from(response.headers.get("retry-after"), _MAX_RETRY_AFTER),
    )
