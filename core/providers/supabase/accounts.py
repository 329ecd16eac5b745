"""Supabase Auth as calls: sign up, in and out, recover, change, delete (sections 3 and 4)."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from core.exceptions import AppError, AuthenticationError
from core.providers.supabase.project import SupabaseProject
from utils.logger import get_logger

if TYPE_CHECKING:
    from supabase import AsyncClient
    from supabase_auth.types import AuthResponse, Session, SignOutScope, User, UserAttributes

log = get_logger("supabase")

# Refusals to send a mail; nobody tries to send one to an address without an account, so whoever
# saw them would learn which have one.
_ONLY_OF_KNOWN_ADDRESSES = ("over_email_send_rate_limit", "email_address_not_authorized")
_UNUSED = "-"  # `set_session` wants a refresh token, and uses it for expired tokens only


@dataclass(frozen=True, slots=True)
class RemoteUser:
    """An account as Supabase keeps it. The wished name was typed by the user: judge it."""

    id: UUID
    email: str
    wished_name: str | None


@dataclass(frozen=True, slots=True)
class RemoteSession:
    """A login; refresh tokens are opaque, of any length (section 3.6)."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    user: RemoteUser


class SupabaseAccounts:
    """Every method may raise UnavailableError, UpstreamError, TooManyRequestsError,
    PermissionDeniedError or AuthenticationError; further ones are named.
    """

    def __init__(self, project: SupabaseProject, return_to: str) -> None:
        self._project = project
        self._return_to = return_to  # where the links of mails lead

    async def sign_up(self, email: str, password: str, name: str | None) -> RemoteSession | None:
        """A login, or None when a mail has to be answered first.

        For an address that is taken Supabase then makes up a user; so nothing of it is kept
        (section 3.3). Raises EmailTakenError or InvalidInputError.
        """
        data = {"username": name} if name else {}
        visitor = self._project.visitor()
        answer = await self._project.call(
            lambda: visitor.auth.sign_up(
                {
                    "email": email,
                    "password": password,
                    "options": {"data": data, "email_redirect_to": self._return_to},
                }
            )
        )
        return _session(answer.session) if answer.session else None

    async def sign_in(self, email: str, password: str) -> RemoteSession:
        """A new login. Raises InvalidCredentialsError or EmailNotConfirmedError."""
        visitor = self._project.visitor()
        return await self._opened(
            lambda: visitor.auth.sign_in_with_password({"email": email, "password": password})
        )

    async def refresh(self, refresh_token: str) -> RemoteSession:
        """The login with new tokens; the same token may be presented again (section 3.6)."""

        def present() -> Awaitable["AuthResponse"]:
            return self._project.visitor().auth.refresh_session(refresh_token)

        return await self._opened(present, repeatable=True)

    async def open_recovery(self, token_hash: str) -> RemoteSession:
        """The login that a recovery mail opens, once. Raises InvalidInputError."""
        visitor = self._project.visitor()
        return await self._opened(
            lambda: visitor.auth.verify_otp({"type": "recovery", "token_hash": token_hash})
        )

    async def user_of(self, access_token: str) -> RemoteUser:
        """Who this token belongs to now: notices logout, ban and deletion (section 2.5)."""
        answer = await self._project.call(
            lambda: self._project.service.auth.get_user(access_token), repeatable=True
        )
        if answer is None:  # without a token
            raise AuthenticationError
        return _user(answer.user)

    async def sign_out(self, access_token: str, *, everywhere: bool = False) -> None:
        """End this login, or all of its user; one that has ended already does not matter."""
        scope: SignOutScope = "global" if everywhere else "local"
        with _tolerated("session_not_found"):
            await self._project.call(
                lambda: self._project.service.auth.admin.sign_out(access_token, scope),
                repeatable=True,
            )

    async def resend_confirmation(self, email: str) -> None:
        """Have the mail of a sign-up sent once more, if its address is not confirmed yet."""
        visitor = self._project.visitor()
        with _tolerated(*_ONLY_OF_KNOWN_ADDRESSES):
            await self._project.call(
                lambda: visitor.auth.resend(
                    {
                        "type": "signup",
                        "email": email,
                        "options": {"email_redirect_to": self._return_to},
                    }
                )
            )

    async def recover(self, email: str) -> None:
        """Have a recovery mail sent, if there is such an account."""
        visitor = self._project.visitor()
        with _tolerated(*_ONLY_OF_KNOWN_ADDRESSES):
            await self._project.call(
                lambda: visitor.auth.reset_password_for_email(
                    email, {"redirect_to": self._return_to}
                )
            )

    async def change(
        self, access_token: str, *, email: str | None, password: str | None, proof: str | None
    ) -> RemoteUser:
        """Change the account behind a token; a new address may have to be confirmed first.

        Raises EmailTakenError, InvalidCredentialsError or InvalidInputError.
        """
        wishes: UserAttributes = {}
        if email is not None:
            wishes["email"] = email
        if password is not None:
            wishes["password"] = password
        if proof is not None:
            wishes["current_password"] = proof
        visitor: AsyncClient = self._project.visitor()
        await self._project.call(lambda: visitor.auth.set_session(access_token, _UNUSED))
        answer = await self._project.call(
            lambda: visitor.auth.update_user(wishes, {"email_redirect_to": self._return_to})
        )
        return _user(answer.user)

    async def delete(self, user_id: UUID) -> None:
        """Delete an account; one that is gone already does not matter."""
        with _tolerated("user_not_found"):
            await self._project.call(
                lambda: self._project.service.auth.admin.delete_user(str(user_id)), repeatable=True
            )

    async def _opened(
        self, work: Callable[[], Awaitable["AuthResponse"]], *, repeatable: bool = False
    ) -> RemoteSession:
        answer = await self._project.call(work, repeatable=repeatable)
        if answer.session is None:
            raise AuthenticationError
        return _session(answer.session)


@contextmanager
def _tolerated(*codes: str) -> Iterator[None]:
    """Go on after the refusals that do not matter here."""
    try:
        yield
    except AppError as error:
        if error.context.get("supabase_code") not in codes:
            raise
        log.info("Supabase said {}", error.context["supabase_code"])


def _session(session: "Session") -> RemoteSession:
    return RemoteSession(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        expires_in=session.expires_in,
        user=_user(session.user),
    )


def _user(user: "User") -> RemoteUser:
    name = (user.user_metadata or {}).get("username")
    return RemoteUser(
        id=UUID(user.id),
        email=(user.email or "").lower(),
        wished_name=name if isinstance(name, str) else None,
    )
