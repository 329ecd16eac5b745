"""The calls of work that ends in any way are in the database, and its end is what it was."""

import asyncio
from decimal import Decimal
from uuid import UUID

import pytest

from core.providers.base import BUILTIN
from core.usage import UsageRecord, record_usage
from database.unit_of_work import Database
from services.usage_rows import usage_kept, usage_recorded
from tests.integration.usage_rows import kept
from utils.ids import uuid7

COST = Decimal("0.03")


def call(provider: str) -> None:
    record_usage(UsageRecord(provider, "m", "logo", 0, 0, COST, 5, "success"))


async def broken_off(database: Database, provider: str, user_id: UUID | None) -> None:
    began = asyncio.Event()

    async def work() -> None:
        async with usage_kept(database, user_id):
            call(provider)
            began.set()
            await asyncio.Future()

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(("provider", "rows"), [("flux", [(COST,)]), (BUILTIN, [])])
async def test_the_calls_of_work_that_is_broken_off(
    database: Database, database_url: str, provider: str, rows: list[tuple[Decimal]]
) -> None:
    await broken_off(database, provider, None)
    assert await kept(database_url, provider, "cost_usd") == rows


async def test_a_record_that_cannot_be_written_hides_no_end(
    database: Database, database_url: str
) -> None:
    await broken_off(database, "flux", uuid7())  # nobody has this id
    assert await kept(database_url, "flux", "cost_usd") == []


async def recorded(database: Database, *providers: str, error: Exception | None = None) -> None:
    async with usage_recorded(database, None):
        for provider in providers:
            call(provider)
        if error is not None:
            raise error


async def test_the_calls_of_work_that_succeeds_or_fails(
    database: Database, database_url: str
) -> None:
    await recorded(database, "flux")
    await recorded(database)
    with pytest.raises(ZeroDivisionError):
        await recorded(database, "flux", error=ZeroDivisionError())
    assert await kept(database_url, "flux", "user_id is null") == [(True,)] * 2
