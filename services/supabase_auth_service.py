"""Accounts in Supabase Auth, with a profile of each in our own database.

A profile is made or renewed when its account is seen for the first time: at sign-up, at a login,
or by a token that came from a page which talks to Supabase itself (contract section 6.5). For a
token without a profile Supabase is asked first, so that the tokens of a deleted account, which
verify until they expire, do not bring it back.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core.exceptions import (
    AppError,
    AuthenticationError,
    InvalidCredentialsError,
    InvalidInputError,
    NotFoundError,
    ProofRefusedError,
    UsernameTakenError,
)
from core.providers.supabase.accounts import RemoteSession, RemoteUser, SupabaseAccounts
from core.providers.supabase.verifier import SupabaseVerifier
from database.models import User
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.auth_provider import AuthSession, Principal, Profile, ProfileChanges
from services.expiring_ids import ExpiringIds
from services.profiles import FreeQuota, profile_of
from services.token_cache import TokenCache
from utils.clock import Clock
from utils.logger import get_logger
from utils.passwords import password_problem
from utils.supabase_tokens import SupabaseClaims
from utils.validators import display_text

log = get_logger("accounts")

# Nobody knows how long the other tokens of an account live; projects may set up to a week.
LONGEST_TOKEN = timedelta(days=7)
_RECOVERY = "recovery"
_SHORTEST_NAME, _LONGEST_NAME = 2, 100


class SupabaseAuthService:
    """The `AuthProvider` of a Supabase project."""

    def __init__(
        self,
        database: Database,
        accounts: SupabaseAccounts,
        verifier: SupabaseVerifier,
        assets: AssetStore,
        quota: FreeQuota,
        *,
        clock: Clock,
    ) -> None:
        self._db = database
        self._accounts = accounts
        self._verifier = verifier
        self._assets = assets
        self._quota = quota
        self._clock = clock
        self._cache = TokenCache()
        # Tokens verify until they expire. Of what ended in this process we know better.
        self._ended_logins = ExpiringIds()
        self._changed_users = ExpiringIds()

    async def authenticate(self, access_token: str) -> Principal:
        """Who sent this token. Raises AuthenticationError."""
        now = self._clock()
        principal = self._cache.get(access_token, now)
        if principal is None:
            generation = self._cache.generation
            claims = await self._verifier.verify(access_token, now)
            principal = Principal(claims.user_id, claims.session_id, claims.expires_at)
            if self._ended_logins.has(claims.session_id, now):
                raise AuthenticationError
            if await self._needs_asking(claims, now):
                await self._adopt(await self._accounts.user_of(access_token))
            self._cache.put(access_token, principal, now, generation)
        return replace(principal, access_token=access_token)

    async def _needs_asking(self, claims: SupabaseClaims, now: datetime) -> bool:
        """Whether only Supabase knows if this token still counts, and for which address."""
        if self._changed_users.has(claims.user_id, now):
            return True
        user = await self._db.alone.users.get_profile(claims.user_id)
        return user is None or user.email != claims.email  # either may be the stale one

    async def signup(
        self, email: str, password: str, username: str | None = None
    ) -> AuthSession | None:
        """Create an account and log in; None when the address must be confirmed by mail first.

        Raises EmailTakenError, UsernameTakenError, or InvalidInputError for a weak password.
        """
        _check_password(password)
        if username is not None:
            await self._check_name(username)
        session = await self._accounts.sign_up(email, password, username)
        return await self._logged_in(session) if session else None

    async def login(self, email: str, password: str) -> AuthSession:
        """Open a session. Raises InvalidCredentialsError or EmailNotConfirmedError."""
        return await self._logged_in(await self._accounts.sign_in(email, password))

    async def refresh(self, refresh_token: str) -> AuthSession:
        """Exchange a refresh token. Raises AuthenticationError."""
        try:
            session = await self._accounts.refresh(refresh_token)
        except InvalidInputError as error:  # what never was a token
            raise AuthenticationError("The refresh token is not valid.") from error
        return await self._logged_in(session)

    async def logout(self, access_token: str) -> None:
        """End the session of this token. Raises AuthenticationError."""
        principal = await self.authenticate(access_token)
        await self._accounts.sign_out(access_token)
        self._ended_logins.add(principal.session_id, principal.expires_at)
        self._cache.evict_session(principal.session_id)

    async def resend_confirmation(self, email: str) -> None:
        """Have the mail of a sign-up sent once more, if one is waited for."""
        await self._accounts.resend_confirmation(email)

    async def recover(self, email: str) -> None:
        """Have a recovery mail sent, if there is such an account; the caller cannot tell."""
        await self._accounts.recover(email)

    async def reset(self, reset_token: str, new_password: str) -> None:
        """Set a new password and end all sessions.

        The token is the hash that the mail's template may carry, or the access token with which
        the mail's usual link leads back to the page. Raises InvalidInputError, and
        ProofRefusedError for the token.
        """
        _check_password(new_password)
        try:
            user_id, token = await self._recovering(reset_token)
            await self._accounts.change(token, email=None, password=new_password, proof=None)
        except AuthenticationError as error:
            raise ProofRefusedError from error
        await self._end_all(user_id, token)

    async def _recovering(self, reset_token: str) -> tuple[UUID, str]:
        """Whose password may be set, and the token to do it with."""
        if reset_token.count(".") != 2:
            session = await self._accounts.open_recovery(reset_token)
            return session.user.id, session.access_token
        claims = await self._verifier.verify(reset_token, self._clock())
        # Any other token would let whoever copied it take the account over.
        if _RECOVERY not in claims.methods:
            raise ProofRefusedError
        return claims.user_id, reset_token

    async def profile(self, principal: Principal) -> Profile:
        """The caller's account. Raises AuthenticationError when it is gone."""
        user = await self._db.alone.users.get_profile(principal.user_id)
        if user is None:
            raise AuthenticationError
        return self._profile(user)

    async def update_profile(self, principal: Principal, changes: ProfileChanges) -> Profile:
        """Change the caller's account; a new password ends all sessions, this one included.

        A new address shows when it is confirmed. Raises AuthenticationError,
        InvalidCredentialsError, EmailTakenError, UsernameTakenError, or InvalidInputError.
        """
        if changes.password is not None:
            _check_password(changes.password)
        if changes.username is not None:
            await self._check_name(changes.username, principal.user_id)
        if changes.email is not None or changes.password is not None:
            await self._change_proven(principal, changes)
        await self._keep(principal, changes)
        return await self.profile(principal)

    async def _change_proven(self, principal: Principal, changes: ProfileChanges) -> None:
        proven = await self._prove(principal, changes.current_password)
        user = await self._accounts.change(
            proven.access_token,
            email=changes.email,
            password=changes.password,
            proof=changes.current_password,
        )
        if changes.password is not None:
            await self._end_all(principal.user_id, proven.access_token)
        else:
            await self._drop(proven)
        await self._adopt(user)

    async def _check_name(self, username: str, owner: UUID | None = None) -> None:
        """Raise UsernameTakenError if somebody else has it; the database has the last word."""
        taken = await self._db.alone.users.list({"username": username})
        if any(user.id != owner for user in taken):
            raise UsernameTakenError

    async def _keep(self, principal: Principal, changes: ProfileChanges) -> None:
        """Write down what the project knows nothing of."""
        given = {"username": changes.username, "wants_mail": changes.wants_mail}
        values = {name: value for name, value in given.items() if value is not None}
        if not values:
            return
        try:
            await self._db.alone.users.update(principal.user_id, values)
        except NotFoundError as error:
            raise AuthenticationError from error

    async def delete_account(self, principal: Principal, password: str) -> None:
        """Delete the account and everything that it owns. Raises InvalidCredentialsError.

        The account itself goes last: what fails on the way can be asked for again.
        """
        await self._prove(principal, password)
        await self._assets.delete(await self._db.alone.assets.keys_of_user(principal.user_id))
        await self._db.alone.users.delete(principal.user_id)
        await self._accounts.delete(principal.user_id)
        self._forget(principal.user_id)

    async def _prove(self, principal: Principal, password: str | None) -> RemoteSession:
        """A login of its own that the present password opened.

        Raises AuthenticationError for a revoked token, InvalidCredentialsError for the password.
        """
        user = await self._accounts.user_of(principal.access_token)
        try:
            session = await self._accounts.sign_in(user.email, password or "")
        except InvalidCredentialsError as error:
            raise InvalidCredentialsError(
                "The present password is needed and must be right."
            ) from error
        if session.user.id != principal.user_id:
            raise AuthenticationError
        return session

    async def _end_all(self, user_id: UUID, token: str) -> None:
        """End all logins of an account, this token's too."""
        await self._tolerant(lambda: self._accounts.sign_out(token, everywhere=True))
        self._forget(user_id)

    async def _drop(self, session: RemoteSession) -> None:
        """End the login that was opened to prove a password."""
        await self._tolerant(lambda: self._accounts.sign_out(session.access_token))

    async def _tolerant(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except AppError as error:
            log.warning("a login could not be ended: {}", error.code)

    def _forget(self, user_id: UUID) -> None:
        self._changed_users.add(user_id, self._clock() + LONGEST_TOKEN)
        self._cache.evict_user(user_id)

    async def _logged_in(self, session: RemoteSession) -> AuthSession:
        return AuthSession(
            access_token=session.access_token,
            refresh_token=session.refresh_token,
            expires_in=session.expires_in,
            user=self._profile(await self._adopt(session.user)),
        )

    async def _adopt(self, remote: RemoteUser) -> User:
        """The profile of an account, made now if there is none."""
        email = remote.email or f"{remote.id}@no-address.invalid"
        new = {"generations_remaining": self._quota.units}
        name = _usable_name(remote.wished_name)
        if name is not None:
            with suppress(UsernameTakenError):  # then the account begins without one
                return await self._db.alone.users.adopt(remote.id, email, {**new, "username": name})
        return await self._db.alone.users.adopt(remote.id, email, new)

    def _profile(self, user: User) -> Profile:
        return profile_of(user, self._quota, self._clock())


def _check_password(password: str) -> None:
    """Raise InvalidInputError for a password that is too short, too long or too common."""
    if problem := password_problem(password):
        raise InvalidInputError(problem)


def _usable_name(wished: str | None) -> str | None:
    """A name from a sign-up, which its user may have changed to anything since."""
    name = (wished or "").strip()
    if not name.isprintable() or not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME:
        return None
    with suppress(ValueError):
        return display_text(name)
    return None
