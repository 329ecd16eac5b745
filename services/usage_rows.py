"""The record of calls to providers as rows of the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from core.providers.base import BUILTIN
from core.usage import Usage, track_usage
from database.unit_of_work import Database
from services.results import Json
from utils.logger import get_logger

log = get_logger("usage")


def usage_rows(usage: Usage, user_id: UUID | None, generation_id: UUID | None = None) -> list[Json]:
    """One row a call, on the account of the user for whom it was made, or of nobody."""
    return [
        {
            "id": call.id,
            "user_id": user_id,
            "generation_id": generation_id,
            "provider": call.provider,
            "model": call.model,
            "task": call.task,
            "input_tokens": call.input_tokens,
            "output_tokens": call.output_tokens,
            "cost_usd": call.cost_usd,
            "latency_ms": call.latency_ms,
            "outcome": call.outcome,
        }
        for call in usage.records
    ]


@asynccontextmanager
async def usage_kept(
    db_client: Database, user_id: UUID | None, generation_id: UUID | None = None
) -> AsyncIterator[Usage]:
    """The calls made inside, which are recorded also when no result is published for them."""
    with track_usage() as usage:
        try:
            yield usage
        except BaseException:
            if any(call.provider != BUILTIN for call in usage.records):
                await _keep(db_client, usage, user_id, generation_id)
            raise


@asynccontextmanager
async def usage_recorded(db_client: Database, user_id: UUID | None) -> AsyncIterator[None]:
    """Record the calls made inside, however the work ends."""
    async with usage_kept(db_client, user_id) as usage:
        yield
    await db_client.alone.usage.add_all(usage_rows(usage, user_id))


async def _keep(
    db_client: Database, usage: Usage, user_id: UUID | None, generation_id: UUID | None
) -> None:
    try:
        await db_client.alone.usage.add_all(usage_rows(usage, user_id, generation_id))
    except Exception as error:  # noqa: BLE001  # the account may be gone: the first error counts
        log.warning("{} calls are not recorded: {}", len(usage.records), type(error).__name__)
