"""Projects of the caller."""

from uuid import UUID

from fastapi import APIRouter, Request, Response, status

from api.dependencies import CurrentUser, OnceOnly, Services, services_of, user_of
from api.json_response import json_bytes
from api.paging import FIRST_PAGE_SIZE, Cursor, Limit
from api.schemas.error_schemas import error_responses
from api.schemas.request_schemas import ProjectCreateRequest, ProjectUpdateRequest
from api.schemas.response_schemas import ProjectPage, ProjectRead
from database.models import Project
from database.pages import Row
from middleware.idempotency import IdempotentRoute

router = APIRouter(
    prefix="/api/projects",
    tags=["projects"],
    route_class=IdempotentRoute,
    responses=error_responses(401, 422, 429, 500, 503),
)


@router.get("", response_model=ProjectPage)
async def list_projects(
    request: Request, limit: Limit = FIRST_PAGE_SIZE, cursor: Cursor = None
) -> Response:
    """Your projects, newest first."""
    projects, user = services_of(request).projects, user_of(request)
    return json_bytes(await projects.page(user.user_id, cursor=cursor, limit=limit))


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    response_model=ProjectRead,
    responses=error_responses(404, 413, 415),
)
async def create_project(
    body: ProjectCreateRequest, user: CurrentUser, services: Services, once: OnceOnly
) -> ProjectRead:
    """Create a draft project."""
    project: Project | Row
    if once.made is None:
        project = await services.projects.create(user.user_id, body.model_dump(), once.key)
        once.made = project.id
    else:
        project = await services.projects.get(once.made, user.user_id)
    return ProjectRead.model_validate(project, from_attributes=True)


@router.get("/{project_id}", response_model=ProjectRead, responses=error_responses(404))
async def get_project(project_id: UUID, request: Request) -> Response:
    """One of your projects."""
    projects = services_of(request).projects
    return json_bytes(await projects.get(project_id, user_of(request).user_id))


@router.put("/{project_id}", response_model=ProjectRead, responses=error_responses(404, 413, 415))
async def update_project(
    project_id: UUID, body: ProjectUpdateRequest, user: CurrentUser, services: Services
) -> ProjectRead:
    """Change a project; fields that are left out stay."""
    changes = body.model_dump(exclude_unset=True)
    if changes.get("name", "") is None:
        del changes["name"]
    if changes.get("status", "") is None:
        del changes["status"]
    project = await services.projects.update(project_id, user.user_id, changes)
    return ProjectRead.model_validate(project, from_attributes=True)


@router.delete(
    "/{project_id}", status_code=status.HTTP_204_NO_CONTENT, responses=error_responses(404)
)
async def delete_project(project_id: UUID, user: CurrentUser, services: Services) -> None:
    """Delete a project with its generations and files."""
    await services.projects.delete(project_id, user.user_id)
