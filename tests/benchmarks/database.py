"""The PostgreSQL server of the benchmarks, with durable commits as in production, and its data."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import make_url

from database.embedded import start_embedded_postgres
from database.migrate import upgrade_to_head
from services.login_sessions import AUDIENCE
from utils.ids import uuid7
from utils.tokens import AccessClaims, AccessTokens

ISSUER = "http://service.test"
UNITS = 1_000_000  # of quota, more than any measurement needs


@dataclass(frozen=True, slots=True)
class Account:
    """A user who is logged in, with some projects."""

    user_id: UUID
    token: str
    projects: Sequence[UUID]


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """A database with the newest schema, and the secrets of the services that use it."""

    url: str
    jwt_secret: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)

    def service_variables(self) -> dict[str, str]:
        """The environment of a production-like service over this database."""
        return {
            "APP_ENV": "production",
            "DATABASE_URL": self.url,
            "JWT_SECRET_KEY": self.jwt_secret,
            "PASSWORD_PEPPER": secrets.token_urlsafe(48),
            "PUBLIC_URL": ISSUER,
            "TRUSTED_PROXIES": '["127.0.0.1"]',  # so that each request has a client address
            "RATE_LIMIT_GENERATIONS": str(UNITS),
            "JOBS_WAITING": str(UNITS),  # accepted and never begun in some measurements
        }

    def run(self, *statements: str) -> None:
        """Run statements one after the other, each in a transaction of its own."""
        asyncio.run(execute(self.url, statements))

    def number(self, query: str) -> int:
        """The one number that a query gives."""
        return int(self.rows(query)[0][0])

    def rows(self, query: str, *values: object) -> list[asyncpg.Record]:
        """The rows that a query gives."""
        return asyncio.run(_rows(self.url, query, values))

    def url_of(self, role: str) -> str:
        """The URL for another role, whose statements are counted apart."""
        return make_url(self.url).set(username=role).render_as_string(hide_password=False)

    def add_accounts(self, count: int, projects: int) -> list[Account]:
        """New accounts with so many projects each."""
        tokens = AccessTokens(self.jwt_secret.encode(), ISSUER, AUDIENCE)
        return asyncio.run(_add_accounts(self.url, tokens, count, projects))

    def log_in(self, user_id: UUID) -> str:
        """An access token for a user who is in the database."""
        tokens = AccessTokens(self.jwt_secret.encode(), ISSUER, AUDIENCE)
        return asyncio.run(_log_in(self.url, tokens, user_id))


class BenchServer:
    """An embedded PostgreSQL; databases made here are new each time."""

    def __init__(self, folder: Path) -> None:
        self._url = start_embedded_postgres(folder)

    def create(self, name: str) -> BenchDatabase:
        """A new, migrated database; one of that name from an earlier run is dropped."""
        self.drop(name)
        asyncio.run(execute(plain(self._url), [f"create database {name}"]))
        url = make_url(self._url).set(database=name)
        upgrade_to_head(url.render_as_string(hide_password=False))
        return BenchDatabase(plain(url.render_as_string(hide_password=False)))

    def drop(self, name: str) -> None:
        """Remove a database, if there is one."""
        asyncio.run(execute(plain(self._url), [f"drop database if exists {name} with (force)"]))


def plain(url: str) -> str:
    """A URL as the driver takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


async def execute(url: str, statements: Sequence[str]) -> None:
    """Run statements one after the other, each in a transaction of its own."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _rows(url: str, query: str, values: Sequence[object]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query, *values))
    finally:
        await connection.close()


async def _log_in(url: str, tokens: AccessTokens, user_id: UUID) -> str:
    connection = await asyncpg.connect(url)
    try:
        return await _session(connection, tokens, user_id)
    finally:
        await connection.close()


async def _session(
    connection: "asyncpg.Connection[asyncpg.Record]", tokens: AccessTokens, user_id: UUID
) -> str:
    now, session_id = datetime.now(UTC), uuid7()
    expires_at = now + timedelta(days=1)
    await connection.execute(
        "insert into refresh_tokens (id, user_id, expires_at) values ($1, $2, $3)",
        session_id,
        user_id,
        expires_at,
    )
    return tokens.sign(AccessClaims(user_id, session_id, uuid7().hex, now, expires_at))


async def _add_accounts(url: str, tokens: AccessTokens, count: int, projects: int) -> list[Account]:
    connection = await asyncpg.connect(url)
    try:
        return [await _add_account(connection, tokens, projects) for _ in range(count)]
    finally:
        await connection.close()


async def _add_account(
    connection: "asyncpg.Connection[asyncpg.Record]", tokens: AccessTokens, projects: int
) -> Account:
    user_id, project_ids = uuid7(), [uuid7() for _ in range(projects)]
    await connection.execute(
        "insert into users (id, email, generations_remaining, quota_window_started_at)"
        " values ($1, $2, $3, now())",
        user_id,
        f"{user_id}@example.com",
        UNITS,
    )
    await connection.executemany(
        "insert into projects (id, user_id, name, description, industry)"
        " values ($1, $2, $3, $4, $5)",
        [
            (project, user_id, f"Project {i}", "A small bakery that delivers by bike", "food")
            for i, project in enumerate(project_ids)
        ],
    )
    return Account(user_id, await _session(connection, tokens, user_id), project_ids)
