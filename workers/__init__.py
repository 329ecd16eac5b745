"""Celery workers: the same services, called from a queue."""
