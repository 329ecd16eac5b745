"""Verifies access tokens before anything else of a request is looked at."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response

from core.exceptions import AuthenticationError
from middleware.strict_json import StrictJsonRoute
from services.auth_provider import AuthProvider, Principal


async def verify_token(request: Request) -> Principal:
    """The caller by the `Authorization: Bearer` header. Raises AuthenticationError."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AuthenticationError
    auth: AuthProvider = request.app.state.container.auth
    return await auth.authenticate(token.strip())


class GuardedRoute(StrictJsonRoute):
    """A route for signed-in callers: a bad token is refused before the body is read."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the token check."""
        handler = super().get_route_handler()

        async def guarded_handler(request: Request) -> Response:
            request.state.principal = await verify_token(request)
            return await handler(request)

        return guarded_handler
