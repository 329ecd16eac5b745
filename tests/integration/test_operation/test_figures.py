"""The numbers that operators ask the database for."""

import time
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from database.repositories.operations_repository import (
    _FAILURES,
    _FIGURES,
    _RUNNING,
    MOST_COUNTED,
    MOST_LISTED,
)
from database.unit_of_work import Database
from tests.integration.test_operation.job_rows import (
    NOTHING,
    add_jobs,
    add_messages,
    set_last_run,
    set_total,
)
from utils.clock import utc_now
from utils.ids import smallest_uuid7, uuid7

DAY = timedelta(days=1)


async def test_of_an_empty_database_all_is_nothing(database: Database) -> None:
    assert await database.alone.operations.figures() == NOTHING
    assert await database.alone.operations.running() == []


async def test_jobs_are_counted_by_what_becomes_of_them(database: Database) -> None:
    await add_jobs(database, "pending", age_s=300)
    await add_jobs(database, "pending", count=2)
    await add_jobs(database, "running", age_s=90)
    await add_jobs(database, "running", age_s=40, lease_left_s=-5)
    for ended in ("success", "failed", "cancelled"):
        await add_jobs(database, ended, age_s=9_000, lease_left_s=-100)

    figures = await database.alone.operations.figures()

    assert (figures.jobs_pending, figures.jobs_running, figures.expired_leases) == (3, 2, 1)
    assert 300 <= figures.oldest_pending_s < 9_000
    assert 90 <= figures.oldest_running_s < 300


async def test_messages_are_counted_until_they_are_sent(database: Database) -> None:
    job = uuid7()
    await add_jobs(database, "success", job_id=job)
    await add_messages(database, "mail", job, due_s=200, count=2)
    await add_messages(database, "webhook", job, due_s=-500)
    await add_messages(database, "run", job, due_s=9_000, done=True)

    figures = await database.alone.operations.figures()

    assert figures.outbox_unsent == {"mail": 2, "webhook": 1}
    assert 200 <= figures.outbox_oldest_due_s < 9_000


async def test_totals_and_schedules_are_told_by_name(database: Database) -> None:
    await set_total(database, "refunds", 3)
    await set_total(database, "spend_usd:flux", 0.123456)
    await set_last_run(database, "sweep files", 60)

    figures = await database.alone.operations.figures()

    assert figures.totals == {"refunds": 3, "spend_usd:flux": 0.123456}
    assert 0 < figures.schedule_runs["sweep files"] <= time.time() - 60


async def test_a_flood_is_counted_up_to_a_limit(database: Database) -> None:
    job, more = uuid7(), MOST_COUNTED + 50
    await add_jobs(database, "success", job_id=job)
    await add_jobs(database, "pending", count=more)
    await add_messages(database, "run", job, count=more)

    figures = await database.alone.operations.figures()

    assert figures.jobs_pending == MOST_COUNTED
    assert figures.outbox_unsent == {"run": MOST_COUNTED}


async def test_running_jobs_are_listed_by_the_end_of_their_leases(database: Database) -> None:
    dead = uuid7()
    await add_jobs(database, "running", count=MOST_LISTED + 5)
    await add_jobs(database, "running", job_id=dead, age_s=70, lease_left_s=-40)
    await add_jobs(database, "pending", lease_left_s=-90)

    first, *others = await database.alone.operations.running()

    assert len(others) == MOST_LISTED - 1
    assert (first.id, first.generation_type, first.lease_owner) == (dead, "package", "host-1-ab")
    assert first.attempt == 1
    assert first.age_s is not None
    assert first.age_s >= 70
    assert first.lease_left_s is not None
    assert first.lease_left_s <= -40
    assert all(job.lease_left_s and job.lease_left_s > first.lease_left_s for job in others)


async def test_failures_of_the_time_are_counted_by_code(database: Database) -> None:
    now = utc_now()
    for code in ("PROVIDERS_FAILED", "PROVIDERS_FAILED", None):
        await add_jobs(database, "failed", job_id=uuid7(), error_code=code)
    before = smallest_uuid7(now - DAY - timedelta(seconds=1))
    await add_jobs(database, "failed", job_id=before, error_code="OLD")
    await add_jobs(database, "success", job_id=uuid7())

    failures = await database.alone.operations.failures(now - DAY, now)

    assert list(failures.items()) == [("PROVIDERS_FAILED", 2), ("unknown", 1)]


async def plan(database: Database, sql: str, *values: object) -> str:
    """How the server would go about it."""
    engine = await database.engine()
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection  # Any: SQLAlchemy leaves it untyped
        rows = await driver.fetch(f"explain {sql}", *values)
    return "\n".join(row[0] for row in rows)


async def test_finished_work_is_never_read_through(database: Database) -> None:
    await add_jobs(database, "success", count=20_000)
    await add_jobs(database, "pending", count=5)
    job = uuid7()
    await add_jobs(database, "running", job_id=job)
    await add_messages(database, "run", job, done=True, count=20_000)
    async with database.session() as session:
        await session.execute(text("analyze generations, outbox"))
    since = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    span = {"first_id": smallest_uuid7(since), "end_id": smallest_uuid7(since + DAY)}

    plans = [
        await plan(database, _FIGURES.sql, *_FIGURES.arguments({})),
        await plan(database, _RUNNING.sql, *_RUNNING.arguments({})),
        await plan(database, _FAILURES.sql, *_FAILURES.arguments(span)),
    ]

    for told in plans:
        assert "Seq Scan on generations" not in told
        assert "Seq Scan on outbox" not in told
