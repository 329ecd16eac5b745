"""The worker of a broker that takes a task for lost while it is still being worked on."""

from pathlib import Path

from celery.signals import task_prerun

from tests.e2e.deliveries import DELIVERIES, VISIBILITY_S
from tests.e2e.quick_worker import celery_app as celery_app  # noqa: PLC0414  # what Celery looks for
from workers.queue import TASK

celery_app.conf.visibility_timeout = VISIBILITY_S
celery_app.conf.broker_transport_options |= {
    "visibility_timeout": VISIBILITY_S,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}


@task_prerun.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _note(task_id: str, task: object, **_: object) -> None:
    """Leave a line for each delivery, in the working folder."""
    if getattr(task, "name", None) == TASK:
        with Path(DELIVERIES).open("a") as file:
            file.write(f"{task_id}\n")
