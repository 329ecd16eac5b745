"""Is it alive, is it ready, and how is it doing: for operators and their tools."""

import ipaddress
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.dependencies import Services
from api.schemas.error_schemas import error_responses
from core.exceptions import NotFoundError, UnavailableError
from utils.metrics import metrics_text

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """A short answer."""

    status: Literal["ok"] = Field(examples=["ok"])


@router.get("/health", responses=error_responses(503))
async def get_health(services: Services) -> Health:
    """Whether the service can do its work."""
    return await get_readiness(services)


@router.get("/health/live")
async def get_liveness() -> Health:
    """Whether the process answers at all; asks nothing else."""
    return Health(status="ok")


@router.get("/health/ready", responses=error_responses(503))
async def get_readiness(services: Services) -> Health:
    """Whether requests can be served now: the database answers and no shutdown has begun."""
    if not await services.health.is_ready():
        raise UnavailableError("The service is not ready.", retry_after=2)
    return Health(status="ok")


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **error_responses(404),
    },
)
async def get_metrics(request: Request) -> Response:
    """Prometheus metrics, for this machine only; a stranger finds nothing here."""
    host = request.client.host if request.client else ""
    forwarded = "x-forwarded-for" in request.headers
    if forwarded or not _is_local(host):
        raise NotFoundError
    return Response(metrics_text(), media_type="text/plain; version=0.0.4")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
