"""Slow clients cannot hold the service: heads and bodies have deadlines."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from api import application
from api.http_protocol import DeadlineProtocol
from services.container import Container
from tests.integration.test_api.server import serving

HALF_OPEN = 200
SILENT = b""
HALF_A_HEAD = b"GET /health/live HT"
HALF_A_BODY = b"POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"


class QuickProtocol(DeadlineProtocol):
    """The protocol of the server with a deadline that a test can wait for."""

    header_timeout_s = 2.0


@pytest.fixture
async def port(container: Container, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server of this event loop."""
    monkeypatch.setattr(application, "BODY_TIMEOUT_S", 2.0)
    app = application.create_app(container.settings, container)
    async with serving(app, QuickProtocol) as found:
        yield found


async def heard(port: int, sent: bytes) -> bytes:
    """All that the server says before it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(30):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_what_comes_too_slowly_is_ended(port: int) -> None:
    silent, head, body = await asyncio.gather(
        heard(port, SILENT), heard(port, HALF_A_HEAD), heard(port, HALF_A_BODY)
    )

    assert silent == b""
    assert head == b""
    assert body.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"REQUEST_TIMEOUT"' in body


async def test_half_a_head_after_an_answered_request_is_ended_too(port: int) -> None:
    request = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"

    answer = await heard(port, request + HALF_A_HEAD)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b'{"status":"ok"}')


async def test_others_are_served_while_many_connections_are_half_open(port: int) -> None:
    clients = [
        asyncio.create_task(heard(port, (SILENT, HALF_A_HEAD, HALF_A_BODY)[number % 3]))
        for number in range(HALF_OPEN)
    ]
    async with httpx.AsyncClient() as client:
        response = await client.get(f"http://127.0.0.1:{port}/health/live", timeout=30)

    assert response.status_code == 200
    answers = await asyncio.gather(*clients)
    assert sum(answer.startswith(b"HTTP/1.1 408 ") for answer in answers) == HALF_OPEN // 3
