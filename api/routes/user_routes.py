"""The caller's account."""

from fastapi import APIRouter, status

from api.dependencies import Auth, CurrentUser
from api.schemas.auth_schemas import DeleteAccountRequest, ProfileUpdateRequest, UserRead
from api.schemas.error_schemas import error_responses
from middleware.auth import GuardedRoute
from services.auth_provider import ProfileChanges

router = APIRouter(
    prefix="/api/users",
    tags=["users"],
    route_class=GuardedRoute,
    responses=error_responses(401, 403, 429, 500, 502, 503),
)


@router.get("/me")
async def get_me(user: CurrentUser, auth: Auth) -> UserRead:
    """Your account."""
    return UserRead.of(await auth.profile(user))


@router.patch("/me", responses=error_responses(409, 413, 415, 422))
async def update_me(body: ProfileUpdateRequest, user: CurrentUser, auth: Auth) -> UserRead:
    """Change your account; a new password ends all logins, this one included."""
    changes = ProfileChanges(
        username=body.username,
        wants_mail=body.wants_mail,
        email=body.email,
        password=body.password.get_secret_value() if body.password else None,
        current_password=body.current_password.get_secret_value()
        if body.current_password
        else None,
    )
    return UserRead.of(await auth.update_profile(user, changes))


@router.delete(
    "/me", status_code=status.HTTP_204_NO_CONTENT, responses=error_responses(413, 415, 422)
)
async def delete_me(body: DeleteAccountRequest, user: CurrentUser, auth: Auth) -> None:
    """Delete your account with everything that it owns."""
    await auth.delete_account(user, body.password.get_secret_value())
