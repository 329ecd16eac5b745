"""One way for all generation endpoints: begin, wait or not, answer."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from api.preferences import patience
from api.schemas.response_schemas import GenerationAccepted
from middleware.idempotency import Once
from services.container import Container
from services.generation_service import Accepted
from services.results import GenerationRequest


async def run_generation(
    services: Container,
    request: GenerationRequest,
    response: Response,
    prefer: str | None,
    once: Once,
) -> Any:  # Any: the answer as JSON values, or a ready 202 response
    """The answer of a generation, or 202 when the client prefers not to wait for it."""
    wait_s, applied = patience(prefer)
    headers = {"Preference-Applied": applied} if applied else {}
    generations = services.generations
    if once.made is None:
        accepted = await generations.begin(request, background=wait_s == 0, key=once.key)
        headers |= quota_headers(accepted)
    else:
        accepted = await generations.begun(once.made, request.user_id)
    output = (
        await generations.answer(accepted.generation_id, request.user_id, wait_s)
        if wait_s
        else None
    )
    if output is None:
        return _accepted(accepted, headers)
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


def _accepted(accepted: Accepted, headers: Mapping[str, str]) -> JSONResponse:
    location = f"/api/generations/{accepted.generation_id}"
    job = GenerationAccepted(
        id=accepted.generation_id,
        project_id=accepted.project_id,
        status="pending",
        links={"self": location, "cancel": f"{location}/cancel"},
    )
    return JSONResponse(
        job.model_dump(mode="json"),
        status_code=202,
        headers={**headers, "Location": location, "Retry-After": "2"},
    )
