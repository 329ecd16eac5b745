"""The Celery application: `celery -A workers.celery_app worker` and `... beat`.

Settings follow `reliability-and-security.md` 2.4: late acknowledgement, no prefetching, JSON only.
"""

from celery import Celery
from celery.signals import worker_process_shutdown

from config.settings import get_settings
from workers.runtime import runtime
from workers.schedulers import SCHEDULE

HARD_LIMIT_S = 600
SOFT_LIMIT_S = 570


def build_celery_app(broker_url: str | None) -> Celery:
    """An application for this broker; without one it can be inspected but not used."""
    app = Celery("brand_package_generator", broker=broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_time_limit=HARD_LIMIT_S,
        task_soft_time_limit=SOFT_LIMIT_S,
        worker_soft_shutdown_timeout=30,
        worker_max_tasks_per_child=200,
        worker_hijack_root_logger=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": 2 * HARD_LIMIT_S,
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
        },
        beat_schedule=SCHEDULE,
        imports=("workers.tasks.generation_tasks", "workers.tasks.cleanup_tasks"),
    )
    return app


_redis_url = get_settings().redis_url
celery_app = build_celery_app(_redis_url.get_secret_value() if _redis_url else None)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _close_runtime(**_: object) -> None:
    runtime().close()
