"""What becomes of a key whose first request was made, but never answered."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from core.exceptions import UnavailableError
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_api.keyed import (
    ALL,
    BOUNDED,
    LEFT,
    PROJECT,
    WAITED_FOR,
    Gate,
    Headers,
    Keyed,
    made,
    sql,
    units,
    until,
)
from tests.integration.test_api.server import serving

pytestmark = pytest.mark.timeout(60)

LOSE_THE_ANSWER = "update idempotency_keys set status = null, headers = null, body = null"
RUNNING = """
update generations set status = 'running', output_data = null, finished_at = null,
    quota_state = 'held', lease_owner = 'dead', lease_until = now() + make_interval(secs => :lease)
"""
PENDING = RUNNING.replace("'running'", "'pending'")


async def fail(*_: Any) -> None:
    raise UnavailableError


async def lose_the_answer(database: Database) -> None:
    """As if the process had died before it could keep the answer; no unit is left, either."""
    await sql(database, LOSE_THE_ANSWER)
    await sql(database, "update users set generations_remaining = 0")


@pytest.mark.parametrize(
    "keyed", [ALL["waited for"], ALL["bounded"], PROJECT], ids=["waited for", "bounded", "project"]
)
async def test_what_was_made_is_answered(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    before = await made(database)
    await lose_the_answer(database)

    attached = await keyed.send(client, signed_in)
    again = await keyed.send(client, signed_in)

    assert attached.status_code == keyed.status, attached.text
    assert attached.headers["idempotent-replayed"] == "true"
    assert attached.json() == first.json()
    assert again.content == attached.content
    assert await made(database) == before


async def test_a_job_that_nobody_waits_for_is_answered_as_it_is_now(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    first = (await LEFT.send(client, signed_in)).json()
    await until(lambda: sql(database, "select status = 'success' from generations"))
    await lose_the_answer(database)

    attached = await LEFT.send(client, signed_in)

    assert (attached.status_code, attached.json()["id"]) == (202, first["id"])
    assert attached.json()["status"] == "success"
    assert attached.headers["idempotent-replayed"] == "true"


async def test_a_failure_is_answered_as_a_failure(
    client: httpx.AsyncClient, signed_in: Headers, container: Container, database: Database
) -> None:
    async def fail(**_: Any) -> None:
        raise RuntimeError

    container.colors.generate = fail  # type: ignore[method-assign, assignment]  # of this test
    first = await WAITED_FOR.send(client, signed_in)
    await lose_the_answer(database)

    attached = await WAITED_FOR.send(client, signed_in)

    assert (attached.status_code, attached.json()) == (500, first.json())


@pytest.mark.parametrize("state", [RUNNING, PENDING], ids=["running", "pending"])
async def test_a_lease_decides_whether_the_first_request_still_works(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, state: str
) -> None:
    first = (await WAITED_FOR.send(client, signed_in)).json()
    await lose_the_answer(database)
    await sql(database, state, lease=30)
    in_use = await WAITED_FOR.send(client, signed_in)
    assert (in_use.status_code, in_use.json()["code"]) == (409, "IDEMPOTENCY_IN_PROGRESS")
    assert in_use.headers["retry-after"] == "2"

    await sql(database, state, lease=-1)
    waiting = asyncio.create_task(WAITED_FOR.send(client, signed_in))
    await asyncio.sleep(0)
    await sql(
        database, "update generations set status = 'failed', error_message = 'Lost.', "
        "error_code = 'GENERATION_FAILED', quota_state = 'refunded', lease_until = null"
    )  # fmt: skip
    attached = await waiting

    assert (attached.status_code, attached.json()["error"]) == (500, "Lost.")
    assert attached.json()["details"] == {"generation_id": first["generation_id"]}
    assert attached.headers["idempotent-replayed"] == "true"


async def test_who_repeats_the_request_of_a_dead_process_gets_the_second_attempt(
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = (await WAITED_FOR.send(client, signed_in)).json()
    await lose_the_answer(database)
    await sql(database, RUNNING, lease=-1)
    answer = Gate(container.generations.answer)
    monkeypatch.setattr(container.generations, "answer", answer)
    waiting = asyncio.create_task(WAITED_FOR.send(client, signed_in))
    await answer.begun.wait()
    answer.open.set()
    await container.generations.reap()
    await container.outbox.relay()
    attached = await waiting

    assert attached.status_code == 200, attached.text
    assert attached.json()["generation_id"] == first["generation_id"]
    assert await made(database) == (1, 1, 1)


async def test_who_goes_away_finds_the_result_with_the_same_key(
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Gate(container.colors.generate)
    monkeypatch.setattr(container.colors, "generate", gate)
    working = asyncio.create_task(BOUNDED.send(client, signed_in))
    await gate.begun.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert (await BOUNDED.send(client, signed_in)).status_code == 409
    gate.open.set()
    await until(lambda: sql(database, "select status = 'success' from generations"))
    found = await BOUNDED.send(client, signed_in)

    assert found.status_code == 200
    assert found.headers["idempotent-replayed"] == "true"
    assert gate.calls == 1
    assert await units(client, signed_in) == 1


async def test_a_broken_connection_does_not_lose_the_answer(
    app: FastAPI,
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = Gate(container.colors.generate)
    monkeypatch.setattr(container.colors, "generate", gate)
    async with serving(app) as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as real:
            waiting = asyncio.create_task(WAITED_FOR.send(real, signed_in))
            await gate.begun.wait()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        gate.open.set()
        await until(lambda: sql(database, "select status = 200 from idempotency_keys"))
    found = await WAITED_FOR.send(client, signed_in)

    assert found.status_code == 200
    assert found.json()["colors"]
    assert found.headers["idempotent-replayed"] == "true"
    assert gate.calls == 1


@pytest.mark.parametrize("keyed", ALL.values(), ids=ALL)
async def test_a_kept_answer_outlives_what_was_made_and_a_lost_one_does_not(
    client: httpx.AsyncClient, signed_in: Headers, database: Database, keyed: Keyed
) -> None:
    first = await keyed.send(client, signed_in)
    await until(lambda: sql(database, "select count(*) = 0 from generations where status in "
                            "('pending', 'running')"))  # fmt: skip
    await sql(database, "delete from projects")
    kept = await keyed.send(client, signed_in)
    assert (kept.status_code, kept.content) == (first.status_code, first.content)

    await lose_the_answer(database)
    for _ in range(2):
        lost = await keyed.send(client, signed_in)
        assert (lost.status_code, lost.json()["code"]) == (404, "RESOURCE_NOT_FOUND")


async def test_an_outage_while_waiting_is_not_the_answer(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(container.generations, "answer", fail)
        failed = await WAITED_FOR.send(client, signed_in)
    assert failed.status_code == 503
    while (found := await WAITED_FOR.send(client, signed_in)).status_code == 409:
        await asyncio.sleep(0.01)

    assert found.status_code == 200
    assert await units(client, signed_in) == 1


async def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    client: httpx.AsyncClient,
    signed_in: Headers,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(container.idempotency, "keep", fail)
        first = await WAITED_FOR.send(client, signed_in)
    again = await WAITED_FOR.send(client, signed_in)

    assert first.status_code == 200
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replayed"] == "true"
