"""Wrong input that never becomes a request of the application: the server itself answers it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from api.http_protocol import MOST_HEAD_BYTES
from tests.integration.test_api.server import serving

END = b"Host: a\r\nConnection: close\r\n\r\n"
JSON_TYPE = b"Content-Type: application/json\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers in lower case, and the JSON body."""

    status: int
    headers: dict[str, str]
    body: Any  # Any: JSON values


@pytest.fixture
async def port(app: FastAPI) -> AsyncIterator[int]:
    async with serving(app) as found:
        yield found


async def answer_to(port: int, sent: bytes) -> Answer:
    """The one answer on a connection, up to its end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(30):
        heard = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    assert int(headers["content-length"]) == len(body) or not body
    return Answer(int(first.split()[1]), headers, json.loads(body) if body else None)


def assert_error(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.body["code"]) == (status, code), answer
    assert set(answer.body) == {"error", "code", "details"}
    assert answer.headers["content-type"] == "application/json"
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-content-type-options"] == "nosniff"


NOT_HTTP = {
    "another protocol": b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "the newer version": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\n" + END,
    "bytes in the query": b"GET /health?a=\xff HTTP/1.1\r\n" + END,
    "a path without a slash": b"GET health HTTP/1.1\r\n" + END,
    "a tunnel": b"CONNECT a:443 HTTP/1.1\r\n" + END,
    "a path over 64 KiB": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + END,
    "a query over 64 KiB": b"GET /health?" + b"a" * 70_000 + b" HTTP/1.1\r\n" + END,
    "a negative length": b"POST /api/auth/login HTTP/1.1\r\nContent-Length: -1\r\n" + END,
    "an endless length": b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 40 + b"\r\n" + END,
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + END,
    "length and chunks": (
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END
    ),
    "a header with a NUL": b"GET /health HTTP/1.1\r\nX-A: \0\r\n" + END,
    "a header without a name": b"GET /health HTTP/1.1\r\n: a\r\n" + END,
}


@pytest.mark.parametrize("name", NOT_HTTP)
async def test_what_is_not_http_is_refused_in_our_shape(port: int, name: str) -> None:
    answer = await answer_to(port, NOT_HTTP[name])

    assert_error(answer, 400, "BAD_REQUEST")
    assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "endless", [b"X-A: " + b"a" * MOST_HEAD_BYTES, b"X-A: a\r\n" * (MOST_HEAD_BYTES // 8)]
)
async def test_a_head_that_does_not_end_is_refused(port: int, endless: bytes) -> None:
    answer = await answer_to(port, b"GET /health HTTP/1.1\r\n" + endless)

    assert_error(answer, 431, "HEADERS_TOO_LARGE")


async def test_a_large_body_behind_a_small_head_is_no_head(port: int) -> None:
    body = b" " * (MOST_HEAD_BYTES - 2) + b"{}"
    request = b"POST /api/auth/login HTTP/1.1\r\n" + JSON_TYPE + b"Content-Length: %d\r\n"

    first = request % len(body) + b"Host: a\r\n\r\n" + body
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(first + b"GET /health/live HT")  # the next head begins behind the body
    writer.write(b"TP/1.1\r\n" + END)
    async with asyncio.timeout(30):
        heard = await reader.read()
    writer.close()

    assert heard.startswith(b"HTTP/1.1 422 ")
    assert heard.endswith(b'{"status":"ok"}')


STRANGE = {
    "a path out of the store": (
        b"GET /storage/../../etc/passwd?expires=9999999999&signature=x HTTP/1.1\r\n",
        404,
    ),
    "the same, encoded": (
        b"GET /storage/%2e%2e/%2e%2e/etc/passwd?expires=9999999999&signature=x HTTP/1.1\r\n",
        404,
    ),
    "a surrogate": (b"GET /%ED%A0%80 HTTP/1.1\r\n", 404),
    "a wrong escape": (b"GET /%zz HTTP/1.1\r\n", 404),
    "another host": (b"GET //example.com/health HTTP/1.1\r\n", 404),
    "no path": (b"OPTIONS * HTTP/1.1\r\n", 404),
    "an unknown method": (b"PROPFIND /health HTTP/1.1\r\n", 405),
    "an echo": (b"TRACE /health HTTP/1.1\r\n", 405),
    "only the head": (b"HEAD /health HTTP/1.1\r\n", 405),
    "bytes as a token": (b"GET /api/users/me HTTP/1.1\r\nAuthorization: Bearer \xff\r\n", 401),
    "a length that is not sent": (
        b"POST /api/auth/login HTTP/1.1\r\nContent-Length: 999999999999\r\n",
        413,
    ),
    "another protocol wished for": (
        b"GET /api/users/me HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        401,
    ),
}


@pytest.mark.parametrize("name", STRANGE)
async def test_strange_requests_get_our_answers(port: int, name: str) -> None:
    request, status = STRANGE[name]

    answer = await answer_to(port, request + END)

    assert answer.status == status
    assert answer.headers["x-request-id"]
    if name != "only the head":
        assert set(answer.body) == {"error", "code", "details"}


async def test_a_connection_too_many_is_told_when_to_come_again(app: FastAPI) -> None:
    async with serving(app, limit_concurrency=2) as port:
        alone = await answer_to(port, b"GET /health/live HTTP/1.1\r\n" + END)
        _, held = await asyncio.open_connection("127.0.0.1", port)
        refused = await answer_to(port, b"GET /health/live HTTP/1.1\r\n" + END)
        held.close()

    assert alone.status == 200
    assert_error(refused, 503, "SERVICE_UNAVAILABLE")
    assert int(refused.headers["retry-after"]) > 0
