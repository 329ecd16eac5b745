"""Logins: an access token and a family of refresh tokens each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from core.exceptions import AuthenticationError
from database.models import RefreshToken
from database.unit_of_work import Database, Repositories
from services.auth_provider import Principal
from services.token_cache import TokenCache
from utils.clock import Clock
from utils.ids import uuid7
from utils.security import (
    RefreshTicket,
    TokenError,
    derived_key,
    read_refresh_token,
    refresh_token,
)
from utils.tokens import AccessClaims, AccessTokens

AUDIENCE = "brand-package-generator"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long tokens live; `reuse_grace` forgives a client that lost the answer of a refresh."""

    access: timedelta = timedelta(minutes=1440)
    refresh_idle: timedelta = timedelta(days=7)
    refresh_absolute: timedelta = timedelta(days=30)
    reuse_grace: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens of one login and the access token's lifetime in seconds."""

    user_id: UUID
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


class LoginSessions:
    """Opens, continues and verifies logins.

    The newest refresh token of a family works once. Its predecessor gives the same successor for
    `reuse_grace`; after that it proves that somebody copied it, and the whole family ends.
    """

    def __init__(
        self, secret: bytes, issuer: str, lifetimes: Lifetimes, database: Database, clock: Clock
    ) -> None:
        self._access_tokens = AccessTokens(secret, issuer, AUDIENCE)
        self._refresh_key = derived_key(secret, "refresh token")
        self._lifetimes = lifetimes
        self._database = database
        self._clock = clock
        self.cache = TokenCache()

    async def open(self, repositories: Repositories, user_id: UUID) -> TokenPair:
        """Start a login in the caller's transaction."""
        now = self._clock()
        await repositories.refresh_tokens.forget_dead(user_id, now)
        family = await repositories.refresh_tokens.create(
            {
                "user_id": user_id,
                "rotated_at": now,
                "expires_at": now + self._lifetimes.refresh_absolute,
            }
        )
        return self._pair(family.id, user_id, family.counter, now)

    async def refresh(self, token: str) -> TokenPair:
        """The successor of a refresh token. Raises AuthenticationError."""
        try:
            ticket = read_refresh_token(self._refresh_key, token)
        except TokenError as error:
            raise AuthenticationError("The refresh token is not valid.") from error
        async with self._database.transaction() as repositories:
            pair = await self._rotate(repositories, ticket)
        if pair is None:  # after the commit, so that the family is ended for good
            self.cache.evict_session(ticket.family_id)
            raise AuthenticationError("The refresh token is not valid any more.")
        return pair

    async def authenticate(self, access_token: str) -> Principal:
        """The caller behind a token of a login that goes on. Raises AuthenticationError."""
        now = self._clock()
        known = self.cache.get(access_token, now)
        if known is not None:
            return known
        generation = self.cache.generation
        try:
            claims = self._access_tokens.verify(access_token, now)
        except TokenError as error:
            raise AuthenticationError from error
        principal = Principal(claims.user_id, claims.session_id, claims.expires_at)
        alive = await self._database.alone.refresh_tokens.is_alive(
            principal.session_id, principal.user_id, now
        )
        if not alive:
            raise AuthenticationError
        self.cache.put(access_token, principal, now, generation)
        return principal

    async def _rotate(self, repositories: Repositories, ticket: RefreshTicket) -> TokenPair | None:
        """The next pair of a family, or None when it has ended or ends now."""
        now = self._clock()
        family = await repositories.refresh_tokens.lock(ticket.family_id)
        if family is None or self._has_ended(family, now):
            return None
        if ticket.counter == family.counter:
            await repositories.refresh_tokens.advance(family.id, ticket.counter + 1, now)
            return self._pair(family.id, family.user_id, ticket.counter + 1, now)
        reused_in_time = now <= family.rotated_at + self._lifetimes.reuse_grace
        if ticket.counter == family.counter - 1 and reused_in_time:
            return self._pair(family.id, family.user_id, family.counter, now)
        await repositories.refresh_tokens.revoke(family.id, now)
        return None

    def _has_ended(self, family: RefreshToken, now: datetime) -> bool:
        idle_since = family.rotated_at + self._lifetimes.refresh_idle
        return family.revoked_at is not None or now >= min(family.expires_at, idle_since)

    def _pair(self, family_id: UUID, user_id: UUID, counter: int, now: datetime) -> TokenPair:
        claims = AccessClaims(
            user_id=user_id,
            session_id=family_id,
            token_id=uuid7().hex,
            issued_at=now,
            expires_at=now + self._lifetimes.access,
        )
        return TokenPair(
            user_id=user_id,
            access_token=self._access_tokens.sign(claims),
            refresh_token=refresh_token(self._refresh_key, RefreshTicket(family_id, counter)),
            expires_in=int(self._lifetimes.access.total_seconds()),
        )
