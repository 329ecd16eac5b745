"""The task behind everything that is on the schedule."""

from workers.celery_app import celery_app
from workers.runtime import runtime
from workers.schedulers import TASK


@celery_app.task(name=TASK)  # type: ignore[untyped-decorator]  # Celery is untyped
def run_scheduled(name: str) -> None:
    """Run a job of the schedule, unless another process did so in this interval."""
    runtime().run(lambda container: container.schedule.run(name))
