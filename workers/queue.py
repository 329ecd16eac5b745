"""Wakes the workers, through Celery."""

import asyncio
import importlib
from collections.abc import Sequence
from uuid import UUID

from core.exceptions import UnavailableError

TASK = "generations.run"


class CeleryQueue:
    """Sends one message a generation; its id is all that is in it."""

    async def prepare(self) -> None:
        """Import Celery, which takes a third of a second."""
        await asyncio.to_thread(importlib.import_module, "workers.celery_app")

    async def send(self, generation_ids: Sequence[UUID]) -> None:
        """Raises UnavailableError when the broker cannot be reached."""
        await asyncio.to_thread(_send, [str(generation_id) for generation_id in generation_ids])


def _send(generation_ids: Sequence[str]) -> None:
    from kombu.exceptions import OperationalError  # noqa: PLC0415  # Celery delays the start

    from workers.celery_app import celery_app  # noqa: PLC0415  # as above

    try:
        with celery_app.producer_or_acquire() as producer:
            for generation_id in generation_ids:
                celery_app.send_task(TASK, args=[generation_id], producer=producer, retry=False)
    except (OperationalError, OSError) as error:
        raise UnavailableError("The queue of work cannot be reached.") from error
