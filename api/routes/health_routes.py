"""Is it alive, is it ready, and how is it doing: for operators and their tools."""

import hmac
from ipaddress import ip_address
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, SecretStr

from api.dependencies import Services
from api.schemas.error_schemas import error_responses
from core.exceptions import NotFoundError, UnavailableError
from services.settings_check import is_degraded
from utils.metrics import metrics_text

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """A short answer."""

    status: Literal["ok"] = Field(examples=["ok"])


class SourceHealth(BaseModel):
    """One configured place; without a state there is nothing to ask, or it was not asked yet."""

    name: str = Field(examples=["openrouter with openai/gpt-6-luna"])
    state: Literal["reachable", "key refused", "not reachable"] | None = None


class PartHealth(BaseModel):
    """One part of the service, what is configured for it, and who does its work."""

    part: str = Field(examples=["text models"])
    configured: list[SourceHealth]
    using: str = Field(examples=["the built-in engine"])
    problem: str | None = None


class Readiness(BaseModel):
    """The service can do its work; "degraded" when something configured cannot be reached."""

    status: Literal["ok", "degraded"] = Field(examples=["ok"])
    parts: list[PartHealth]


class ModelHealth(BaseModel):
    """How one model of a provider did in this process; times in seconds."""

    breaker: Literal["closed", "half-open", "open"]
    since_s: float
    retry_after_s: float
    openings: int
    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    retries: int
    cost_usd: str
    last_failure: str | None
    outcomes: dict[str, int]


class ProviderHealth(BaseModel):
    """How one provider did in this process; the breaker is that of its healthiest model."""

    breaker: Literal["closed", "half-open", "open"]
    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    retries: int
    cost_usd: str
    models: dict[str, ModelHealth]


class ProvidersHealth(BaseModel):
    """Every provider by its name, the preferred one first."""

    text: dict[str, ProviderHealth]
    images: dict[str, ProviderHealth]
    domains: dict[str, ProviderHealth]


@router.get("/health", responses=error_responses(503))
async def get_health(services: Services) -> Health:
    """Whether the service can do its work."""
    await _require_ready(services)
    return Health(status="ok")


@router.get("/health/live")
async def get_liveness() -> Health:
    """Whether the process answers at all; asks nothing else."""
    return Health(status="ok")


@router.get("/health/ready", responses=error_responses(503))
async def get_readiness(services: Services) -> Readiness:
    """Whether requests can be served now: the database answers and no shutdown has begun.

    The parts say what is configured, whether it can be reached, and what does the work. They are
    asked beside the answers, at most once a minute, and never make the service unready.
    """
    await _require_ready(services)
    reports = services.health.parts()
    parts = [PartHealth.model_validate(report) for report in reports]
    return Readiness(status="degraded" if is_degraded(reports) else "ok", parts=parts)


async def _require_ready(services: Services) -> None:
    if not await services.health.is_ready():
        raise UnavailableError("The service is not ready.", retry_after=2)


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
    _require_operator(request, services.settings.metrics_token)
    services.providers.show()
    operations = await services.operations.metrics()
    return Response(metrics_text(operations), media_type="text/plain; version=0.0.4")


@router.get("/providers/health", responses=error_responses(404))
async def get_provider_health(request: Request, services: Services) -> ProvidersHealth:
    """How the providers did in this process; guarded like the metrics."""
    _require_operator(request, services.settings.metrics_token)
    return ProvidersHealth.model_validate(services.providers.get())


def _require_operator(request: Request, token: SecretStr | None) -> None:
    """Raises NotFoundError: a stranger learns nothing, not even that there is something."""
    if not (_has_token(request, token) if token else _is_local(request)):
        raise NotFoundError


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
