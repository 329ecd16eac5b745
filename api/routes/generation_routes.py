"""The endpoints that make something, each for one unit of the quota."""

from typing import Any

from fastapi import APIRouter, Response

from api.dependencies import CurrentUser, OnceOnly, QuotaChecked, Services
from api.generation_flow import run_generation
from api.job_answer import ACCEPTED
from api.preferences import Prefer
from api.schemas.error_schemas import error_responses
from api.schemas.request_schemas import (
    ColorGenerationRequest,
    GenerationBase,
    LogoGenerationRequest,
    NameGenerationRequest,
    PackageGenerationRequest,
    TaglineGenerationRequest,
)
from api.schemas.response_schemas import (
    ColorGenerationResponse,
    LogoGenerationResponse,
    NameGenerationResponse,
    PackageGenerationResponse,
    TaglineGenerationResponse,
)
from database.models import GenerationType
from middleware.idempotency import IdempotentRoute
from services.results import GenerationRequest

router = APIRouter(
    prefix="/api/generate",
    tags=["generate"],
    route_class=IdempotentRoute,
    dependencies=[QuotaChecked],
    responses={
        **ACCEPTED,
        **error_responses(401, 404, 409, 413, 415, 422, 429, 500, 503),
    },
)


def _request(body: GenerationBase, kind: GenerationType, user: CurrentUser) -> GenerationRequest:
    return GenerationRequest(
        user_id=user.user_id,
        generation_type=kind,
        description=body.description,
        industry=body.industry,
        project_id=body.project_id,
        input_data=body.model_dump(mode="json"),
    )


@router.post("/names", response_model=NameGenerationResponse)
async def generate_names(
    body: NameGenerationRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """Ten brandable names, best first, with the state of their domains."""

    request = _request(body, GenerationType.NAME, user)
    return await run_generation(services, request, response, prefer, once)


@router.post("/logos", response_model=LogoGenerationResponse)
async def generate_logos(
    body: LogoGenerationRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """Three logo concepts of different families, as SVG and PNG."""

    request = _request(body, GenerationType.LOGO, user)
    return await run_generation(services, request, response, prefer, once)


@router.post("/colors", response_model=ColorGenerationResponse)
async def generate_colors(
    body: ColorGenerationRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """Six colours that meet WCAG 2.2 AA, with what was measured."""

    request = _request(body, GenerationType.COLOR, user)
    return await run_generation(services, request, response, prefer, once)


@router.post("/taglines", response_model=TaglineGenerationResponse)
async def generate_taglines(
    body: TaglineGenerationRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """Five taglines, best first."""

    request = _request(body, GenerationType.TAGLINE, user)
    return await run_generation(services, request, response, prefer, once)


@router.post("/package", response_model=PackageGenerationResponse)
async def generate_package(
    body: PackageGenerationRequest,
    response: Response,
    user: CurrentUser,
    services: Services,
    once: OnceOnly,
    prefer: Prefer = None,
) -> Any:  # Any: shaped by the response model
    """One complete brand package: names, domains, taglines, palette and logos."""

    request = _request(body, GenerationType.PACKAGE, user)
    return await run_generation(services, request, response, prefer, once)
