"""How many round trips to the database a request may cost, counted at the driver."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from database.job_models import Step
from database.models import GenerationStatus
from database.repositories.generation_repository import Claimed
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_generations.generation_rows import add_step, end, new_generation

STEPS = len(("names", "domains", "palette", "taglines", "logos"))
BAKERY = {"description": "A small bakery", "seed": 7, "tlds": []}
Headers = dict[str, str]


class RoundTrips:
    """The statements that reached the server, BEGIN and COMMIT included.

    The driver tells of what it is asked directly; SQLAlchemy's cursors use prepared statements,
    of which the driver tells nothing, so SQLAlchemy does.
    """

    def __init__(self) -> None:
        self.statements: list[str] = []

    def watch(self, engine: AsyncEngine) -> None:
        """Note everything that goes through the engine from now on."""
        event.listen(engine.sync_engine, "checkout", self._watch_driver)
        event.listen(engine.sync_engine, "before_cursor_execute", self._note_cursor)

    @asynccontextmanager
    async def of(self) -> AsyncIterator[list[str]]:
        """The statements of the block."""
        await asyncio.sleep(0)  # the driver tells in the loop's next turn
        self.statements.clear()
        yield self.statements
        await asyncio.sleep(0)

    def _watch_driver(self, adapter: Any, *_: object) -> None:  # Any: SQLAlchemy's own class
        connection: asyncpg.Connection[asyncpg.Record] = adapter.driver_connection
        connection.add_query_logger(self._note)

    def _note(self, record: Any) -> None:  # Any: asyncpg does not export the record's type
        if not isinstance(record.args, list):  # SQLAlchemy told of the batch already
            self.statements.append(" ".join(record.query.split()))

    def _note_cursor(self, _connection: object, _cursor: object, sql: str, *_: object) -> None:
        self.statements.append(" ".join(sql.split()))


@pytest.fixture
async def trips(container: Container) -> RoundTrips:
    counter = RoundTrips()
    counter.watch(await container.database.engine())
    return counter


async def test_reads_cost_one(
    client: httpx.AsyncClient, signed_in: Headers, trips: RoundTrips
) -> None:
    made = (await client.post("/api/generate/logos", json=BAKERY, headers=signed_in)).json()
    asset = made["logos"][0]["files"][0]["asset_id"]

    for address in (
        f"/api/projects/{made['project_id']}",
        f"/api/generations/{made['generation_id']}",
        f"/api/assets/{asset}",
        "/api/projects?limit=20",
        "/api/users/history?limit=20",
        "/api/users/history?type=logo&status=success",
        "/api/users/me",
    ):
        async with trips.of() as statements:
            answer = await client.get(address, headers=signed_in)
        assert answer.status_code < 400, answer.text
        assert len(statements) == 1, (address, statements)


async def test_following_a_generation_costs_one_and_a_stream_one_more(
    client: httpx.AsyncClient, signed_in: Headers, trips: RoundTrips, database: Database
) -> None:
    user = UUID((await client.get("/api/users/me", headers=signed_in)).json()["id"])
    running = await new_generation(database, user)
    await add_step(database, running, Step.NAMES, output={})
    ended = await new_generation(database, user)
    await end(database, ended, GenerationStatus.FAILED, 3)

    async def cost(method: str, address: str, headers: Headers) -> int:
        async with trips.of() as statements:
            answer = await client.request(method, address, headers=headers)
        assert answer.is_success, answer.text
        return len(statements)

    assert await cost("GET", f"/api/generations/{running}", signed_in) == 1
    events = f"/api/generations/{ended}/events"
    assert await cost("GET", events, signed_in) == 2
    assert await cost("POST", f"{events}/ticket", signed_in) == 1
    ticket = (await client.post(f"{events}/ticket", headers=signed_in)).json()
    assert await cost("GET", ticket["url"], {}) == 3


async def test_accepting_a_generation_costs_one_beside_the_token(
    client: httpx.AsyncClient,
    signed_in: Headers,
    trips: RoundTrips,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Claimed] = []
    monkeypatch.setattr(container.generation_runner, "start", started.append)

    async with trips.of() as statements:
        answer = await client.post(
            "/api/generate/names", json=BAKERY, headers=signed_in | {"Prefer": "respond-async"}
        )

    assert (answer.status_code, len(started)) == (202, 1)
    assert len(statements) == 2, statements  # the token's login, which is then remembered
    changing = [found for found in statements if not found.lower().startswith("select")]
    assert len(changing) == 1, statements  # unit, project and generation, in one transaction


async def test_a_package_writes_once_a_step_and_twice_more(
    client: httpx.AsyncClient, signed_in: Headers, trips: RoundTrips
) -> None:
    async with trips.of() as statements:
        answer = await client.post("/api/generate/package", json=BAKERY, headers=signed_in)

    assert answer.status_code == 200, answer.text
    begin, commit = statements.index("BEGIN;"), statements.index("COMMIT;")
    # SQLAlchemy tells of the first statement before the driver tells of the BEGIN that it needs.
    publishing = [statements[begin - 1], *statements[begin + 1 : commit]]
    asked = statements[: begin - 1]
    before = [found for found in asked if not found.lower().startswith("select")]
    assert len(before) + 1 <= STEPS + 2, before
    assert statements[commit + 1 :] == []
    assert len(publishing) <= 5, publishing  # whatever the number of parts and files


async def test_a_refused_generation_costs_one_and_a_unit_that_comes_back_is_seen(
    client: httpx.AsyncClient, signed_in: Headers, trips: RoundTrips, container: Container
) -> None:
    for _ in range(2):
        made = await client.post("/api/generate/colors", json=BAKERY, headers=signed_in)

    for _ in range(2):
        async with trips.of() as statements:
            answer = await client.post("/api/generate/colors", json=BAKERY, headers=signed_in)
        assert answer.status_code == 429
        assert len(statements) == 1, statements

    project = await container.database.alone.projects.get_by_id(UUID(made.json()["project_id"]))
    assert project is not None
    await container.database.alone.users.update(project.user_id, {"generations_remaining": 1})
    for expected in (200, 429):
        answer = await client.post("/api/generate/colors", json=BAKERY, headers=signed_in)
        assert answer.status_code == expected
