"""Builds the SQLAlchemy engine for each way to reach PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy import URL, AdaptedConnection, NullPool, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_LIBPQ_ONLY = ("sslmode", "pgbouncer")  # asyncpg raises on these


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How to connect; times in seconds or milliseconds as their names say."""

    mode: Literal["direct", "session", "transaction"] = "direct"
    pool_size: int = 8
    connect_timeout_s: float = 3
    statement_timeout_ms: int = 10_000
    lock_timeout_ms: int = 2_000
    idle_in_transaction_timeout_ms: int = 15_000

    @property
    def session_settings(self) -> dict[str, str]:
        """The time-outs as PostgreSQL settings, values in milliseconds."""
        return {
            "statement_timeout": str(self.statement_timeout_ms),
            "lock_timeout": str(self.lock_timeout_ms),
            "idle_in_transaction_session_timeout": str(self.idle_in_transaction_timeout_ms),
        }


def normalised_url(url: str) -> URL:
    """Any PostgreSQL URL in the form that asyncpg takes (contract supabase.md section 6.2).

    Raises ValueError for a URL of another database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() not in {"postgresql", "postgres"}:
        raise ValueError("DATABASE_URL must be a postgresql:// URL")
    sslmode = parsed.query.get("sslmode")
    cleaned = parsed.set(drivername="postgresql+asyncpg").difference_update_query(_LIBPQ_ONLY)
    if isinstance(sslmode, str) and "ssl" not in cleaned.query:
        cleaned = cleaned.update_query_dict({"ssl": sslmode})
    return cleaned


def build_engine(url: str, options: EngineOptions) -> AsyncEngine:
    """An engine for the mode; opens no connection.

    Poolers refuse settings in the start-up packet. A session pooler takes them afterwards; a
    transaction pooler keeps no session, so that they and prepared statements are off there, see
    contract supabase.md section 6.3. `pool_size` 0 opens a connection for each use.
    """
    connect_args: dict[str, Any] = {"timeout": options.connect_timeout_s}  # Any: asyncpg's options
    if options.mode == "transaction":
        connect_args |= {"statement_cache_size": 0, "prepared_statement_cache_size": 0}
    if options.mode == "direct":
        connect_args["server_settings"] = options.session_settings
    pooled = options.pool_size > 0 and options.mode != "transaction"
    pool: dict[str, Any] = (  # Any: pool options
        {
            "pool_size": options.pool_size,
            "max_overflow": 0,
            "pool_timeout": options.connect_timeout_s,
            "pool_recycle": 1800,
        }
        if pooled
        else {"poolclass": NullPool}
    )
    engine = create_async_engine(
        normalised_url(url),
        connect_args=connect_args,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        hide_parameters=True,
        **pool,
    )
    if options.mode == "session":
        _set_after_connecting(engine, options.session_settings)
    return engine


def _set_after_connecting(engine: AsyncEngine, settings: Mapping[str, str]) -> None:
    """Give each new connection its settings, on one trip."""
    statement = ";".join(f"set {name} = {int(value)}" for name, value in settings.items())

    def set_up(connection: AdaptedConnection, _record: object) -> None:
        connection.run_async(lambda driver: driver.execute(statement))

    event.listen(engine.sync_engine, "connect", set_up)


# For migrations: asks nothing of the session, so it serves in every mode.
ANY_MODE = EngineOptions(mode="transaction", pool_size=0)
