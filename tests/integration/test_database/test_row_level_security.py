"""What Supabase's Data API lets a stranger, and an owner, do with our tables: nothing, and look."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import pytest
from alembic import command

from tests.integration.test_database import test_migrations as migrations
from tests.integration.test_database.test_migrations import (
    PRIVATE,
    TABLES,
    alembic,
    connected,
    execute,
    insert_things_of,
)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Check: TypeAlias = Callable[[Connection, UUID, UUID], Awaitable[None]]

# As hosted projects define it today: claims as one JSON value.
UID = """
    create or replace function auth.uid() returns uuid language sql stable as $$
        select coalesce(
            nullif(current_setting('request.jwt.claim.sub', true), ''),
            (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
        )::uuid $$;
"""
# Every owner in a table, as the service's own role sees them.
OWNERS = {
    "users": "id",
    "projects": "user_id",
    "generations": "user_id",
    "api_usage": "user_id",
    "generation_events": "(select user_id from generations where id = generation_id)",
    "assets": "(select user_id from projects where id = project_id)",
    "generation_steps": "(select user_id from generations where id = generation_id)",
    "webhooks": "user_id",
}

empty = migrations.empty


@pytest.fixture
def project(empty: str) -> Callable[[Check], None]:
    """A Supabase project's database with our tables and two owners' rows."""
    asyncio.run(execute(empty, migrations.SUPABASE, UID))
    command.upgrade(alembic(empty), "head")

    async def run(check: Check) -> None:
        owner, stranger = uuid4(), uuid4()
        async with connected(empty) as connection:
            await insert_things_of(connection, owner)
            await insert_things_of(connection, stranger)
            await check(connection, owner, stranger)

    return lambda check: asyncio.run(run(check))


@asynccontextmanager
async def acting_as(connection: Connection, role: str, user: UUID) -> AsyncIterator[None]:
    """A transaction as the Data API opens it for a token; it is undone at the end."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        claims = json.dumps({"sub": str(user), "role": role})
        await connection.execute(f"set local role {role}")
        await connection.execute("select set_config('request.jwt.claims', $1, true)", claims)
        yield
    finally:
        await transaction.rollback()


def test_every_table_is_closed_and_opened_to_owners_for_reading_only(
    project: Callable[[Check], None],
) -> None:
    async def check(connection: Connection, _owner: UUID, _stranger: UUID) -> None:
        closed = await connection.fetch(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and relkind in ('r', 'p') and relrowsecurity"
        )
        assert {row["relname"] for row in closed} == TABLES
        policies = await connection.fetch(
            "select tablename, cmd, roles::text[] as roles from pg_policies"
        )
        assert {row["tablename"] for row in policies} == TABLES - PRIVATE
        assert {(row["cmd"], *row["roles"]) for row in policies} == {("SELECT", "authenticated")}

    project(check)


def test_there_is_something_to_see_in_every_table(project: Callable[[Check], None]) -> None:
    async def check(connection: Connection, owner: UUID, stranger: UUID) -> None:
        assert OWNERS.keys() | PRIVATE == TABLES
        for table, owner_of in OWNERS.items():
            rows = await connection.fetch(f"select {owner_of} as owner from {table}")
            assert {row["owner"] for row in rows} == {owner, stranger}, table
        for table in PRIVATE:
            assert await connection.fetch(f"select 1 from {table}"), table

    project(check)


def test_an_owner_sees_own_rows_and_nobody_elses(project: Callable[[Check], None]) -> None:
    async def check(connection: Connection, owner: UUID, stranger: UUID) -> None:
        for me in (owner, stranger):
            async with acting_as(connection, "authenticated", me):
                for table, owner_of in OWNERS.items():
                    rows = await connection.fetch(f"select {owner_of} as owner from {table}")
                    assert [row["owner"] for row in rows] == [me], table
                for table in PRIVATE:
                    assert await connection.fetch(f"select 1 from {table}") == []

    project(check)


def test_anon_sees_nothing_even_with_an_owners_id(project: Callable[[Check], None]) -> None:
    async def check(connection: Connection, owner: UUID, _stranger: UUID) -> None:
        async with acting_as(connection, "anon", owner):
            for table in TABLES:
                assert await connection.fetch(f"select 1 from {table}") == [], table

    project(check)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_no_role_changes_a_row_of_any_table(project: Callable[[Check], None], role: str) -> None:
    async def check(connection: Connection, owner: UUID, _stranger: UUID) -> None:
        for table in sorted(TABLES):
            column = await connection.fetchval(
                "select column_name from information_schema.columns"
                " where table_schema = 'public' and table_name = $1 limit 1",
                table,
            )
            for statement in (
                f"update {table} set {column} = {column}",
                f"delete from {table}",
            ):
                async with acting_as(connection, role, owner):
                    done = await connection.execute(statement)
                assert done.endswith(" 0"), statement
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                async with acting_as(connection, role, owner):
                    await connection.execute(
                        f"insert into {table} select (jsonb_populate_record(null::{table},"
                        " '{}')).*"
                    )

    project(check)


def test_the_owner_is_looked_up_once_and_not_for_each_row(
    project: Callable[[Check], None],
) -> None:
    async def check(connection: Connection, owner: UUID, _stranger: UUID) -> None:
        async with acting_as(connection, "authenticated", owner):
            for table in ("projects", "generations"):
                plan = await connection.fetch(f"explain select * from {table}")
                assert any("InitPlan" in row[0] for row in plan), table

    project(check)


def test_without_grants_there_is_nothing_to_ask(empty: str) -> None:
    """New projects grant nothing: the Data API then refuses before it looks for rows."""
    asyncio.run(execute(empty, migrations.SUPABASE, UID))
    command.upgrade(alembic(empty), "head")
    revoke = "revoke all on all tables in schema public from anon, authenticated"
    asyncio.run(execute(empty, revoke))

    async def check() -> None:
        async with connected(empty) as connection:
            for role in ("anon", "authenticated"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    async with acting_as(connection, role, uuid4()):
                        await connection.fetch("select 1 from users")

    asyncio.run(check())
