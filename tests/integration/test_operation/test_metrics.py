"""What /metrics tells of the work of all processes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api.application import create_app
from config.settings import DatabaseSettings, Settings
from database.hot import HotStatement
from database.unit_of_work import Database
from services import operations
from services.container import Container
from services.operations import CACHE_S, OperationsService
from tests.integration.test_operation.job_rows import (
    add_jobs,
    add_messages,
    set_last_run,
    set_total,
)
from utils.ids import uuid7
from utils.metrics import metrics_text

OURS = ("job", "outbox", "schedule", "provider_spend", "database_up")


def ours(scraped: str) -> dict[str, float]:
    """The numbers from the database, by name and label."""
    return {
        "/".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(scraped)
        for sample in family.samples
        if sample.name.startswith(OURS)
    }


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
    await container.aclose()


async def test_the_work_of_all_processes_is_told(
    database: Database, client: httpx.AsyncClient
) -> None:
    job = uuid7()
    await add_jobs(database, "pending", age_s=150, count=2)
    await add_jobs(database, "running", job_id=job, age_s=20, lease_left_s=-1)
    await add_messages(database, "webhook", job, due_s=70)
    await set_total(database, "lease_losses", 4)
    await set_total(database, "refunds", 7)
    await set_total(database, "spend_usd:flux", 1.25)
    await set_last_run(database, "reap generations", 10)

    response = await client.get("/metrics")

    told = ours(response.text)
    ages = {name: told.pop(name) for name in list(told) if name.endswith("_seconds")}
    moment = told.pop("schedule_last_run_timestamp_seconds/reap generations")
    assert told == {
        "database_up": 1,
        "job_queue_depth": 2,
        "jobs_running": 1,
        "job_expired_leases": 1,
        "job_lease_losses_total": 4,
        "job_refunds_total": 7,
        "outbox_unsent/run": 0,
        "outbox_unsent/mail": 0,
        "outbox_unsent/webhook": 1,
        "provider_spend_usd_total/flux": 1.25,
    }
    assert set(ages) == {
        "job_oldest_pending_seconds",
        "job_oldest_running_seconds",
        "outbox_oldest_due_seconds",
    }
    assert ages["job_oldest_pending_seconds"] >= 150
    assert ages["outbox_oldest_due_seconds"] >= 70
    assert moment > 1_700_000_000
    assert "# TYPE job_refunds_total counter" in response.text
    assert "# TYPE provider_spend_usd_total counter" in response.text


async def test_counters_are_there_before_their_first_event(
    database: Database, client: httpx.AsyncClient
) -> None:
    told = ours((await client.get("/metrics")).text)

    assert told["job_lease_losses_total"] == told["job_refunds_total"] == 0


async def test_the_database_is_asked_once_in_five_seconds(database: Database) -> None:
    now = 100.0
    service = OperationsService(database, clock=lambda: now)

    async def depth() -> float:
        return ours(metrics_text(await service.metrics()).decode())["job_queue_depth"]

    assert await depth() == 0
    await add_jobs(database, "pending")
    assert await depth() == 0
    now += CACHE_S
    assert await depth() == 1


async def test_scrapes_at_the_same_time_ask_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, asked, fetch = OperationsService(database), 0, database.fetch

    async def counting(*given: object, **more: object) -> object:
        nonlocal asked
        asked += 1
        return await fetch(*given, **more)  # type: ignore[arg-type]  # handed on as they come

    monkeypatch.setattr(database, "fetch", counting)
    await asyncio.gather(*(service.metrics() for _ in range(10)))

    assert asked == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://postgres@127.0.0.1:1/bpg_test_nowhere",
        "postgresql://postgres@nowhere.invalid/bpg_test_nowhere",
    ],
)
async def test_without_the_database_the_rest_is_told(
    make_settings: Callable[..., Settings], url: str
) -> None:
    settings = make_settings(database=DatabaseSettings(DATABASE_URL=url))
    async with application(settings) as client:
        response = await client.get("/metrics")

    assert response.status_code == 200
    assert ours(response.text) == {"database_up": 0}
    assert "http_request_duration_seconds" in response.text


async def test_a_schema_that_we_do_not_know_is_no_error_of_the_scrape(
    database: Database, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "database.repositories.operations_repository._FIGURES",
        HotStatement(text("select * from no_such_table")),
    )

    response = await client.get("/metrics")

    assert response.status_code == 200
    assert ours(response.text) == {"database_up": 0}


async def test_a_silent_database_keeps_no_scrape_waiting(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "DEADLINE_S", 0.05)
    connections: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = make_settings(
            database=DatabaseSettings(
                DATABASE_URL=f"postgresql://postgres@127.0.0.1:{port}/bpg_test_nowhere?ssl=disable",
                DATABASE_CONNECT_TIMEOUT_SECONDS=600,
            )
        )
        async with application(settings) as client:
            for _ in range(3):
                response = await client.get("/metrics")
                assert ours(response.text) == {"database_up": 0}

        assert len(connections) == 1, "who is not answered does not ask again"
        connections[0].close()
