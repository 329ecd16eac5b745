"""`celery -A tests.e2e.quick_worker worker`: the worker, with shorter intervals."""

import tests.e2e.quick  # noqa: F401  # before all that it changes
from workers.celery_app import celery_app as celery_app  # noqa: PLC0414  # what Celery looks for
