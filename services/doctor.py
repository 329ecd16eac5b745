"""Finds out what a person on call needs to know; starts nothing, changes nothing.

Its answers hold no secrets and, of users, not even ids: of generations alone.
"""

import asyncio
import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Literal

from config.settings import Settings
from core.exceptions import UnavailableError
from core.providers.probe import messages_waiting
from database.client import engine_options
from database.embedded import running_embedded_postgres
from database.migrate import HEAD, current_revision
from database.repositories.operations_repository import Figures, RunningJob
from database.session import translated_errors
from database.unit_of_work import Database
from services.container import Container
from services.settings_check import PartReport
from utils.clock import utc_now
from utils.logger import get_logger

DATABASE_DEADLINE_S = 20.0
FAILURES_OF = timedelta(hours=24)
QUEUE = "celery"
MOST_FILES = 100_000

log = get_logger("doctor")

DatabaseState = Literal["reachable", "not running", "not reachable", "refuses us"]


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """How the database does; of another schema than ours nothing more can be read."""

    state: DatabaseState
    latency_ms: float | None = None
    revision: str | None = None
    expected_revision: str = HEAD


@dataclass(frozen=True, slots=True)
class Work:
    """What the database tells of the work."""

    figures: Figures
    running: list[RunningJob]
    failures: dict[str, int]


@dataclass(frozen=True, slots=True)
class Disk:
    """Room on the disk of the data folder, and the embedded storage; `files` up to a limit."""

    free_bytes: int
    files: int
    files_bytes: int


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found; `messages` is None where no queue is configured or answers."""

    at: datetime
    parts: list[PartReport]
    database: DatabaseHealth
    work: Work | None
    disk: Disk
    messages: int | None


def examine(settings: Settings) -> Examination:
    """Look at every part. Blocks; nothing in it takes longer than its own deadline."""
    return asyncio.run(_examine(settings))


async def _examine(settings: Settings) -> Examination:
    (database, work), parts, messages, disk = await asyncio.gather(
        _database(settings),
        _parts(settings),
        _messages(settings),
        asyncio.to_thread(_disk, settings.data_dir),
    )
    return Examination(utc_now(), parts, database, work, disk, messages)


async def _parts(settings: Settings) -> list[PartReport]:
    container = Container(settings)
    try:
        return await container.health.check()
    finally:
        await container.aclose()


async def _database(settings: Settings) -> tuple[DatabaseHealth, Work | None]:
    configured = settings.database.url
    url = (
        configured.get_secret_value()
        if configured is not None
        else running_embedded_postgres(settings.data_dir / "postgres")
    )
    if url is None:
        return DatabaseHealth("not running"), None
    database = Database(lambda: url, engine_options(settings.database))
    try:
        async with asyncio.timeout(DATABASE_DEADLINE_S):
            return await _asked(database, url)
    except (UnavailableError, TimeoutError):
        return DatabaseHealth("not reachable"), None
    except Exception as error:  # noqa: BLE001  # a wrong password, no such database, no right
        log.warning("the database refuses us: {}", type(error).__name__)
        return DatabaseHealth("refuses us"), None
    finally:
        await database.close()


async def _asked(database: Database, url: str) -> tuple[DatabaseHealth, Work | None]:
    await database.ping()  # connects
    began = time.perf_counter()
    await database.ping()
    latency_ms = (time.perf_counter() - began) * 1000
    with translated_errors():
        revision = await current_revision(url)
    health = DatabaseHealth("reachable", latency_ms, revision)
    if revision != HEAD:
        return health, None
    now, operations = utc_now(), database.alone.operations
    return health, Work(
        await operations.figures(),
        await operations.running(),
        await operations.failures(now - FAILURES_OF, now),
    )


async def _messages(settings: Settings) -> int | None:
    return None if settings.redis_url is None else await messages_waiting(settings.redis_url, QUEUE)


def _disk(folder: Path) -> Disk:
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    sizes = _sizes(folder / "storage")
    return Disk(shutil.disk_usage(there).free, len(sizes), sum(sizes))


def _sizes(folder: Path) -> list[int]:
    """The sizes of what is in the folder, of `MOST_FILES` at most."""
    names = (Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    sizes = []
    for file in islice(names, MOST_FILES):
        with suppress(OSError):  # deleted meanwhile
            sizes.append(file.stat().st_size)
    return sizes
