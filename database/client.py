"""The process's default clients, for scripts and for repositories made without arguments."""

from functools import cache
from typing import TYPE_CHECKING

from config.settings import DatabaseSettings, get_settings
from database.embedded import start_embedded_postgres
from database.engine import EngineOptions
from database.unit_of_work import Database
from utils.logger import get_logger

if TYPE_CHECKING:
    from supabase import Client

log = get_logger("database")


def engine_options(settings: DatabaseSettings) -> EngineOptions:
    """The connection options as configured."""
    return EngineOptions(
        mode=settings.mode,
        pool_size=settings.pool_size,
        connect_timeout_s=settings.connect_timeout_s,
        statement_timeout_ms=settings.statement_timeout_ms,
        lock_timeout_ms=settings.lock_timeout_ms,
        idle_in_transaction_timeout_ms=settings.idle_in_transaction_timeout_ms,
    )


def database_url() -> str:
    """The configured URL, or that of the embedded server, which is started when needed."""
    settings = get_settings()
    if settings.database.url is not None:
        return settings.database.url.get_secret_value()
    return start_embedded_postgres(settings.data_dir / "postgres")


@cache
def default_database() -> Database:
    """The database of this process's settings; opens no connection."""
    return Database(database_url, engine_options(get_settings().database))


def init_supabase() -> "Client | None":
    """The client of the configured Supabase project, with the service key if there is one.

    None when no project is configured: then the embedded parts do the work. Opens no connection.
    """
    settings = get_settings().supabase
    key = settings.service_key or settings.anon_key
    if settings.url is None or key is None:
        log.info("no Supabase project is configured; the embedded database and accounts are used")
        return None
    from supabase import create_client  # noqa: PLC0415  # half a second that most never need

    return create_client(settings.url, key.get_secret_value())
