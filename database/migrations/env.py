"""Runs migrations on the configured database, one process at a time, without waiting for locks."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text

from database import job_models  # noqa: F401  # its tables belong to the same metadata
from database.client import database_url
from database.engine import ANY_MODE, build_engine
from database.models import Base

_LOCK_TIMEOUT_MS = 4_000
_STATEMENT_TIMEOUT_MS = 600_000


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_server_default=True
    )
    with context.begin_transaction():
        connection.execute(text(f"set local lock_timeout = {_LOCK_TIMEOUT_MS}"))
        connection.execute(text(f"set local statement_timeout = {_STATEMENT_TIMEOUT_MS}"))
        connection.execute(text("select pg_advisory_xact_lock(hashtext('alembic'))"))
        context.run_migrations()


async def _migrate_online(url: str) -> None:
    engine = build_engine(url, ANY_MODE)
    async with engine.connect() as connection:
        await connection.run_sync(_migrate)
    await engine.dispose()


def _migrate_offline(url: str) -> None:
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def _run() -> None:
    url = context.config.attributes.get("url") or database_url()
    if context.is_offline_mode():
        _migrate_offline(url)
    else:
        asyncio.run(_migrate_online(url))


_run()
