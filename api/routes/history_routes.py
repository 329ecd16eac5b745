"""Past and running generations of the caller."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import CurrentUser, Services, services_of, user_of
from api.json_response import json_bytes
from api.paging import FIRST_PAGE_SIZE, Cursor, Limit
from api.schemas.error_schemas import error_responses
from api.schemas.response_schemas import GenerationRead, HistoryPage
from database.models import GenerationStatus, GenerationType
from middleware.auth import GuardedRoute
from services.results import Json

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
    responses=error_responses(404),
)
async def get_generation(generation_id: UUID, user: CurrentUser, services: Services) -> Any:
    """A generation with its result, when it has one; the links in it are fresh."""
    row = await services.generations.get(generation_id, user.user_id)
    return {**row, "result": await _result(row, services)}


@router.post(
    "/api/generations/{generation_id}/cancel",
    response_model=GenerationRead,
    responses=error_responses(404, 409),
)
async def cancel_generation(generation_id: UUID, user: CurrentUser, services: Services) -> Any:
    """Stop a generation that has not ended; its unit is given back."""
    await services.generations.cancel(generation_id, user.user_id)
    row = await services.generations.get(generation_id, user.user_id)
    return {**row, "result": None}


async def _result(row: Json, services: Services) -> Json | None:
    output = row["result"]
    if output is None:
        return None
    return {
        "generation_id": row["id"],
        "project_id": row["project_id"],
        **await services.assets.with_links(output),
    }
