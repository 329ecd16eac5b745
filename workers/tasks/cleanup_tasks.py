"""Tasks that tidy up; each may run any number of times."""

from workers.celery_app import celery_app
from workers.runtime import runtime


@celery_app.task(name="generations.reap")  # type: ignore[untyped-decorator]  # Celery is untyped
def reap_generations() -> None:
    """Fail generations whose process died, and give their units back."""
    runtime().run(lambda container: container.generations.reap())


@celery_app.task(name="logins.forget_expired")  # type: ignore[untyped-decorator]  # as above
def forget_expired_logins() -> None:
    """Delete the families of refresh tokens that can never be used again."""
    runtime().run(lambda container: container.database.alone.refresh_tokens.forget_expired())
