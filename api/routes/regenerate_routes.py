"""New versions of a package."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import CurrentUser, OnceOnly, QuotaChecked, Services
from api.generation_flow import run_generation
from api.job_answer import ACCEPTED
from api.preferences import Prefer
from api.schemas.error_schemas import error_responses
from api.schemas.request_schemas import RegenerateRequest
from api.schemas.response_schemas import PackageGenerationResponse
from middleware.idempotency import IdempotentRoute

router = APIRouter(
    tags=["generations"],
    route_class=IdempotentRoute,
    dependencies=[QuotaChecked],
    responses={
        **ACCEPTED,
        **error_responses(401, 404, 409, 413, 415, 422, 429, 500, 503),
    },
)


@router.post(
    "/api/generations/{generation_id}/regenerate", response_model=PackageGenerationResponse
)
async def regenerate_package(
    generation_id: UUID,
    body: RegenerateRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """Make a new version of a package, for one unit: what is locked stays, the rest is made anew.

    The earlier version is kept. Locked logos keep their palette and, like locked taglines, the
    name that they carry; `warnings` says so.
    """
    request = await services.regenerations.request(
        generation_id, user.user_id, body.lock, body.seed
    )
    return await run_generation(services, request, response, prefer, once)
