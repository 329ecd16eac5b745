"""Work that is left to workers may wait, but not in a line without an end."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

import httpx
import pytest

from config.settings import JobSettings, Settings
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_api.keyed import BAKERY, Headers, made, sql, units

pytestmark = pytest.mark.timeout(60)


class Nobody:
    """A queue that is never read."""

    def __init__(self) -> None:
        self.prepared = asyncio.Event()

    async def prepare(self) -> None:
        """There is nothing to load."""
        self.prepared.set()

    async def send(self, generation_ids: Sequence[UUID]) -> None:
        """Forget them."""


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings(jobs=JobSettings(JOBS_WAITING=2))


@pytest.fixture
def queue() -> Nobody:
    return Nobody()


@pytest.fixture
async def container(
    settings: Settings, database: Database, queue: Nobody
) -> AsyncIterator[Container]:
    container = Container(settings, queue)
    yield container
    await container.aclose()


@pytest.fixture
async def clock(container: Container, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(container.generations._queue_room, "_clock", lambda: now[0])
    return now


async def test_one_more_is_refused_and_costs_nothing(
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    clock: list[float],
) -> None:
    async def post(path: str, prefer: str = "respond-async") -> httpx.Response:
        return await client.post(
            f"/api/generate/{path}", json=BAKERY, headers=signed_in | {"Prefer": prefer}
        )

    await sql(database, "update users set generations_remaining = 9, "
              "quota_window_started_at = now()")  # fmt: skip
    assert [(await post(path)).status_code for path in ("names", "package")] == [202, 202]
    for later in (0, 10):
        clock[0] += later
        for refused in [await post("names"), await post("package", "wait=1")]:
            assert (refused.status_code, refused.json()["code"]) == (503, "OVERLOADED")
            assert refused.headers["retry-after"] == "5"
    assert (await made(database))[0] == 2
    assert await units(client, signed_in) == 7

    assert (await post("colors", "wait=30")).status_code == 200  # it is made here
    await sql(database, "delete from generations where generation_type = 'name'")
    clock[0] += 10
    assert (await post("names")).status_code == 202


async def test_the_queue_is_prepared_soon_after_the_start(
    container: Container, queue: Nobody
) -> None:
    await container.start()

    await queue.prepared.wait()
