"""What the rest of the product needs from accounts, whoever keeps them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """The verified caller of a request.

    The token is kept where only the service that issued it can tell whether it was revoked.
    """

    user_id: UUID
    session_id: UUID
    expires_at: datetime
    access_token: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as its owner sees it; an expired quota window counts as renewed."""

    id: UUID
    email: str
    username: str | None
    generations_remaining: int
    is_premium: bool
    wants_mail: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AuthSession:
    """A login: its tokens, the lifetime of the access token in seconds, and the account."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    user: Profile


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """What to change of an account; None leaves it as it is.

    A new e-mail address or password needs the present password.
    """

    username: str | None = None
    wants_mail: bool | None = None
    email: str | None = None
    password: str | None = field(default=None, repr=False)
    current_password: str | None = field(default=None, repr=False)


class AuthProvider(Protocol):
    """Keeps accounts and their logins.

    Every method may raise UnavailableError, and OverloadedError when passwords are involved; an
    outside service also UpstreamError, TooManyRequestsError and PermissionDeniedError.
    """

    async def authenticate(self, access_token: str) -> Principal:
        """Who sent this token. A revoked login may pass for a while in other processes: for 60 s,
        or until the token expires where an outside service keeps the logins. Changes of the
        account itself always ask who keeps them.

        Raises AuthenticationError.
        """
        ...

    async def signup(
        self, email: str, password: str, username: str | None = None
    ) -> AuthSession | None:
        """Create an account and log in; None when the address must be confirmed by mail first.

        Raises EmailTakenError, UsernameTakenError, or InvalidInputError for a weak password.
        """
        ...

    async def login(self, email: str, password: str) -> AuthSession:
        """Open a session.

        Raises InvalidCredentialsError, the same for unknown addresses, or PermissionDeniedError
        for an account that is blocked or whose address is not confirmed.
        """
        ...

    async def refresh(self, refresh_token: str) -> AuthSession:
        """Exchange a refresh token, which works once. Raises AuthenticationError."""
        ...

    async def logout(self, access_token: str) -> None:
        """End the session of this token. Raises AuthenticationError."""
        ...

    async def resend_confirmation(self, email: str) -> None:
        """Send the mail of a sign-up once more, if one is waited for; the caller cannot tell."""
        ...

    async def recover(self, email: str) -> None:
        """Send a password reset token, if there is such an account; the caller cannot tell."""
        ...

    async def reset(self, reset_token: str, new_password: str) -> None:
        """Set a new password and end all sessions; the token is what the mail gave.

        Raises InvalidInputError.
        """
        ...

    async def profile(self, principal: Principal) -> Profile:
        """The caller's account. Raises AuthenticationError when it is gone."""
        ...

    async def update_profile(self, principal: Principal, changes: ProfileChanges) -> Profile:
        """Change the caller's account; a new password ends all sessions, this one included.

        Raises AuthenticationError, InvalidCredentialsError, EmailTakenError, UsernameTakenError,
        or InvalidInputError.
        """
        ...

    async def delete_account(self, principal: Principal, password: str) -> None:
        """Delete the account and everything that it owns. Raises InvalidCredentialsError."""
        ...
