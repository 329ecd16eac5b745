"""Event streams over a real server: nothing missed, nothing repeated, nobody's but the owner's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from api.application import create_app
from database.models import GenerationStatus
from database.unit_of_work import Database
from services.container import Container
from services.event_streams import EventStreams
from services.progress import ProgressWatcher
from tests.integration.test_api.event_streams import Sent, sent, seqs
from tests.integration.test_api.server import serving
from tests.integration.test_generations.generation_rows import (
    add_event,
    end,
    new_generation,
    new_user,
)
from tests.running_service import RunningService, running_service

Headers = dict[str, str]
ACCOUNT = {"email": "founder@example.com", "password": "four plain words here"}


class Service:
    """A server and an account of it."""

    def __init__(self, client: httpx.AsyncClient, headers: Headers, user: UUID) -> None:
        self.client = client
        self.headers = headers
        self.user = user

    @asynccontextmanager
    async def stream(
        self, generation_id: UUID, *, headers: Headers | None = None, **query: Any
    ) -> AsyncIterator[httpx.Response]:
        async with self.client.stream(
            "GET",
            f"/api/generations/{generation_id}/events",
            params=query,
            headers=self.headers | (headers or {}) if "ticket" not in query else headers,
        ) as response:
            yield response

    async def all_seqs(self, generation_id: UUID, **options: Any) -> list[int]:
        async with self.stream(generation_id, **options) as response:
            assert response.status_code == 200
            return await seqs(response)

    async def status(self, generation_id: UUID, **query: Any) -> int:
        async with self.stream(generation_id, **query) as response:
            return response.status_code

    async def ticket(self, generation_id: UUID) -> str:
        answer = await self.client.post(
            f"/api/generations/{generation_id}/events/ticket", headers=self.headers
        )
        assert answer.status_code == 201, answer.text
        assert answer.json()["expires_in"] == 60
        assert answer.headers["cache-control"] == "no-store"
        ticket: str = answer.json()["ticket"]
        assert answer.json()["url"] == f"/api/generations/{generation_id}/events?ticket={ticket}"
        return ticket


async def signed_up(address: str) -> AsyncIterator[Service]:
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        session = (await client.post("/api/auth/signup", json=ACCOUNT)).json()
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        yield Service(client, headers, UUID(session["user"]["id"]))


@pytest.fixture
async def service(container: Container) -> AsyncIterator[Service]:
    container.progress = ProgressWatcher(container.database, tick_s=0.02, heartbeat_s=0.1)
    async with serving(create_app(container.settings, container)) as port:
        async for service in signed_up(f"http://127.0.0.1:{port}"):
            yield service


@pytest.fixture(scope="module")
def process(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    with running_service(tmp_path_factory.mktemp("streams"), database_url) as running:
        yield running


async def test_a_package_can_be_followed_through_a_cut(
    process: RunningService, database: Database
) -> None:
    async for service in signed_up(process.address):
        accepted = await service.client.post(
            "/api/generate/package",
            json={"description": "A small bakery", "tlds": []},
            headers=service.headers | {"Prefer": "respond-async"},
        )
        job = UUID(accepted.json()["id"])
        async with service.stream(job) as response, aclosing(sent(response)) as events:
            assert (await anext(events)).retry == "2000"
            first = await anext(events)
        async with service.stream(job, headers={"Last-Event-ID": str(first.seq)}) as response:
            rest = [event async for event in sent(response) if event.seq is not None]
        result = await service.client.get(f"/api/generations/{job}", headers=service.headers)

        assert (first.seq, first.type) == (1, "job.accepted")
        assert [event.seq for event in rest] == list(range(2, len(rest) + 2))
        assert "step.completed" in {event.type for event in rest}
        assert rest[-1].type == "job.success"
        assert rest[-1].data["created_at"].endswith("Z")
        assert result.json()["status"] == "success"


async def test_what_is_sent(service: Service, database: Database) -> None:
    job = await new_generation(database, service.user)
    await end(database, job, GenerationStatus.SUCCESS, 3)

    async with service.stream(job) as response:
        events = [event async for event in sent(response)]

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert "content-encoding" not in response.headers
    assert events[0] == Sent(None, "", None, retry="2000")
    assert [(event.seq, event.type) for event in events[1:]] == [
        (1, "job.accepted"),
        (2, "job.started"),
        (3, "job.success"),
    ]
    assert events[2].data["attempt"] == 1


async def test_a_stream_goes_on_where_it_was_cut(service: Service, database: Database) -> None:
    job = await new_generation(database, service.user)
    async with service.stream(job) as response, aclosing(sent(response)) as events:
        while (await anext(events)).seq != 2:
            pass
    await add_event(database, job, 3, "step.completed")
    resumed = asyncio.create_task(service.all_seqs(job, headers={"Last-Event-ID": "2"}, after=0))
    await end(database, job, GenerationStatus.SUCCESS, 4)

    assert await resumed == [3, 4]
    assert await service.all_seqs(job, after=3) == [4]
    assert await service.all_seqs(job, after=4) == []


@pytest.mark.parametrize("given", ["-1", "x", "", "1.5", str(2**31)])
async def test_a_place_that_is_none_is_refused(
    service: Service, database: Database, given: str
) -> None:
    job = await new_generation(database, service.user)

    assert await service.status(job, headers={"Last-Event-ID": given}) == 422
    assert await service.status(job, after=given) == 422


async def test_a_silent_stream_shows_that_it_is_alive(service: Service, database: Database) -> None:
    job = await new_generation(database, service.user)

    async with service.stream(job, after=2) as response:
        lines = response.aiter_lines()
        seen = [await anext(lines) for _ in range(6)]

    assert seen == ["retry: 2000", "", ": ping", "", ": ping", ""]


async def test_a_ticket_opens_one_stream(service: Service, database: Database) -> None:
    job = await new_generation(database, service.user)
    await end(database, job, GenerationStatus.SUCCESS, 3)
    ticket = await service.ticket(job)

    statuses = await asyncio.gather(*(service.status(job, ticket=ticket) for _ in range(20)))

    assert sorted(statuses) == [200] + [401] * 19
    assert await service.all_seqs(job, ticket=await service.ticket(job), after=1) == [2, 3]


async def test_a_ticket_is_for_one_generation_and_a_minute(
    service: Service, database: Database
) -> None:
    job = await new_generation(database, service.user)
    other = await new_generation(database, service.user)
    ticket, late = await service.ticket(job), await service.ticket(job)
    renewed = await service.client.post(
        f"/api/generations/{job}/events/ticket", params={"ticket": ticket}
    )
    elsewhere = await service.status(other, ticket=ticket)
    async with database.session() as session:
        stored = (await session.execute(text("select * from event_tickets"))).mappings().all()
        await session.execute(text("update event_tickets set expires_at = now()"))

    assert renewed.status_code == 401
    assert elsewhere == 401
    assert len(stored) == 2
    assert ticket not in str(stored)
    for unknown in (late, "x", ""):
        assert await service.status(job, ticket=unknown) == 401


async def test_the_number_of_streams_is_bounded(
    service: Service, database: Database, container: Container
) -> None:
    container.event_streams = EventStreams(
        container.database, container.progress, most=2, most_of_one=1
    )
    job = await new_generation(database, service.user)
    other_user = await new_user(database, "other@example.com")
    other_job = await new_generation(database, other_user)

    async with service.stream(job) as response, aclosing(sent(response)) as events:
        await anext(events)
        assert await service.status(job) == 429
        async with (
            container.event_streams.opened(other_job, other_user, 0),
            service.stream(job) as refused,
        ):
            answer = (await refused.aread()).decode()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert "OVERLOADED" in answer
    while await service.status(job) == 429:
        pass  # until the server knows that the client has left


async def test_streams_end_when_the_service_stops(
    service: Service, database: Database, container: Container
) -> None:
    job = await new_generation(database, service.user)

    async with service.stream(job, after=1) as response, aclosing(sent(response)) as events:
        while (await anext(events)).seq is None:
            pass
        container.progress.stop()
        assert [event async for event in events if event.seq is not None] == []
    assert await service.all_seqs(job) == []
