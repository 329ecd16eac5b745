"""Access tokens that a Supabase project signed (contract supabase.md sections 2.1 to 2.4)."""

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from utils.security import TokenError
from utils.tokens import LEEWAY, Json, check_form, instant, read_header

if TYPE_CHECKING:
    from jose.backends.base import Key

AUDIENCE = "authenticated"
ROLE = "authenticated"
SHARED_SECRET = "HS256"  # noqa: S105  # the algorithm of the legacy secret

# Times and the audience's form are judged below; the rest must be there. Without the subject and
# the audience the project's public key would pass for a user.
_OPTIONS = {f"require_{claim}": True for claim in ("aud", "iss", "sub", "iat", "exp")} | (
    dict.fromkeys(("verify_exp", "verify_iat", "verify_nbf"), False)
)


@dataclass(frozen=True, slots=True)
class SupabaseClaims:
    """What a user's token says. Address and methods are as of its issue, and may be stale."""

    user_id: UUID
    session_id: UUID
    email: str
    methods: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """Which key a token claims to be signed with."""

    algorithm: str
    key_id: str | None


def header_of(token: str) -> TokenHeader:
    """The unverified header. Raises TokenError."""
    try:
        header = read_header(token)
    except TokenError:
        raise
    except Exception as error:  # hostile tokens reach errors of any kind
        raise TokenError("the token has no readable header") from error
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or not isinstance(key_id, str | None):
        raise TokenError("the token has a header that we do not use")
    return TokenHeader(algorithm, key_id)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and the one algorithm that it is used with."""

    algorithm: str
    key: "Key" = field(repr=False)


def key_of(material: Json | bytes, algorithm: str) -> SigningKey:
    """The key of a JWK or of a shared secret. Raises TokenError for one that is not usable."""
    from jose import jwk  # noqa: PLC0415  # as utils.tokens says

    from utils import edwards_key  # noqa: PLC0415  # as above

    try:
        if algorithm == edwards_key.ALGORITHM and not isinstance(material, bytes):
            return SigningKey(algorithm, edwards_key.EdwardsKey(material))
        given = material if isinstance(material, bytes) else dict(material)
        return SigningKey(algorithm, jwk.construct(given, algorithm))
    except Exception as error:  # the library lets errors of any kind through
        raise TokenError("the key is not usable") from error


def verify(token: str, key: SigningKey, issuer: str, now: datetime) -> SupabaseClaims:
    """The claims of a genuine token in its lifetime. Raises TokenError for everything else."""
    from jose import jwt  # noqa: PLC0415  # as utils.tokens says

    try:
        check_form(token, key.algorithm)
        payload = jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm],
            audience=AUDIENCE,
            issuer=issuer,
            options=_OPTIONS,
        )
        return _claims(payload, issuer, now)
    except TokenError:
        raise
    except Exception as error:  # hostile tokens reach errors of any kind
        raise TokenError("the token does not verify") from error


def read_unverified(token: str, issuer: str, now: datetime) -> SupabaseClaims:
    """The claims of a token whose signature somebody else is going to check. Raises TokenError."""
    try:
        check_form(token, SHARED_SECRET)
        segment = token.split(".")[1]
        payload = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
        return _claims(payload, issuer, now)
    except TokenError:
        raise
    except Exception as error:  # as above
        raise TokenError("the token cannot be read") from error


def _claims(payload: Json, issuer: str, now: datetime) -> SupabaseClaims:
    audience = payload["aud"]
    if AUDIENCE not in (audience if isinstance(audience, list) else [audience]):
        raise TokenError("the token is not for this use")
    if payload["iss"] != issuer or payload["role"] != ROLE:
        raise TokenError("the token is not one of a user of this project")
    if payload.get("is_anonymous", False) is not False:
        raise TokenError("the token has no account behind it")
    expires_at = instant(payload["exp"])
    not_before = instant(payload.get("nbf", payload["iat"]))
    if max(instant(payload["iat"]), not_before) > now + LEEWAY or expires_at <= now - LEEWAY:
        raise TokenError("the token is not valid at this time")
    methods = payload.get("amr") or ()
    return SupabaseClaims(
        user_id=UUID(payload["sub"]),
        session_id=UUID(payload["session_id"]),
        email=str(payload.get("email", "")).lower(),
        methods=tuple(str(entry.get("method")) for entry in methods if isinstance(entry, dict)),
        expires_at=expires_at,
    )
