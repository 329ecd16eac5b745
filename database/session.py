"""Connections and sessions: the one way to the database, with a fair gate before the pool."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import (
    DBAPIError,
    EmulatedDBAPIException,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.util import greenlet_spawn

from core.exceptions import AppError, UnavailableError
from database.engine import EngineOptions, build_engine
from database.hot import HotStatement
from utils.logger import get_logger
from utils.metrics import observe_query

GATE_TIMEOUT_S = 3.0

_CONNECTION_ERRORS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
)
_BUSY_ERRORS = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)

log = get_logger("database")

_PING = HotStatement(text("select 1 as alive"))


def unavailable() -> UnavailableError:
    """What a client hears when the database cannot be reached or is too busy."""
    return UnavailableError("The database is not available for the moment.", retry_after=2)


def _is_unavailability(error: BaseException) -> bool:
    """Whether an error says that the database is down or busy, not that a statement is wrong."""
    if isinstance(error, DBAPIError):
        cause = error.driver_exception or error.orig
        return (
            error.connection_invalidated
            or isinstance(error, InterfaceError | OperationalError)
            or isinstance(cause, (*_CONNECTION_ERRORS, *_BUSY_ERRORS))
        )
    return isinstance(error, (*_CONNECTION_ERRORS, *_BUSY_ERRORS))


@contextmanager
def translated_errors(on_outage: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Turn outages of the database into UnavailableError; everything else passes."""
    try:
        yield
    except AppError:
        raise
    except (DBAPIError, *_CONNECTION_ERRORS, *_BUSY_ERRORS) as error:
        if _is_unavailability(error):
            on_outage()
            raise unavailable() from error
        raise


class SessionFactory:
    """Sessions, transactions and hot reads over one engine, which is built on first use.

    `resolve_url` may block, for example to start a server; it runs in a thread. So does `revive`,
    one at a time, when the server cannot be reached; it raises UnavailableError.
    """

    def __init__(
        self,
        resolve_url: Callable[[], str],
        options: EngineOptions,
        revive: Callable[[], object] | None = None,
    ) -> None:
        self._resolve_url = resolve_url
        self._options = options
        self._revive = revive
        self._reviving: asyncio.Future[None] | None = None
        self._engine: AsyncEngine | None = None
        self._start_lock = threading.Lock()
        self._gate = asyncio.Semaphore(options.pool_size) if options.pool_size else None

    @property
    def options(self) -> EngineOptions:
        """How the engine connects."""
        return self._options

    def _start(self) -> AsyncEngine:
        with self._start_lock:
            if self._engine is None:
                self._engine = build_engine(self._resolve_url(), self._options)
            return self._engine

    async def engine(self) -> AsyncEngine:
        """The engine, built on first use. Raises UnavailableError when no server can be started."""
        if self._engine is not None:
            return self._engine
        return await asyncio.to_thread(self._start)

    def _notice_outage(self) -> None:
        if self._revive is not None and (self._reviving is None or self._reviving.done()):
            loop = asyncio.get_running_loop()
            self._reviving = loop.run_in_executor(None, self._try_to_revive, self._revive)

    @staticmethod
    def _try_to_revive(revive: Callable[[], object]) -> None:
        try:
            revive()
        except UnavailableError as error:
            log.warning("{} {!r}", error.message, error.__cause__)

    async def _enter(self) -> None:
        """Wait for a place in arrival order: the pool itself lets newcomers overtake."""
        if self._gate is None:
            return
        if not self._gate.locked():  # the usual case needs no timer
            await self._gate.acquire()
            return
        try:
            async with asyncio.timeout(GATE_TIMEOUT_S):
                await self._gate.acquire()
        except TimeoutError as error:
            raise unavailable() from error

    def _leave(self) -> None:
        if self._gate is not None:
            self._gate.release()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A session in one transaction: commits when the block ends, rolls back when it raises."""
        engine = await self.engine()
        with translated_errors(self._notice_outage):
            await self._enter()
            began = time.perf_counter()
            try:
                sessions = async_sessionmaker(engine, expire_on_commit=False)
                async with sessions() as session, session.begin():
                    if self._options.mode == "transaction":
                        for name, value in self._options.session_settings.items():
                            await session.execute(
                                text("select set_config(:name, :value, true)"),
                                {"name": name, "value": value},
                            )
                    yield session
            finally:
                observe_query(time.perf_counter() - began)
                self._leave()

    async def fetch(
        self, statement: HotStatement, values: Mapping[str, object], *, retry: bool = True
    ) -> list[dict[str, Any]]:  # Any: column values
        """Run one compiled statement in autocommit and return its rows.

        `retry` runs it a second time when the connection turns out to be dead: for reads only.
        """
        engine = await self.engine()
        with translated_errors(self._notice_outage):
            await self._enter()
            began = time.perf_counter()
            try:
                return await self._fetch_once(engine, statement, values)
            except (DBAPIError, *_CONNECTION_ERRORS) as error:
                if not retry or not _is_unavailability(error):
                    raise
                return await self._fetch_once(engine, statement, values)
            finally:
                observe_query(time.perf_counter() - began)
                self._leave()

    async def _fetch_once(
        self, engine: AsyncEngine, statement: HotStatement, values: Mapping[str, object]
    ) -> list[dict[str, Any]]:  # Any: column values
        # The pool's own connection without a transaction: no BEGIN and ROLLBACK round trips.
        try:
            connection = await engine.raw_connection()
        except EmulatedDBAPIException as error:  # what DBAPIError is made of, and not one itself
            raise error.driver_exception from error
        try:
            driver: asyncpg.Connection[asyncpg.Record] = connection.driver_connection  # type: ignore[assignment]  # SQLAlchemy types it Any
            rows = await driver.fetch(statement.sql, *statement.arguments(values))
        except _CONNECTION_ERRORS:
            await greenlet_spawn(connection.invalidate)
            raise
        finally:
            await greenlet_spawn(connection.close)
        return [dict(row) for row in rows]

    async def ping(self) -> None:
        """Ask the server for a sign of life. Raises UnavailableError."""
        await self.fetch(_PING, {})

    async def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.dispose()
