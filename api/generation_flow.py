"""One way for all generation endpoints: begin, wait or not, answer."""

from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from api.preferences import patience
from middleware.idempotency import Once
from services.container import Container
from services.job_view import linked, new_job
from services.results import Accepted, GenerationRequest, Json


async def run_generation(
    services: Container,
    request: GenerationRequest,
    response: Response,
    prefer: str | None,
    once: Once,
) -> Any:  # Any: the answer as JSON values, or a ready 202 response
    """The answer of a generation, or its job when the client prefers not to wait for it."""
    wait_s, applied = patience(prefer)
    headers = {"Preference-Applied": applied} if applied else {}
    generations = services.generations
    if once.made is None:
        accepted = await generations.begin(request, background=wait_s == 0, key=once.key)
        once.made = accepted.generation_id
        headers |= quota_headers(accepted)
        if wait_s == 0:
            kept_days = services.settings.limits.retention_days
            return _accepted(new_job(accepted, request, kept_days), headers)
    else:
        accepted = await generations.begun(once.made, request.user_id)
    output = await generations.answer(accepted.generation_id, request.user_id, wait_s)
    if output is None:
        job = await generations.get(accepted.generation_id, request.user_id)
        return _accepted(await linked(job, services.assets), headers)
    response.headers.update(headers)
    return {
        "generation_id": accepted.generation_id,
        "project_id": accepted.project_id,
        **await services.assets.with_links(output),
    }


def quota_headers(accepted: Accepted) -> dict[str, str]:
    """What is left of the free generations; nothing for premium accounts."""
    if accepted.remaining is None or accepted.window_ends_at is None:
        return {}
    return {
        "X-RateLimit-Limit": str(accepted.limit),
        "X-RateLimit-Remaining": str(accepted.remaining),
        "X-RateLimit-Reset": str(accepted.window_ends_at),
    }


def _accepted(job: Json, headers: dict[str, str]) -> JSONResponse:
    return JSONResponse(
        job,
        status_code=202,
        headers={**headers, "Location": job["links"]["self"], "Retry-After": "2"},
    )
