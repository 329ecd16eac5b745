"""Alive, ready, and measured."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import make_url

from api.application import create_app
from config.settings import DatabaseSettings, DomainSettings, Settings
from services.container import Container


@pytest.fixture
async def without_database(
    make_settings: Callable[..., Settings],
) -> AsyncIterator[httpx.AsyncClient]:
    """The application whose database nobody answers for."""
    url = "postgresql://postgres@127.0.0.1:1/bpg_test_nowhere"
    settings = make_settings(database=DatabaseSettings(DATABASE_URL=url))
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client
    await container.aclose()


@pytest.mark.parametrize("path", ["/health", "/health/live"])
async def test_a_healthy_service_says_so_and_nothing_else(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(path)

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


async def test_readiness_says_what_does_the_work_and_waits_for_nobody(
    container: Container, client: httpx.AsyncClient
) -> None:
    first = (await client.get("/health/ready")).json()
    assert first["status"] == "ok"
    assert {part["part"]: part["using"] for part in first["parts"]}["text models"] == (
        "the built-in engine"
    )
    assert all(source["state"] is None for part in first["parts"] for source in part["configured"])

    await container.health.check()
    then = (await client.get("/health/ready")).json()
    database = next(part for part in then["parts"] if part["part"] == "database")
    assert [source["state"] for source in database["configured"]] == ["reachable"]


async def test_what_cannot_be_reached_degrades_and_does_not_unready(
    make_settings: Callable[..., Settings],
) -> None:
    settings = make_settings(
        redis_url=SecretStr("redis://:canary@127.0.0.1:1/0"),
        domains=DomainSettings(DNS_NAMESERVERS=["127.0.0.1"]),
    )
    container = Container(settings)
    await container.health.check()
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.get("/health/ready")
    await container.aclose()

    assert response.status_code == 200
    assert response.json()["status"] == "degraded"
    assert "canary" not in response.text


async def test_without_the_database_it_lives_but_is_not_ready(
    without_database: httpx.AsyncClient,
) -> None:
    live = await without_database.get("/health/live")
    ready = await without_database.get("/health/ready")

    assert live.status_code == 200
    assert ready.status_code == 503
    assert ready.json()["code"] == "SERVICE_UNAVAILABLE"
    assert int(ready.headers["retry-after"]) > 0


async def test_a_database_that_refuses_us_is_no_error_of_ours(
    make_settings: Callable[..., Settings], database_url: str
) -> None:
    url = make_url(database_url).set(database="bpg_test_nowhere")
    settings = make_settings(
        database=DatabaseSettings(DATABASE_URL=url.render_as_string(hide_password=False))
    )
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        assert (await client.get("/health/ready")).status_code == 503
    await container.aclose()


async def test_the_database_is_asked_once_in_two_seconds(
    container: Container, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/health/ready")).status_code == 200
    container.database._resolve_url = lambda: "postgresql://postgres@127.0.0.1:1/bpg_test_nowhere"
    await container.database.close()

    assert (await client.get("/health/ready")).status_code == 200, "the answer is remembered"


async def test_a_service_that_stops_is_alive_and_not_ready(
    container: Container, client: httpx.AsyncClient
) -> None:
    container.health.stopping = True

    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/health/live")).status_code == 200


async def test_metrics_count_requests_by_route_and_errors(
    client: httpx.AsyncClient, signed_in: dict[str, str]
) -> None:
    project = "/api/projects/0190a000-0000-7000-8000-000000000000"
    assert (await client.get(project, headers=signed_in)).status_code == 404
    await client.request("BREW", "/health/live")

    text = (await client.get("/metrics")).text

    assert 'route="/api/projects/{project_id}",status="404"' in text
    assert "0190a000" not in text
    assert 'method="OTHER"' in text
    assert "BREW" not in text
    for name in (
        "http_request_duration_seconds",
        "http_errors_total",
        "ai_call_duration_seconds",
        "ai_provider_open",
        "ai_provider_retries",
        "ai_provider_cost_usd",
        "database_query_duration_seconds",
        "rate_limit_hits_total",
        "generations_total",
    ):
        assert f"# TYPE {name.removesuffix('_total')}" in text or f"# TYPE {name}" in text


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 404),
    ],
)
@pytest.mark.parametrize("path", ["/metrics", "/providers/health"])
async def test_metrics_are_for_this_machine(
    app: FastAPI, path: str, peer: str, headers: dict[str, str], status: int
) -> None:
    transport = httpx.ASGITransport(app=app, client=(peer, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.get(path, headers=headers)

    assert response.status_code == status


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer of-metrics-7", 200), ("Bearer other", 404), ("", 404)]
)
@pytest.mark.parametrize("path", ["/metrics", "/providers/health"])
async def test_with_a_token_metrics_are_for_whoever_has_it(
    make_settings: Callable[..., Settings], path: str, given: str, status: int
) -> None:
    settings = make_settings(metrics_token=SecretStr("of-metrics-7"))
    container = Container(settings)
    app = create_app(settings, container)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.get(path, headers={"Authorization": given})
    await container.aclose()

    assert response.status_code == status


async def test_operators_see_how_each_provider_does(
    container: Container, client: httpx.AsyncClient, signed_in: dict[str, str]
) -> None:
    container.failover.record_failure("builtin")
    body = {"description": "A bakery that mills its own flour", "tlds": []}
    made = await client.post("/api/generate/taglines", json=body, headers=signed_in)
    assert made.status_code in {200, 422}

    seen = (await client.get("/providers/health")).json()
    engine = seen["images"]["builtin"]
    assert (engine["breaker"], engine["failures"]) == ("closed", 1)
    assert engine["models"]["builtin"]["last_failure"] == "transient"
    text = (await client.get("/metrics")).text
    assert 'ai_provider_open{model="builtin",provider="builtin",task="images"} 0.0' in text
