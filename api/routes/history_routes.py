"""Past and running generations of the caller."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.conditional import IfNoneMatch
from api.dependencies import CurrentUser, Services, services_of, user_of
from api.job_answer import JOB_ANSWERS, answer_job
from api.json_response import json_bytes
from api.paging import FIRST_PAGE_SIZE, Cursor, Limit
from api.schemas.error_schemas import error_responses
from api.schemas.job_schemas import GenerationRead
from api.schemas.response_schemas import HistoryPage
from database.models import GenerationStatus, GenerationType
from middleware.auth import GuardedRoute
from services.job_view import linked

router = APIRouter(
    route_class=GuardedRoute,
    tags=["generations"],
    responses=error_responses(401, 422, 429, 500, 503),
)


@router.get("/api/users/history", response_model=HistoryPage)
async def get_generation_history(
    request: Request,
    limit: Limit = FIRST_PAGE_SIZE,
    cursor: Cursor = None,
    generation_type: Annotated[GenerationType | None, Query(alias="type")] = None,
    status: GenerationStatus | None = None,
) -> Response:
    """Your generations without their results, newest first."""
    page = await services_of(request).generations.history(
        user_of(request).user_id,
        cursor=cursor,
        limit=limit,
        generation_type=generation_type,
        status=status,
    )
    return json_bytes(page)


@router.get(
    "/api/generations/{generation_id}",
    response_model=GenerationRead,
    responses={**JOB_ANSWERS, **error_responses(404)},
)
async def get_generation(
    generation_id: UUID,
    user: CurrentUser,
    services: Services,
    response: Response,
    if_none_match: IfNoneMatch = None,
) -> Any:  # Any: shaped by the response model
    """How far a generation is, with what its steps gave so far, and its result when it has one.

    Ask again after `Retry-After` seconds while it has not ended, with the `ETag` in
    `If-None-Match`: 304 says that nothing has changed. The links to files are fresh; an `ETag`
    changes before they expire.
    """
    job = await services.generations.get(generation_id, user.user_id)
    return await answer_job(job, services.assets, response, if_none_match)


@router.post(
    "/api/generations/{generation_id}/cancel",
    response_model=GenerationRead,
    responses=error_responses(404, 409),
)
async def cancel_generation(generation_id: UUID, user: CurrentUser, services: Services) -> Any:
    """Stop a generation that has not ended; its unit is given back."""
    await services.generations.cancel(generation_id, user.user_id)
    job = await services.generations.get(generation_id, user.user_id)
    return await linked(job, services.assets)
