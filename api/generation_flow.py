"""One way for all generation endpoints: begin, wait or not, answer."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Response
from fastapi.responses import JSONResponse

from services.asset_store import AssetStore
from services.generation_service import Accepted, GenerationService
from services.job_view import new_job
from services.results import GenerationRequest
from utils.clock import utc_now

Prefer = Annotated[
    str | None,
    Header(
        max_length=200,
        description="`respond-async` answers 202 at once and goes on in the background (RFC 7240).",
        examples=["respond-async"],
    ),
]


async def run_generation(
    generations: GenerationService,
    assets: AssetStore,
    request: GenerationRequest,
    response: Response,
    prefer: str | None,
) -> Any:  # Any: the answer as JSON values, or a ready 202 response
    """The answer of a generation, or 202 when the client prefers not to wait."""
    accepted = await generations.begin(request)
    headers = quota_headers(accepted)
    if prefer is not None and "respond-async" in prefer.lower():
        return _accepted(accepted, request, headers)
    output = await generations.result(accepted)
    response.headers.update(headers)
    return {
        "generation_id": accepted.generation_id,
        "project_id": accepted.project_id,
        **await assets.with_links(output),
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


def _accepted(
    accepted: Accepted, request: GenerationRequest, headers: Mapping[str, str]
) -> JSONResponse:
    job = new_job(
        accepted.generation_id,
        accepted.project_id,
        request.generation_type,
        utc_now(),
        is_free=accepted.remaining is None,
    )
    return JSONResponse(
        job,
        status_code=202,
        headers={
            **headers,
            "Location": job["links"]["self"],
            "Retry-After": "2",
            "Preference-Applied": "respond-async",
        },
    )
