"""Local accounts: passwords, logins and profiles in our own database."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.exceptions import (
    AuthenticationError,
    InvalidCredentialsError,
    InvalidInputError,
    NotFoundError,
    ProofRefusedError,
)
from database.models import User
from database.unit_of_work import Database, Repositories
from services.asset_store import AssetStore
from services.auth_provider import AuthSession, Principal, Profile, ProfileChanges
from services.login_sessions import LoginSessions, TokenPair
from services.password_hashing import PasswordHasher
from services.profiles import FreeQuota, profile_of
from utils.clock import Clock
from utils.logger import get_logger
from utils.passwords import password_problem
from utils.security import (
    ResetTicket,
    TokenError,
    check_reset_token,
    derived_key,
    read_reset_token,
    reset_token,
)

log = get_logger("accounts")


@dataclass(frozen=True, slots=True)
class AccountRules:
    """What new accounts get. `show_reset_tokens` writes them to the log: development only."""

    quota: FreeQuota
    reset_lifetime: timedelta = timedelta(hours=1)
    show_reset_tokens: bool = False


class AuthService:
    """The `AuthProvider` that needs no other service."""

    def __init__(
        self,
        database: Database,
        sessions: LoginSessions,
        passwords: PasswordHasher,
        assets: AssetStore,
        rules: AccountRules,
        *,
        secret: bytes,
        clock: Clock,
    ) -> None:
        self._db = database
        self._sessions = sessions
        self._passwords = passwords
        self._assets = assets
        self._rules = rules
        self._reset_key = derived_key(secret, "password reset")
        self._clock = clock

    async def authenticate(self, access_token: str) -> Principal:
        """Who sent this token. Raises AuthenticationError."""
        return await self._sessions.authenticate(access_token)

    async def signup(
        self, email: str, password: str, username: str | None = None
    ) -> AuthSession | None:
        """Create an account and log in.

        Raises EmailTakenError, UsernameTakenError, or InvalidInputError for a weak password.
        """
        _check_password(password)
        password_hash = await self._passwords.hash(password)
        async with self._db.transaction() as repositories:
            user = await repositories.users.create(
                {
                    "email": email.lower(),
                    "username": username,
                    "password_hash": password_hash,
                    "generations_remaining": self._rules.quota.units,
                }
            )
            pair = await self._sessions.open(repositories, user.id)
        return self._session(pair, user)

    async def login(self, email: str, password: str) -> AuthSession:
        """Open a session. Raises InvalidCredentialsError, the same for unknown addresses."""
        # A second look, because the hash may have been renewed by a login at the same moment.
        session = await self._try_login(email, password) or await self._try_login(email, password)
        if session is None:
            raise InvalidCredentialsError
        return session

    async def _try_login(self, email: str, password: str) -> AuthSession | None:
        """A session; None when the stored hash changed after the password was checked."""
        user = await self._db.alone.users.get_by_email(email)
        stored = user.password_hash if user else None
        genuine = await self._passwords.verify(password, stored)
        if user is None or stored is None or not genuine:
            raise InvalidCredentialsError
        renewed = (
            await self._passwords.hash(password) if self._passwords.needs_rehash(stored) else None
        )
        async with self._db.transaction() as repositories:
            if await repositories.users.hold_with_password(user.id, stored) is None:
                return None
            pair = await self._sessions.open(repositories, user.id)
            if renewed is not None:
                await repositories.users.replace_password(user.id, stored, renewed)
        return self._session(pair, user)

    async def refresh(self, refresh_token: str) -> AuthSession:
        """Exchange a refresh token, which works once. Raises AuthenticationError."""
        pair = await self._sessions.refresh(refresh_token)
        user = await self._db.alone.users.get_profile(pair.user_id)
        if user is None:
            raise AuthenticationError
        return self._session(pair, user)

    async def logout(self, access_token: str) -> None:
        """End the session of this token. Raises AuthenticationError."""
        principal = await self._sessions.authenticate(access_token)
        async with self._db.transaction() as repositories:
            await repositories.refresh_tokens.revoke(principal.session_id, self._clock())
        self._sessions.cache.evict_session(principal.session_id)

    async def resend_confirmation(self, email: str) -> None:
        """Nothing: local accounts work at once, so no mail is ever waited for."""

    async def recover(self, email: str) -> None:
        """Make a password reset token, if there is such an account; the caller cannot tell."""
        user = await self._db.alone.users.get_by_email(email)
        if not self._rules.show_reset_tokens:
            log.warning("a password reset was asked for, but no mail service is configured")
            return
        if user is None or user.password_hash is None:
            return
        ticket = ResetTicket(user.id, self._clock() + self._rules.reset_lifetime)
        log.info(
            "password reset token: {}", reset_token(self._reset_key, ticket, user.password_hash)
        )

    async def reset(self, reset_token: str, new_password: str) -> None:
        """Set a new password and end all sessions.

        Raises InvalidInputError, and ProofRefusedError for the token.
        """
        _check_password(new_password)
        try:
            ticket = read_reset_token(reset_token)
            user = await self._db.alone.users.get_profile(ticket.user_id)
            stored = (user.password_hash if user else None) or ""
            check_reset_token(self._reset_key, reset_token, stored, self._clock())
        except TokenError as error:
            raise ProofRefusedError from error
        new_hash = await self._passwords.hash(new_password)
        async with self._db.transaction() as repositories:
            if not await repositories.users.replace_password(ticket.user_id, stored, new_hash):
                raise ProofRefusedError
            await repositories.refresh_tokens.revoke_all(ticket.user_id, self._clock())
        self._sessions.cache.evict_user(ticket.user_id)

    async def profile(self, principal: Principal) -> Profile:
        """The caller's account. Raises AuthenticationError when it is gone."""
        return self._profile(await self._account(principal))

    async def update_profile(self, principal: Principal, changes: ProfileChanges) -> Profile:
        """Change the caller's account; a new password ends all sessions, this one included.

        Raises AuthenticationError, InvalidCredentialsError, EmailTakenError, UsernameTakenError,
        or InvalidInputError.
        """
        user = await self._account(principal)
        needs_proof = changes.email is not None or changes.password is not None
        if needs_proof:
            await self._prove(user, changes.current_password)
        values = await self._columns(changes)
        if not values:
            return self._profile(user)
        async with self._db.transaction() as repositories:
            if needs_proof:
                await _hold(repositories, user)
            updated = await self._update(repositories, user.id, values)
        if "password_hash" in values:
            self._sessions.cache.evict_user(user.id)
        return self._profile(updated)

    async def _columns(self, changes: ProfileChanges) -> dict[str, str | bool]:
        """The changes as column values. Raises InvalidInputError for a weak password."""
        values: dict[str, str | bool] = {}
        if changes.username is not None:
            values["username"] = changes.username
        if changes.wants_mail is not None:
            values["wants_mail"] = changes.wants_mail
        if changes.email is not None:
            values["email"] = changes.email.lower()
        if changes.password is not None:
            _check_password(changes.password)
            values["password_hash"] = await self._passwords.hash(changes.password)
        return values

    async def _update(
        self, repositories: Repositories, user_id: UUID, values: dict[str, str | bool]
    ) -> User:
        try:
            user = await repositories.users.update(user_id, values)
        except NotFoundError as error:
            raise AuthenticationError from error
        if "password_hash" in values:
            await repositories.refresh_tokens.revoke_all(user_id, self._clock())
        return user

    async def delete_account(self, principal: Principal, password: str) -> None:
        """Delete the account and everything that it owns. Raises InvalidCredentialsError."""
        user = await self._account(principal)
        await self._prove(user, password)
        async with self._db.transaction() as repositories:
            await _hold(repositories, user)
            keys = await repositories.assets.keys_of_user(user.id)
            await repositories.users.delete(user.id)
        self._sessions.cache.evict_user(user.id)
        await self._assets.delete(keys)

    def close(self) -> None:
        """Stop the threads that hash."""
        self._passwords.close()

    async def _account(self, principal: Principal) -> User:
        user = await self._db.alone.users.get_profile(principal.user_id)
        if user is None:
            raise AuthenticationError
        return user

    async def _prove(self, user: User, password: str | None) -> None:
        if not await self._passwords.verify(password or "", user.password_hash):
            raise _password_needed()

    def _session(self, pair: TokenPair, user: User) -> AuthSession:
        return AuthSession(
            access_token=pair.access_token,
            refresh_token=pair.refresh_token,
            expires_in=pair.expires_in,
            user=self._profile(user),
        )

    def _profile(self, user: User) -> Profile:
        return profile_of(user, self._rules.quota, self._clock())


def _check_password(password: str) -> None:
    """Raise InvalidInputError for a password that is too short, too long or too common."""
    if problem := password_problem(password):
        raise InvalidInputError(problem)


async def _hold(repositories: Repositories, user: User) -> None:
    """Raise InvalidCredentialsError if the password changed since it was checked."""
    if not await repositories.users.hold_with_password(user.id, user.password_hash or ""):
        raise _password_needed()


def _password_needed() -> InvalidCredentialsError:
    return InvalidCredentialsError("The present password is needed and must be right.")
