"""The Celery application: `celery -A workers.celery_app worker` and `... beat`.

Settings follow `reliability-and-security.md` 2.4: late acknowledgement, no prefetching, JSON only.
The broker only wakes; who works on a generation is decided by its lease in the database.
"""

from celery import Celery
from celery.signals import (
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_shutting_down,
)

from config.logging_config import configure_logging
from config.settings import get_settings
from core.engine.facade import warm_up
from workers.runtime import close_runtime, hand_back_soon
from workers.schedulers import SCHEDULE

HARD_LIMIT_S = 600
SOFT_LIMIT_S = 570
VISIBILITY_S = 2 * HARD_LIMIT_S
# What is not done by then is handed back; Celery itself would wait for it without an end.
SHUTDOWN_GRACE_S = 30


def build_celery_app(broker_url: str | None) -> Celery:
    """An application for this broker; without one it can be inspected but not used."""
    app = Celery("brand_package_generator", broker=broker_url)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_time_limit=HARD_LIMIT_S,
        task_soft_time_limit=SOFT_LIMIT_S,
        worker_soft_shutdown_timeout=SHUTDOWN_GRACE_S,
        worker_max_tasks_per_child=200,
        worker_hijack_root_logger=False,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": VISIBILITY_S,
            "socket_timeout": 1,
            "socket_connect_timeout": 1,
        },
        result_backend_transport_options={"visibility_timeout": VISIBILITY_S},
        visibility_timeout=VISIBILITY_S,
        beat_schedule=SCHEDULE,
        beat_schedule_filename=str(get_settings().data_dir / "beat-schedule"),
        imports=("workers.tasks.generation_tasks", "workers.tasks.cleanup_tasks"),
    )
    return app


_redis_url = get_settings().redis_url
celery_app = build_celery_app(_redis_url.get_secret_value() if _redis_url else None)


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery is untyped
def _prepare(**_: object) -> None:
    """Load the engine's data once, before the pool's processes are forked."""
    if get_settings().redis_url is None:
        raise SystemExit("REDIS_URL is not set: without it the API does all work by itself.")
    warm_up()


@worker_process_init.connect  # type: ignore[untyped-decorator]  # as above
def _configure_logging(**_: object) -> None:
    settings = get_settings()
    configure_logging(level=settings.log_level, as_json=settings.is_production, folder=None)


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # as above
def _close_runtime(**_: object) -> None:
    close_runtime()


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # as above
def _bound_shutdown(**_: object) -> None:
    hand_back_soon(SHUTDOWN_GRACE_S)
