"""What a second attempt finds: steps that are done, and results that were published unheard of."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from core.exceptions import UnavailableError
from core.usage import UsageRecord, record_usage
from database.models import GenerationStatus
from database.unit_of_work import Database
from services.container import Container
from services.generation_runner import GenerationRunner

Headers = dict[str, str]
Row = dict[str, Any]  # Any: column values

PACKAGE = {"description": "A small bakery that delivers bread", "seed": 7, "tlds": []}
CENT = Decimal("0.01")
STEPS = ("names", "colors", "taglines", "logos")


@pytest.fixture
def calls(container: Container, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each step was made; each time costs a cent."""
    made: Counter[str] = Counter()

    def counted(step: str, generate: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        async def generate_counted(**given: Any) -> Any:
            made[step] += 1
            record_usage(UsageRecord("paid", "model", step, 1, 1, CENT, 5, "success"))
            return await generate(**given)

        return generate_counted

    for step in STEPS:
        service = getattr(container, step)
        monkeypatch.setattr(service, "generate", counted(step, service.generate))
    return made


async def accepted(client: httpx.AsyncClient, headers: Headers) -> UUID:
    answer = await client.post(
        "/api/generate/package", json=PACKAGE, headers=headers | {"Prefer": "respond-async"}
    )
    assert answer.status_code == 202, answer.text
    return UUID(answer.json()["id"])


async def rows(database: Database, sql: str, **values: object) -> list[Row]:
    async with database.session() as session:
        return [dict(row) for row in (await session.execute(text(sql), values)).mappings()]


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await is_so():
            await asyncio.sleep(0.02)


async def expire_lease(database: Database, generation_id: UUID) -> None:
    await rows(
        database,
        "update generations set lease_until = now() where id = :id returning id",
        id=generation_id,
    )


async def break_off(container: Container, database: Database, generation_id: UUID) -> None:
    """What a killed process leaves behind: a lease that runs out."""
    runner = container.generation_runner
    task = runner._running[generation_id]
    task.cancel()
    await asyncio.wait([task])
    await expire_lease(database, generation_id)


async def test_finished_steps_are_neither_made_nor_paid_again(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    database: Database,
    calls: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = container.logos.generate

    async def hang(**_: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(container.logos, "generate", hang)
    generation_id = await accepted(client, signed_in)

    async def all_but_logos() -> bool:
        done = await rows(
            database, "select 1 from generation_steps where generation_id = :id", id=generation_id
        )
        return len(done) == 4

    await until(all_but_logos)
    await break_off(container, database, generation_id)
    monkeypatch.setattr(container.logos, "generate", draw)

    assert await container.generations.reap() == 1
    assert await container.outbox.relay() == 1
    assert await container.progress.ended(generation_id, 60) == GenerationStatus.SUCCESS

    assert calls == dict.fromkeys(STEPS, 1)
    (row,) = await rows(
        database,
        "select attempt, quota_state, cost_usd, last_seq from generations where id = :id",
        id=generation_id,
    )
    assert (row["attempt"], row["quota_state"], row["cost_usd"]) == (2, "spent", 4 * CENT)
    events = await rows(
        database,
        "select seq, type, payload from generation_events where generation_id = :id order by seq",
        id=generation_id,
    )
    assert [event["seq"] for event in events] == list(range(1, row["last_seq"] + 1))
    told = [event["type"] for event in events]
    assert (told.count("job.retried"), told.count("job.success"), told[-1]) == (1, 1, "job.success")
    ended = [event["payload"]["step"] for event in events if event["type"] == "step.completed"]
    assert sorted(ended) == ["domains", "logos", "names", "palette", "taglines"]
    (total,) = await rows(database, "select value from totals where name = 'spend_usd:paid'")
    assert total["value"] == 4 * CENT


async def test_a_published_result_whose_commit_was_not_heard_of_stays(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit = GenerationRunner._commit_once
    deaf = [True]

    async def commit_unheard(self: GenerationRunner, *given: Any) -> bool:
        published = await commit(self, *given)
        if deaf:
            deaf.clear()
            raise UnavailableError
        return published

    monkeypatch.setattr(GenerationRunner, "_commit_once", commit_unheard)

    answer = await client.post("/api/generate/package", json=PACKAGE, headers=signed_in)

    assert answer.status_code == 200, answer.text
    for logo in answer.json()["logos"]:
        assert (await client.get(logo["url"])).status_code == 200
    assert len(await rows(database, "select 1 from generations where quota_state = 'spent'")) == 1


async def test_a_result_that_cannot_be_kept_is_left_to_the_reaper_and_not_lost(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    database: Database,
    calls: Counter[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.generation_runner.PUBLISH_PATIENCE_S", 0)
    generations = type(container.database.alone.generations)
    finish, abandon = generations.finish, generations.abandon

    async def refuse(*_: Any, **__: Any) -> Any:
        raise UnavailableError

    monkeypatch.setattr(generations, "finish", refuse)
    monkeypatch.setattr(generations, "abandon", refuse)
    generation_id = await accepted(client, signed_in)
    await asyncio.wait([container.generation_runner._running[generation_id]])
    monkeypatch.setattr(generations, "finish", finish)
    monkeypatch.setattr(generations, "abandon", abandon)
    await expire_lease(database, generation_id)

    await container.generations.reap()
    await container.outbox.relay()

    assert await container.progress.ended(generation_id, 60) == GenerationStatus.SUCCESS
    assert calls == dict.fromkeys(STEPS, 1)
    job = (await client.get(f"/api/generations/{generation_id}", headers=signed_in)).json()
    for logo in job["result"]["logos"]:
        assert (await client.get(logo["url"])).status_code == 200
