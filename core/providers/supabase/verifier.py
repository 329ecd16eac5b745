"""Who sent a token of a Supabase project: decided here, without a request for each (section 2.3).

Which algorithm a token may have is decided by its key, never by the token: a key of the JWKS is
used with its own algorithm only, HS256 means the legacy secret and nothing else. Where the secret
is not configured, Supabase itself is asked.
"""

from datetime import datetime

from pydantic import SecretStr

from core.exceptions import AuthenticationError
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.signing_keys import SigningKeys
from utils.security import KEY_BYTES, TokenError
from utils.supabase_tokens import (
    SHARED_SECRET,
    SupabaseClaims,
    header_of,
    key_of,
    read_unverified,
    verify,
)


class SupabaseVerifier:
    """Verifies access tokens. Raises ValueError for a legacy secret under 32 bytes."""

    def __init__(
        self,
        keys: SigningKeys,
        accounts: SupabaseAccounts,
        issuer: str,
        secret: SecretStr | None,
    ) -> None:
        self._keys = keys
        self._accounts = accounts
        self._issuer = issuer
        self._secret = secret.get_secret_value().encode() if secret else None
        if self._secret is not None and len(self._secret) < KEY_BYTES:
            raise ValueError(f"SUPABASE_JWT_SECRET must have at least {KEY_BYTES} bytes")

    async def verify(self, token: str, now: datetime) -> SupabaseClaims:
        """The claims of a genuine token. Raises AuthenticationError or UnavailableError."""
        try:
            return await self._verified(token, now)
        except TokenError as error:
            raise AuthenticationError from error

    async def _verified(self, token: str, now: datetime) -> SupabaseClaims:
        header = header_of(token)
        if header.algorithm == SHARED_SECRET:
            return await self._by_secret(token, now)
        key = await self._keys.get(header.key_id) if header.key_id is not None else None
        if key is None:
            raise TokenError("the token names no key of this project")
        return verify(token, key, self._issuer, now)

    async def _by_secret(self, token: str, now: datetime) -> SupabaseClaims:
        if self._secret is not None:
            return verify(token, key_of(self._secret, SHARED_SECRET), self._issuer, now)
        claims = read_unverified(token, self._issuer, now)
        user = await self._accounts.user_of(token)
        if user.id != claims.user_id:
            raise TokenError("the token belongs to somebody else")
        return claims
