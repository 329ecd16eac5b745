"""Bodies are bounded in bytes and time, declared or not."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from middleware.error_handler import ErrorBoundary, register_error_handlers
from middleware.limits import BodyLimitMiddleware

LIMIT = 1_000


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    register_error_handlers(app)
    app.add_middleware(ErrorBoundary)
    app.add_middleware(BodyLimitMiddleware, max_bytes=LIMIT, timeout_s=0.05)

    @app.post("/size")
    async def size(request: Request) -> int:
        return len(await request.body())

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


async def chunks(total: int) -> AsyncIterator[bytes]:
    for _ in range(total // 100):
        yield b"x" * 100
    yield b"x" * (total % 100)


async def dripping() -> AsyncIterator[bytes]:
    for _ in range(100):
        yield b"x"
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
@pytest.mark.parametrize(("size", "status"), [(LIMIT, 200), (LIMIT + 1, 413), (LIMIT * 50, 413)])
async def test_the_limit_holds_with_and_without_a_declared_length(
    client: httpx.AsyncClient, *, declared: bool, size: int, status: int
) -> None:
    response = await client.post("/size", content=b"x" * size if declared else chunks(size))

    assert response.status_code == status
    if status == 413:
        assert response.json()["code"] == "PAYLOAD_TOO_LARGE"
        assert response.headers["connection"] == "close"
    else:
        assert response.json() == size


async def test_a_wrong_length_does_not_lift_the_limit(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/size", content=chunks(LIMIT * 3), headers={"Content-Length": "-5"}
    )

    assert response.status_code == 413


async def test_a_dripping_body_is_ended_by_one_deadline(client: httpx.AsyncClient) -> None:
    response = await client.post("/size", content=dripping())

    assert response.status_code == 408
    assert response.json()["code"] == "REQUEST_TIMEOUT"
