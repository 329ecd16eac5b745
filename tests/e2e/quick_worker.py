"""`celery -A tests.e2e.quick_worker worker`: the worker, with shorter intervals."""

from tests.e2e.quick import quicken

quicken()

# After what it is to find changed; the name is what Celery looks for.
from workers.celery_app import celery_app as celery_app  # noqa: E402, PLC0414
