"""Access tokens: signed JSON Web Tokens, and the one place that knows the library.

python-jose 3.5.0 accepts more than it should (missing claims, `crit`, future `iat`, loose base64)
and lets some inputs raise errors outside its own family. So everything is checked here before and
after it, and any failure is a TokenError. It is loaded on first use: it brings a library of
cryptography along, which a start would wait for.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from utils.security import KEY_BYTES, TokenError

if TYPE_CHECKING:
    from jose.backends.base import Key

ALGORITHM = "HS256"
MAX_TOKEN_LENGTH = 4096
LEEWAY = timedelta(seconds=30)

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", re.ASCII)
_TYPE = "access"
_REQUIRED = ("aud", "iss", "sub", "jti")
_MAX_ID_LENGTH = 64
# Times are judged below, on the clock that is handed in; the library would read its own.
_OPTIONS = {f"require_{claim}": True for claim in _REQUIRED} | dict.fromkeys(
    ("verify_exp", "verify_iat", "verify_nbf"), False
)

Json = Mapping[str, Any]  # Any: JSON values of unchecked tokens


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a verified access token says."""

    user_id: UUID
    session_id: UUID
    token_id: str
    issued_at: datetime
    expires_at: datetime


class AccessTokens:
    """Signs and verifies access tokens with one key and one algorithm.

    Raises ValueError for a secret under 32 bytes: the library would take even an empty one.
    """

    def __init__(self, secret: bytes, issuer: str, audience: str) -> None:
        if len(secret) < KEY_BYTES:
            raise ValueError(f"the JWT secret must have at least {KEY_BYTES} bytes")
        self._secret = secret
        self._issuer = issuer
        self._audience = audience

    @cached_property
    def _key(self) -> "Key":
        from jose import jwk  # noqa: PLC0415  # as the module says

        return jwk.construct(self._secret, ALGORITHM)

    def sign(self, claims: AccessClaims) -> str:
        """The token of these claims; times are cut to whole seconds."""
        from jose import jwt  # noqa: PLC0415  # as the module says

        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": str(claims.user_id),
            "sid": str(claims.session_id),
            "jti": claims.token_id,
            "iat": int(claims.issued_at.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
            "typ": _TYPE,
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)

    def verify(self, token: str, now: datetime) -> AccessClaims:
        """The claims of a genuine token in its lifetime. Raises TokenError for everything else."""
        from jose import jwt  # noqa: PLC0415  # as the module says

        try:
            check_form(token, ALGORITHM)
            payload = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options=_OPTIONS,
            )
            return self._claims(payload, now)
        except TokenError:
            raise
        except Exception as error:  # hostile tokens reach errors of any kind
            raise TokenError("the token does not verify") from error

    def _claims(self, payload: Json, now: datetime) -> AccessClaims:
        """Check what the library leaves open: exact types, our type of token, and our clock."""
        if payload.get("typ") != _TYPE or payload.get("aud") != self._audience:
            raise TokenError("the token is not for this use")
        token_id = payload["jti"]
        if not isinstance(token_id, str) or not 0 < len(token_id) <= _MAX_ID_LENGTH:
            raise TokenError("the token has no usable identifier")
        claims = AccessClaims(
            user_id=UUID(payload["sub"]),
            session_id=UUID(payload["sid"]),
            token_id=token_id,
            issued_at=instant(payload["iat"]),
            expires_at=instant(payload["exp"]),
        )
        not_before = instant(payload.get("nbf", payload["iat"]))
        if max(claims.issued_at, not_before) > now + LEEWAY or claims.expires_at <= now - LEEWAY:
            raise TokenError("the token is not valid at this time")
        return claims


def read_header(token: str) -> Json:
    """The unverified header of what has the form of a JWT. Raises ValueError for all else."""
    if len(token) > MAX_TOKEN_LENGTH or not _SHAPE.fullmatch(token):
        raise TokenError("the token is not a signed JWT")
    segment = token.partition(".")[0]
    header = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    if not isinstance(header, dict):
        raise TokenError("the token has no header")
    return header


def check_form(token: str, algorithm: str) -> None:
    """Refuse by form what the library would try to read."""
    header = read_header(token)
    if header.get("alg") != algorithm or "crit" in header:
        raise TokenError("the token has a header that we do not use")
    if header.get("typ", "JWT") != "JWT":
        raise TokenError("the token is of another type")


def instant(value: object) -> datetime:
    """A JSON number of whole seconds since 1970 as a time; booleans and text are not numbers."""
    if type(value) is not int:
        raise TokenError("the token has a time that is not a number")
    return datetime.fromtimestamp(value, UTC)
