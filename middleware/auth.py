"""Verifies access tokens before anything else of a request is looked at."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from core.exceptions import AuthenticationError
from middleware.strict_json import StrictJsonRoute
from services.auth_provider import AuthProvider, Principal

SECURITY_SCHEME = "HTTPBearer"
_HEADER = b"authorization"


async def verify_token(request: Request) -> Principal:
    """The caller by the `Authorization: Bearer` header. Raises AuthenticationError."""
    given = dict(request.scope["headers"]).get(_HEADER, b"")
    scheme, _, token = given.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError
    auth: AuthProvider = request.app.state.container.auth
    return await auth.authenticate(token.strip())


class GuardedRoute(StrictJsonRoute):
    """A route for signed-in callers: a bad token is refused before the body is read.

    It says so to OpenAPI by itself: a security dependency would be solved for each request.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # Any: as FastAPI declares them
        extra = {"security": [{SECURITY_SCHEME: []}], **(options.pop("openapi_extra", None) or {})}
        super().__init__(*arguments, openapi_extra=extra, **options)

    async def authenticate(self, request: Request) -> Principal:
        """The caller. Raises AuthenticationError."""
        return await verify_token(request)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the token check."""
        handler = super().get_route_handler()

        async def guarded_handler(request: Request) -> Response:
            request.state.principal = await self.authenticate(request)
            return await handler(request)

        return guarded_handler
