"""Swagger UI from our own files: `/docs` works without the internet."""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from core.exceptions import NotFoundError

router = APIRouter(include_in_schema=False)

_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
# Swagger UI sets styles of elements from its script, hence the one exception.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Brand Package Generator: API</title>
<link rel="icon" href="{root}/docs/assets/favicon.png">
<link rel="stylesheet" href="{root}/docs/assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui" data-document="{root}/openapi.json"></div>
<script src="{root}/docs/assets/swagger-ui-bundle.js"></script>
<script src="{root}/docs/assets/start.js"></script>
</body>
</html>
"""
# No validator badge: it would send the address of the document to its maker.
_START = """SwaggerUIBundle({
  url: document.getElementById("swagger-ui").dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
});
"""


@router.get("/")
async def show_the_way(request: Request) -> RedirectResponse:
    """Whoever opens the service in a browser wants to read about it."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")


@router.get("/docs")
async def show_docs(request: Request) -> HTMLResponse:
    """The API, to read and to try."""
    root = request.scope.get("root_path", "")
    return HTMLResponse(_PAGE.format(root=root), headers={"Content-Security-Policy": _POLICY})


@router.get("/docs/assets/start.js")
async def get_start_script() -> Response:
    """What starts Swagger UI; a file of its own, so that no inline script is allowed."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/assets/{name}")
async def get_docs_asset(name: str) -> Response:
    """One file of Swagger UI."""
    if name not in _ASSETS:
        raise NotFoundError
    return Response(
        _asset(name), media_type=_ASSETS[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@cache
def _asset(name: str) -> bytes:
    """The content of a file, read from the package that ships it for use without the internet."""
    return (files("fastapi_offline") / "static" / name).read_bytes()
