"""One bounded HTTP GET: https only, few redirects, and a body that cannot grow without limit."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx

MAX_BODY_BYTES = 256 * 1024
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

# What a client over either transport raises when the other side misbehaves.
TRANSPORT_ERRORS = (httpx.HTTPError, aiohttp.ClientError, OSError)


class UnusableReplyError(Exception):
    """The reply breaks our rules: too large, oddly packed, or redirected to where we do not go."""


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
                return await bounded_reply(response)
            target = target.join(location)
        finally:
            await response.aclose()
    raise UnusableReplyError("too many redirects")


async def bounded_reply(response: httpx.Response) -> Reply:
    """Read an open response to its end or to the limit.

    Raises:
        UnusableReplyError, any of TRANSPORT_ERRORS.
    """
    return Reply(
        response.status_code,
        response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        await _bounded_body(response),
        parse_retry_after(response.headers.get("retry-after")),
    )


async def _bounded_body(response: httpx.Response) -> bytes:
    """The body after unpacking, at most MAX_BODY_BYTES of it.

    The raw stream is unpacked here because httpx unpacks a whole chunk before one can count it.
    """
    unpack = _unpacker(response.headers.get("content-encoding", "").strip().lower())
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += unpack(chunk, MAX_BODY_BYTES + 1 - len(body))
            if len(body) > MAX_BODY_BYTES:
                raise UnusableReplyError("body too large")
    except zlib.error as exc:
        raise UnusableReplyError("body badly packed") from exc
    return bytes(body)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """A function of a chunk and the bytes of room left; we asked for no encoding at all."""
    if encoding in {"", "identity"}:
        return lambda chunk, room: chunk[:room]
    if encoding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress
    raise UnusableReplyError("unknown content encoding")


def parse_retry_after(value: str | None) -> float | None:
    """Seconds from a `Retry-After` header in either form, at most an hour; None if unreadable."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - datetime.now(UTC)).total_seconds()
    return min(max(seconds, 0.0), _MAX_RETRY_AFTER)
