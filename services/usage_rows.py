"""The record of calls to providers as rows of the database."""

from uuid import UUID

from core.usage import Usage
from services.results import Json
from utils.ids import uuid7


def usage_rows(usage: Usage, user_id: UUID | None, generation_id: UUID | None = None) -> list[Json]:
    """One row a call, on the account of the user for whom it was made, or of nobody."""
    return [
        {
            "id": uuid7(),
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
