"""What all readers of foreign replies share: a body that cannot grow without limit."""

import zlib
from collections.abc import Callable

import aiohttp
import httpx

# What a client over either transport raises when the other side misbehaves.
TRANSPORT_ERRORS = (httpx.HTTPError, aiohttp.ClientError, OSError)


class UnusableReplyError(Exception):
    """The reply breaks our rules: too large, oddly packed, or redirected to where we do not go."""


async def bounded_body(response: httpx.Response, limit: int) -> bytes:
    """The body of an open response after unpacking, at most `limit` bytes of it.

    The raw stream is unpacked here because httpx unpacks a whole chunk before one can count it.
    Raises UnusableReplyError and any of TRANSPORT_ERRORS.
    """
    unpack = _unpacker(response.headers.get("content-encoding", "").strip().lower())
    body = bytearray()
    try:
        async for chunk in response.aiter_raw():
            body += unpack(chunk, limit + 1 - len(body))
            if len(body) > limit:
                raise UnusableReplyError("body too large")
    except zlib.error as error:
        raise UnusableReplyError("body badly packed") from error
    return bytes(body)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """A function of a chunk and the bytes of room left; we asked for no encoding at all."""
    if encoding in {"", "identity"}:
        return lambda chunk, room: chunk[:room]
    if encoding in {"gzip", "x-gzip"}:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress
    raise UnusableReplyError("unknown content encoding")
