"""Domain look-ups, free of charge."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import CurrentUser, Services
from api.schemas.error_schemas import error_responses
from api.schemas.request_schemas import DomainCheckRequest
from api.schemas.response_schemas import DomainCheckResponse
from middleware.auth import GuardedRoute

router = APIRouter(
    prefix="/api/domains",
    tags=["domains"],
    route_class=GuardedRoute,
    responses=error_responses(401, 413, 415, 422, 429, 500, 503),
)


@router.post("/check", response_model=DomainCheckResponse)
async def check_domains(body: DomainCheckRequest, user: CurrentUser, services: Services) -> Any:
    """The honest state of up to fifty domains: available, taken or unknown, and why."""
    return {"results": await services.domains.check_for(user.user_id, body.domains, body.tlds)}
