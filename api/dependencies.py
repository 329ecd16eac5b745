"""What routes ask for: the container's services and the caller."""

from typing import Annotated

from fastapi import Depends, Request

from middleware.auth import Principal, principal_of
from services.auth_service import AuthService
from services.container import Container


async def get_container(request: Request) -> Container:
    """The container of this application; it builds its parts on first use."""
    container: Container = request.app.state.container
    return container


ContainerDependency = Annotated[Container, Depends(get_container)]


async def get_auth(container: ContainerDependency) -> AuthService:
    """Accounts and tokens."""
    return container.auth


async def get_current_user(request: Request) -> Principal:
    """The verified caller; `GuardedRoute` has checked the token before the body was read."""
    return principal_of(request)


Auth = Annotated[AuthService, Depends(get_auth)]
CurrentUser = Annotated[Principal, Depends(get_current_user)]
