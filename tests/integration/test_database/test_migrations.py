"""The migrations: up, down, no drift, and Row Level Security as Supabase's roles meet it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from tests.running_service import ROOT

NAME = f"bpg_test_migrations_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
TABLES = {
    "alembic_version",
    "api_usage",
    "assets",
    "event_tickets",
    "generation_events",
    "generation_steps",
    "generations",
    "idempotency_keys",
    "outbox",
    "projects",
    "refresh_tokens",
    "schedule_runs",
    "snapshots",
    "totals",
    "users",
    "webhooks",
}
# What nobody reads but the service: no policy opens it to its owner.
PRIVATE = {
    "alembic_version",
    "event_tickets",
    "idempotency_keys",
    "outbox",
    "refresh_tokens",
    "schedule_runs",
    "snapshots",
    "totals",
}
# What Supabase's PostgreSQL has before our first migration.
SUPABASE = """
    do $$ begin
        create role anon nologin; create role authenticated nologin;
    exception when duplicate_object or unique_violation then null; end $$;
    create schema auth;
    create function auth.uid() returns uuid language sql stable as
        $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
    grant usage on schema public, auth to anon, authenticated;
    alter default privileges in schema public grant all on tables to anon, authenticated;
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        yield connection
    finally:
        await connection.close()


async def execute(url: str, *statements: str) -> None:
    async with connected(url) as connection:
        for statement in statements:
            await connection.execute(statement)


@pytest.fixture
def empty(database_url: str) -> Iterator[str]:
    """The URL of a database without a table."""
    drop = f'drop database if exists "{NAME}" with (force)'
    asyncio.run(execute(database_url, drop, f'create database "{NAME}"'))
    yield make_url(database_url).set(database=NAME).render_as_string(hide_password=False)
    asyncio.run(execute(database_url, drop))


def alembic(url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["url"] = url
    return config


def tables(url: str) -> set[str]:
    async def read() -> set[str]:
        async with connected(url) as connection:
            rows = await connection.fetch(
                "select tablename from pg_tables where schemaname = 'public'"
            )
            return {row["tablename"] for row in rows}

    return asyncio.run(read())


def test_up_down_and_up_again_without_drift(empty: str) -> None:
    config = alembic(empty)

    command.upgrade(config, "head")
    assert tables(empty) == TABLES
    command.check(config)
    command.downgrade(config, "base")
    assert tables(empty) <= {"alembic_version"}
    command.upgrade(config, "head")
    command.check(config)


async def insert_things_of(connection: "asyncpg.Connection[asyncpg.Record]", owner: UUID) -> None:
    """A user with one row in every table."""
    project, generation = uuid4(), uuid4()
    await connection.execute(
        "insert into users (id, email) values ($1, $2)", owner, f"{owner}@example.com"
    )
    await connection.execute(
        "insert into projects (id, user_id, name) values ($1, $2, 'x')", project, owner
    )
    await connection.execute(
        "insert into generations (id, project_id, user_id, generation_type, status, quota_state)"
        " values ($1, $2, $3, 'name', 'success', 'spent')",
        generation,
        project,
        owner,
    )
    await connection.execute(
        "insert into generation_events (generation_id, seq, type) values ($1, 1, 'job.accepted')",
        generation,
    )
    await connection.execute(
        "insert into assets (generation_id, project_id, asset_type, file_url)"
        " values ($1, $2, 'logo', 'x')",
        generation,
        project,
    )
    await connection.execute(
        "insert into refresh_tokens (user_id, expires_at) values ($1, now() + interval '1 day')",
        owner,
    )
    await connection.execute(
        "insert into api_usage (user_id, generation_id, provider, model, task, latency_ms, outcome)"
        " values ($1, $2, 'builtin', 'engine', 'names', 1, 'success')",
        owner,
        generation,
    )
    await connection.execute(
        "insert into generation_steps (generation_id, step, status, input_hash, attempt)"
        " values ($1, 'names', 'completed', 'x', 1)",
        generation,
    )
    await connection.execute(
        "insert into event_tickets (token_hash, generation_id, user_id, expires_at)"
        " values ($1, $2, $3, now())",
        generation.hex,
        generation,
        owner,
    )
    await connection.execute(
        "insert into idempotency_keys (user_id, key, request_hash, resource_id)"
        " values ($1, 'x', 'x', $2)",
        owner,
        generation,
    )
    await connection.execute(
        "insert into outbox (topic, generation_id) values ('run', $1)", generation
    )
    await connection.execute("insert into webhooks (user_id, url) values ($1, 'x')", owner)
    await connection.execute(
        "insert into schedule_runs (name, started_at) values ('x', now()) on conflict do nothing"
    )
    await connection.execute(
        "insert into snapshots (name, content) values ('x', '{}') on conflict do nothing"
    )
    await connection.execute("insert into totals (name) values ('x') on conflict do nothing")


@asynccontextmanager
async def acting_as(
    connection: "asyncpg.Connection[asyncpg.Record]", role: str, user: UUID
) -> AsyncIterator[None]:
    """A transaction as Supabase opens it for a request with this user's token."""
    async with connection.transaction():
        await connection.execute(f"set local role {role}")
        await connection.execute("select set_config('request.jwt.claim.sub', $1, true)", str(user))
        yield


async def counts_as(
    connection: "asyncpg.Connection[asyncpg.Record]", role: str, user: UUID
) -> dict[str, int]:
    """How many rows of each table they see."""
    async with acting_as(connection, role, user):
        return {
            table: await connection.fetchval(f"select count(*) from {table}")
            for table in sorted(TABLES)
        }


def test_supabases_roles_see_their_own_rows_or_none(empty: str) -> None:
    asyncio.run(execute(empty, SUPABASE))
    command.upgrade(alembic(empty), "head")
    owner, stranger = uuid4(), uuid4()

    async def look() -> None:
        async with connected(empty) as connection:
            await insert_things_of(connection, owner)
            await insert_things_of(connection, stranger)
            own = await counts_as(connection, "authenticated", owner)
            nobody = await counts_as(connection, "authenticated", uuid4())
            anon = await counts_as(connection, "anon", owner)
        private = dict.fromkeys(PRIVATE, 0)
        assert own == dict.fromkeys(TABLES, 1) | private
        assert set(nobody.values()) == set(anon.values()) == {0}

    asyncio.run(look())


CHANGES = [
    "update users set generations_remaining = 99, is_premium = true",
    "update projects set name = 'stolen'",
    "delete from generations",
]


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_supabases_roles_change_nothing(empty: str, role: str) -> None:
    asyncio.run(execute(empty, SUPABASE))
    command.upgrade(alembic(empty), "head")
    owner = uuid4()

    async def try_to_change() -> None:
        async with connected(empty) as connection:
            await insert_things_of(connection, owner)
            for statement in CHANGES:
                async with acting_as(connection, role, owner):
                    assert (await connection.execute(statement)).endswith(" 0"), statement
            async with acting_as(connection, role, owner):
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                    await connection.execute("insert into users (email) values ('x@example.com')")

    asyncio.run(try_to_change())
