"""What routes ask for: the container's services and the caller."""

from typing import Annotated

from fastapi import Depends, Request

from core.exceptions import AuthenticationError
from services.auth_provider import AuthProvider, Principal
from services.container import Container


async def get_container(request: Request) -> Container:
    """The container of this application; it builds its parts on first use."""
    container: Container = request.app.state.container
    return container


Services = Annotated[Container, Depends(get_container)]
ContainerDependency = Annotated[Container, Depends(get_container)]


async def get_auth(container: ContainerDependency) -> AuthProvider:
    """Accounts and tokens."""
    return container.auth


async def get_current_user(request: Request) -> Principal:
    """The caller, whose token `GuardedRoute` has verified before the body was read."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        raise AuthenticationError
    return principal


Auth = Annotated[AuthProvider, Depends(get_auth)]
CurrentUser = Annotated[Principal, Depends(get_current_user)]
