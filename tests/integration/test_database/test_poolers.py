"""The three ways to Supabase's PostgreSQL, with a pooler in between where there is one."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from api.application import create_app
from config.settings import DatabaseSettings, Settings
from core.exceptions import UnavailableError
from database.engine import EngineOptions
from database.migrate import upgrade_to_head
from database.unit_of_work import Database
from services.container import Container
from tests.simulators.pooler import Pooler

CLIENTS = 50
TIMEOUTS = {
    "statement_timeout": "10s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
}


def pooler_before(url: str, mode: Any, size: int = 4) -> Pooler:
    parsed = make_url(url)
    assert parsed.database is not None
    socket = f"{parsed.query['host']}/.s.PGSQL.{parsed.port or 5432}"
    return Pooler(socket, parsed.database, mode, size)


@pytest.fixture
async def transaction_pooler(database: Database, database_url: str) -> AsyncIterator[Pooler]:
    async with pooler_before(database_url, "transaction") as pooler:
        yield pooler


@pytest.fixture
async def session_pooler(database: Database, database_url: str) -> AsyncIterator[Pooler]:
    async with pooler_before(database_url, "session", size=8) as pooler:
        yield pooler


async def ask(url: str, caches: dict[str, Any], clients: int) -> list[BaseException]:
    """Plain clients with three queries each; what went wrong."""

    async def client(number: int) -> None:
        connection = await asyncpg.connect(url, **caches)
        try:
            for step in range(3):
                assert await connection.fetchval(f"select {number % 5} + $1::int", step) is not None
                await asyncio.sleep(0.01)
        finally:
            await connection.close()

    answers = await asyncio.gather(*(client(n) for n in range(clients)), return_exceptions=True)
    return [answer for answer in answers if isinstance(answer, BaseException)]


async def test_a_client_that_prepares_statements_fails_behind_the_stand_in(
    transaction_pooler: Pooler,
) -> None:
    """So what passes below passes because of our settings, not for want of a pooler.

    One client alone gets another server for every step; many may each fall into step with one.
    """
    errors = await ask(transaction_pooler.url, {}, clients=1)

    assert "prepared statement" in str(errors[0])
    assert [line for line in await transaction_pooler.leftovers() if "statement " in line]


async def test_without_statement_caches_plain_clients_work(transaction_pooler: Pooler) -> None:
    assert await ask(transaction_pooler.url, {"statement_cache_size": 0}, clients=20) == []
    assert await transaction_pooler.leftovers() == []


@pytest.mark.parametrize(
    ("mode", "complaint"),
    [("direct", "unsupported startup parameter"), ("session", "prepared statement .* not exist")],
)
async def test_the_other_modes_are_refused_or_fail_there(
    transaction_pooler: Pooler, mode: Any, complaint: str
) -> None:
    database = Database(lambda: transaction_pooler.url, EngineOptions(mode=mode, pool_size=1))
    with pytest.raises((UnavailableError, asyncpg.PostgresError)) as refused:  # noqa: PT012  # the session keeps the first
        for _ in range(2):
            await database.alone.users.get_profile(uuid4())
    await database.close()
    # A pooler's refusals are all of one kind, so this one is taken for an outage; its cause tells.
    assert re.search(complaint, str(refused.value.__cause__ or refused.value))


async def exercise(database: Database, number: int) -> None:
    """What the service does all day: ORM writes, hot reads, locks, conflicts."""
    user = await database.alone.users.create({"email": f"user{number}@example.com"})
    for _ in range(3):
        found = await database.alone.users.get_profile(user.id)
        assert found is not None
        assert found.email == user.email
    async with database.transaction() as uow:
        held = await uow.users.get_by_email(user.email)
        assert held is not None
        await uow.users.update(user.id, {"username": f"name{number}"})
        await uow.projects.create({"user_id": user.id, "name": "x"})
    await database.alone.users.adopt(user.id, f"moved{number}@example.com", {})
    async with database.session() as session:
        for name, value in TIMEOUTS.items():
            assert await session.scalar(text(f"show {name}")) == value


async def test_transaction_mode_works_and_leaves_nothing_behind(
    transaction_pooler: Pooler,
) -> None:
    database = Database(lambda: transaction_pooler.url, EngineOptions(mode="transaction"))
    await asyncio.gather(*(exercise(database, number) for number in range(CLIENTS)))
    await database.close()

    assert transaction_pooler.most_clients > 4
    assert await transaction_pooler.leftovers() == []


async def test_a_transaction_that_breaks_off_is_undone(transaction_pooler: Pooler) -> None:
    database = Database(lambda: transaction_pooler.url, EngineOptions(mode="transaction"))

    async def break_off() -> None:
        async with database.session() as session:
            await session.execute(text("insert into users (email) values ('a@example.com')"))
            await session.execute(text("select 1 / 0"))

    for _ in range(6):
        with pytest.raises(DBAPIError):
            await break_off()
    async with database.session() as session:
        assert await session.scalar(text("select count(*) from users")) == 0
    await database.close()


async def test_session_mode_keeps_its_settings_and_statements(session_pooler: Pooler) -> None:
    options = EngineOptions(mode="session", pool_size=4)
    database = Database(lambda: session_pooler.url, options)
    await asyncio.gather(*(exercise(database, number) for number in range(CLIENTS)))
    assert session_pooler.most_clients <= 4
    await database.close()


async def test_time_outs_are_in_force_in_autocommit_where_there_is_a_session(
    session_pooler: Pooler, database_url: str
) -> None:
    for url, mode in ((session_pooler.url, "session"), (database_url, "direct")):
        options = EngineOptions(mode=mode, pool_size=1)  # type: ignore[arg-type]  # both are modes
        database = Database(lambda url=url: url, options)  # type: ignore[misc]  # bound now
        engine = await database.engine()
        async with engine.connect() as connection:
            for name, value in TIMEOUTS.items():
                assert await connection.scalar(text(f"show {name}")) == value
        await database.close()


@pytest.mark.parametrize("mode", ["session", "transaction"])
async def test_migrations_run_through_either(database_url: str, mode: Any) -> None:
    name = f"bpg_test_pooled_{mode}"
    plain = make_url(database_url).set(drivername="postgresql")
    server = await asyncpg.connect(plain.render_as_string(hide_password=False))
    await server.execute(f'drop database if exists "{name}" with (force)')
    await server.execute(f'create database "{name}"')
    try:
        url = plain.set(database=name).render_as_string(hide_password=False)
        async with pooler_before(url, mode, size=1) as pooler:
            await asyncio.to_thread(upgrade_to_head, pooler.url)
            await asyncio.to_thread(upgrade_to_head, pooler.url)
            if mode == "transaction":
                assert await pooler.leftovers() == []
    finally:
        await server.execute(f'drop database if exists "{name}" with (force)')
        await server.close()


@pytest.mark.parametrize("mode", ["session", "transaction"])
async def test_the_whole_service_works_through_either(
    make_settings: Callable[..., Settings],
    transaction_pooler: Pooler,
    session_pooler: Pooler,
    mode: str,
) -> None:
    pooler = transaction_pooler if mode == "transaction" else session_pooler
    options = DatabaseSettings(
        DATABASE_URL=pooler.url, DATABASE_POOLER_MODE=mode, DATABASE_POOL_SIZE=4
    )
    settings = make_settings(database=options)
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    body = {"description": "A bakery for sourdough bread", "count": 3}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        account = {"email": "founder@example.com", "password": "four plain words here"}
        session = (await client.post("/api/auth/signup", json=account)).json()
        headers = {"Authorization": f"Bearer {session['access_token']}"}
        answers = await asyncio.gather(
            *(client.post("/api/generate/taglines", json=body, headers=headers) for _ in range(8))
        )
        profile = await client.get("/api/users/me", headers=headers)
        history = await client.get("/api/users/history", headers=headers)
    await container.aclose()

    assert sorted(answer.status_code for answer in answers)[:3] == [200, 200, 429], answers[0].text
    assert profile.json()["generations_remaining"] == 0
    assert len(history.json()["items"]) == 2
