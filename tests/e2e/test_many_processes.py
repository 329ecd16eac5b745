"""Two services and two workers on one database and one broker: still one quota, and one of each."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from database.unit_of_work import Database
from tests.running_service import running_service, running_worker
from tests.simulators.redis_server import RedisServer

pytestmark = pytest.mark.timeout(300)

AT_ONCE = 25
BODY = {"name": "Bread", "description": "A small bakery", "tlds": []}
UNSETTLED = """
select u.id from users u where u.generations_remaining + (
    select count(*) from generations g where g.user_id = u.id
        and g.quota_state in ('held', 'spent')
        and g.quota_window_started_at = u.quota_window_started_at
) <> 2
"""
NOT_ENDED = "select id from generations where status in ('pending', 'running')"
UNSENT = "select id from outbox where done_at is null"


@pytest.fixture(scope="module")
def addresses(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """Where two services serve, which leave their work to two workers."""
    folder: Path = tmp_path_factory.mktemp("deployment")
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer(folder))
        shared = {
            "REDIS_URL": redis.url,
            "DATABASE_POOL_SIZE": "8",
            "PUBLIC_URL": "http://localhost:8000",  # tokens of one service are good for the other
        }
        for _ in range(2):
            stack.enter_context(running_worker(folder, database_url, **shared))
        first, second = (
            stack.enter_context(running_service(folder, database_url, **shared)) for _ in range(2)
        )
        yield first.address, second.address


@dataclass(frozen=True)
class Customer:
    """An account that asks both services."""

    clients: tuple[httpx.AsyncClient, httpx.AsyncClient]

    async def all_at_once(self, count: int, path: str, **headers: str) -> list[httpx.Response]:
        """The answers to as many requests, spread over both services."""
        room = asyncio.Semaphore(AT_ONCE)  # of connections; there are many more requests

        async def one(number: int) -> httpx.Response:
            async with room:
                return await self.clients[number % 2].post(
                    path, json=BODY, headers={"Prefer": "respond-async"} | headers
                )

        return await asyncio.gather(*(one(number) for number in range(count)))

    async def ended(self, generation_id: str) -> Any:  # Any: JSON values
        """The job, once it has ended."""
        while True:
            for client in self.clients:
                job = (await client.get(f"/api/generations/{generation_id}")).json()
                if job["status"] not in {"pending", "running"}:
                    return job
            await asyncio.sleep(0.1)


@pytest.fixture
async def customer(addresses: tuple[str, str], database: Database) -> AsyncIterator[Customer]:
    """Of a database that was empty before."""
    account = {"email": "founder@example.com", "password": "four plain words here"}
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=60))
            for address in addresses
        ]
        token = (await first.post("/api/auth/signup", json=account)).json()["access_token"]
        for client in (first, second):
            client.headers["Authorization"] = f"Bearer {token}"
        yield Customer((first, second))
        await rest(database)


async def found(database: Database, query: str) -> list[UUID]:
    async with database.session() as session:
        return list(await session.scalars(text(query)))


async def rest(database: Database) -> None:
    """Wait until nothing is to be done, and look whether all is settled."""
    while await found(database, f"{NOT_ENDED} union all {UNSENT}"):
        await asyncio.sleep(0.1)
    assert await found(database, UNSETTLED) == []


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def succeeded(customer: Customer, answers: list[httpx.Response]) -> set[str]:
    """The ids of the jobs that were accepted, all of which end well."""
    accepted = {answer.json()["id"] for answer in answers if answer.status_code == 202}
    for generation_id in accepted:
        job = await customer.ended(generation_id)
        assert (job["status"], job["quota_state"]) == ("success", "spent"), job
    return accepted


@pytest.mark.parametrize("path", ["/api/generate/package", "/api/generate/names"])
async def test_two_hundred_requests_on_a_quota_of_two_make_two(
    customer: Customer, database: Database, path: str
) -> None:
    answers = await customer.all_at_once(200, path)

    assert statuses(answers) == {202: 2, 429: 198}
    assert {a.json()["code"] for a in answers if a.status_code == 429} == {"RATE_LIMIT_EXCEEDED"}
    made = await succeeded(customer, answers)
    assert len(made) == 2
    kind = "'package'" if "package" in path else "'name'"
    of_the_kind = await found(database, f"select id from generations where generation_type={kind}")
    assert {str(row) for row in of_the_kind} == made
    await rest(database)


@pytest.mark.parametrize("path", ["/api/generate/package", "/api/projects"])
async def test_fifty_requests_with_one_key_make_one(
    customer: Customer, database: Database, path: str
) -> None:
    answers = await customer.all_at_once(50, path, **{"Idempotency-Key": "one"})

    made = 202 if "package" in path else 201
    assert set(statuses(answers)) <= {made, 409}
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == made}) == 1
    assert len(await succeeded(customer, answers)) == (made == 202)
    assert len(await found(database, "select id from projects")) == 1
    assert len(await found(database, "select user_id from idempotency_keys")) == 1
    again = await customer.all_at_once(2, path, **{"Idempotency-Key": "one"})
    assert statuses(again) == {made: 2}
    assert {answer.headers["idempotent-replayed"] for answer in again} == {"true"}
    assert again[0].content == again[1].content
    await rest(database)
