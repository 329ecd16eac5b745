"""Sign up, log in, stay logged in, log out, and get back in."""

from fastapi import APIRouter, Request, Response, status

from api.dependencies import Auth
from api.schemas.auth_schemas import (
    LoginRequest,
    RecoverRequest,
    RefreshRequest,
    ResendRequest,
    ResetRequest,
    SessionRead,
    SignupRequest,
)
from api.schemas.error_schemas import error_responses
from middleware.auth import GuardedRoute
from middleware.strict_json import StrictJsonRoute

router = APIRouter(
    prefix="/api/auth",
    tags=["auth"],
    route_class=StrictJsonRoute,
    responses=error_responses(400, 413, 415, 422, 429, 500, 502, 503),
)
guarded = APIRouter(
    prefix="/api/auth",
    tags=["auth"],
    route_class=GuardedRoute,
    responses=error_responses(401, 429, 500, 502, 503),
)


@router.post(
    "/signup",
    status_code=status.HTTP_201_CREATED,
    response_model=SessionRead,
    responses={
        202: {"description": "Confirm the address first; a mail is on its way."},
        **error_responses(403, 409),
    },
)
async def signup(body: SignupRequest, auth: Auth) -> SessionRead | Response:
    """Create an account and log in."""
    session = await auth.signup(body.email, body.password.get_secret_value(), body.username)
    if session is None:
        return Response(status_code=status.HTTP_202_ACCEPTED)
    return SessionRead.of(session)


@router.post("/login", responses=error_responses(401, 403))
async def login(body: LoginRequest, auth: Auth) -> SessionRead:
    """Log in with e-mail and password."""
    return SessionRead.of(await auth.login(body.email, body.password.get_secret_value()))


@router.post("/refresh", responses=error_responses(401, 403))
async def refresh(body: RefreshRequest, auth: Auth) -> SessionRead:
    """Exchange a refresh token for a new login; each token works once."""
    return SessionRead.of(await auth.refresh(body.refresh_token.get_secret_value()))


@router.post("/resend-confirmation", status_code=status.HTTP_202_ACCEPTED)
async def resend_confirmation(body: ResendRequest, auth: Auth) -> None:
    """Ask for the mail of a sign-up once more; the answer is the same for every address.

    Nothing is sent where sign-ups need no confirmation.
    """
    await auth.resend_confirmation(body.email)


@router.post("/recover", status_code=status.HTTP_202_ACCEPTED)
async def recover(body: RecoverRequest, auth: Auth) -> None:
    """Ask for a password reset token; the answer is the same for unknown addresses."""
    await auth.recover(body.email)


@router.post("/reset", status_code=status.HTTP_204_NO_CONTENT)
async def reset(body: ResetRequest, auth: Auth) -> None:
    """Set a new password with what the recovery mail gave; all logins end."""
    await auth.reset(body.token.get_secret_value(), body.password.get_secret_value())


@guarded.post("/logout", status_code=status.HTTP_204_NO_CONTENT)
async def logout(request: Request, auth: Auth) -> None:
    """End this login."""
    await auth.logout(request.headers["authorization"].partition(" ")[2].strip())
