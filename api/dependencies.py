"""What routes ask for: the container's services, the caller, a unit of quota."""

from typing import Annotated

from fastapi import Depends, Header, Request

from core.exceptions import AuthenticationError
from middleware.idempotency import HEADER, Once
from middleware.rate_limiter import check_rate_limit as check_quota
from services.auth_provider import AuthProvider, Principal
from services.container import Container


def services_of(request: Request) -> Container:
    """The container of this application, for hot routes, which do without dependencies."""
    container: Container = request.app.state.container
    return container


def user_of(request: Request) -> Principal:
    """The caller, whose token `GuardedRoute` has verified before the body was read."""
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        raise AuthenticationError
    return principal


async def get_container(request: Request) -> Container:
    """The container of this application; it builds its parts on first use."""
    return services_of(request)


Services = Annotated[Container, Depends(get_container)]


async def get_auth(services: Services) -> AuthProvider:
    """Accounts and tokens."""
    return services.auth


async def get_current_user(request: Request) -> Principal:
    """The caller."""
    return user_of(request)


Auth = Annotated[AuthProvider, Depends(get_auth)]
CurrentUser = Annotated[Principal, Depends(get_current_user)]


IdempotencyKey = Annotated[
    str | None,
    Header(
        alias=HEADER,
        max_length=300,
        description="Repeat a request with the same key, at most 255 ASCII characters, and it has "
        "no second effect: for 24 hours the first answer comes back, with `Idempotent-Replayed`.",
        examples=["8e03978e-40d5-43e8-bc93-6894a57f9324"],
    ),
]


async def get_once(request: Request, _key: IdempotencyKey = None) -> Once:
    """The key of idempotency, which `IdempotentRoute` has looked at before."""
    once: Once = request.state.once
    return once


OnceOnly = Annotated[Once, Depends(get_once)]


async def check_rate_limit(
    user: CurrentUser, services: Services, request: Request, once: OnceOnly
) -> None:
    """Refuse callers without a unit before their input is looked at; a repeat needs none."""
    if once.made is None:
        await check_quota(user, request.url.path.rpartition("/")[2], services.generations)


QuotaChecked = Depends(check_rate_limit)
