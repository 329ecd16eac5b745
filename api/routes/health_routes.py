"""Is it alive, is it ready, and how is it doing: for operators and their tools."""

import hmac
from ipaddress import ip_address
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, SecretStr

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
async def get_metrics(request: Request, services: Services) -> Response:
    """Prometheus metrics for operators; a stranger finds nothing here.

    With `METRICS_TOKEN` set, whoever sends it as a bearer token; otherwise this machine only.
    """
    token = services.settings.metrics_token
    if not (_has_token(request, token) if token else _is_local(request)):
        raise NotFoundError
    return Response(metrics_text(), media_type="text/plain; version=0.0.4")


def _has_token(request: Request, token: SecretStr) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(given.encode(), token.get_secret_value().encode())


def _is_local(request: Request) -> bool:
    """Whether the request comes from this machine, not through a proxy on it."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
