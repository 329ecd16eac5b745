"""Generated files: by id for their owner, by signed link for anybody who has it."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from fastapi.responses import RedirectResponse

from api.conditional import IfNoneMatch, is_unchanged
from api.dependencies import CurrentUser, Services
from api.schemas.error_schemas import error_responses
from core.exceptions import NotFoundError
from middleware.auth import GuardedRoute
from utils.storage import MEDIA_TYPES, LocalStorage

router = APIRouter(tags=["files"])
guarded = APIRouter(tags=["files"], route_class=GuardedRoute)

_FILE: dict[int | str, dict[str, Any]] = {  # Any: OpenAPI values
    200: {
        "description": "The file.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("image/png", "image/svg+xml")
        },
    },
    304: {"description": "The copy that you have is still good."},
}
# A picture opened by itself runs no script and loads nothing.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@guarded.get(
    "/api/assets/{asset_id}",
    status_code=status.HTTP_307_TEMPORARY_REDIRECT,
    response_class=RedirectResponse,
    responses={
        307: {"description": "The signed link of the file, in `Location`."},
        **error_responses(401, 404, 422, 429, 500, 503),
    },
)
async def get_asset(asset_id: UUID, user: CurrentUser, services: Services) -> str:
    """Redirect to a signed link of one of your files."""
    return await services.projects.file(asset_id, user.user_id)


@router.get(
    "/storage/{key:path}",
    response_class=Response,
    responses={**_FILE, **error_responses(404, 422, 429, 500)},
)
async def get_stored_file(
    key: str,
    expires: Annotated[int, Query(ge=0, description="Seconds since 1970.")],
    signature: Annotated[str, Query(max_length=64)],
    services: Services,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """A file by its signed link; an expired or altered link is answered like an unknown one."""
    storage = services.storage  # an outside one gives out links to itself
    if not isinstance(storage, LocalStorage) or not storage.is_signed(key, expires, signature):
        raise NotFoundError("There is no such file, or the link has expired.")
    content = await storage.get(key)
    if content is None:
        raise NotFoundError("There is no such file, or the link has expired.")
    etag = f'"{sha256(content).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=3600, immutable"}
    if is_unchanged(etag, if_none_match):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(
        content,
        media_type=MEDIA_TYPES[key.rpartition(".")[2]],
        headers={
            **headers,
            "Content-Disposition": f'inline; filename="{key.rpartition("/")[2]}"',
            "Content-Security-Policy": _SANDBOX,
            "X-Content-Type-Options": "nosniff",
        },
    )
