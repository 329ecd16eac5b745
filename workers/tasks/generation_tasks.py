"""Tasks that generate; the payload is an id, the work is in the services."""

from uuid import UUID

from workers.celery_app import celery_app
from workers.queue import TASK
from workers.runtime import runtime


@celery_app.task(name=TASK)  # type: ignore[untyped-decorator]  # Celery is untyped
def run_generation(generation_id: str) -> None:
    """Run a pending generation; one that is running or has ended is left alone."""
    runtime().run(lambda container: container.generation_runner.run(UUID(generation_id)))
