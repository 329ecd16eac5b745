"""Keys derived from one secret, and the signed opaque tokens made with them."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

KEY_BYTES = 32  # the size of HMAC-SHA-256 keys, RFC 7518 section 3.2

_TOKEN_VERSION = 1
_ID_BYTES = 16
_NUMBER_BYTES = 5
_MAC_BYTES = 32
_BODY_BYTES = 1 + _ID_BYTES + _NUMBER_BYTES
_CHARACTERS = (_BODY_BYTES + _MAC_BYTES) // 3 * 4  # 54 bytes: one spelling, no padding
_SPELLING = re.compile(rf"[A-Za-z0-9_-]{{{_CHARACTERS}}}")  # RFC 4648, section 5


class TokenError(ValueError):
    """A token that we did not make, or that is not valid any more; says nothing more on purpose."""


def derived_key(secret: bytes, label: str) -> bytes:
    """A key of 32 bytes for one purpose: HKDF-SHA-256 without salt (RFC 5869).

    Raises ValueError when the secret is shorter than the key.
    """
    if len(secret) < KEY_BYTES:
        raise ValueError(f"the secret must have at least {KEY_BYTES} bytes")
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), secret, "sha256")
    return hmac.digest(extracted, label.encode() + b"\x01", "sha256")


@dataclass(frozen=True, slots=True)
class RefreshTicket:
    """What a refresh token says: its login, as a family of tokens, and its place in that family."""

    family_id: UUID
    counter: int


@dataclass(frozen=True, slots=True)
class ResetTicket:
    """What a password reset token says before it is known to be genuine."""

    user_id: UUID
    expires_at: datetime


def refresh_token(key: bytes, ticket: RefreshTicket) -> str:
    """The token of a ticket; the same ticket always gives the same token, so none is stored."""
    return _sealed(key, ticket.family_id, ticket.counter, b"")


def read_refresh_token(key: bytes, token: str) -> RefreshTicket:
    """The ticket of a genuine refresh token. Raises TokenError."""
    body, mac = _parts(token)
    _check(key, body, b"", mac)
    family_id, counter = _fields(body)
    return RefreshTicket(family_id, counter)


def reset_token(key: bytes, ticket: ResetTicket, password_hash: str) -> str:
    """A reset token that dies with the password hash which it is bound to."""
    seconds = int(ticket.expires_at.timestamp())
    return _sealed(key, ticket.user_id, seconds, password_hash.encode())


def read_reset_token(token: str) -> ResetTicket:
    """The claim of a reset token, to find the account; prove it with `check_reset_token`.

    Raises TokenError when the text is not a token at all.
    """
    user_id, seconds = _fields(_parts(token)[0])
    return ResetTicket(user_id, datetime.fromtimestamp(seconds, UTC))


def check_reset_token(key: bytes, token: str, password_hash: str, now: datetime) -> None:
    """Raise TokenError unless the token is genuine, in time and bound to this password hash."""
    body, mac = _parts(token)
    _check(key, body, password_hash.encode(), mac)
    if now >= read_reset_token(token).expires_at:
        raise TokenError("the token has expired")


def _sealed(key: bytes, identifier: UUID, number: int, bound_to: bytes) -> str:
    body = bytes([_TOKEN_VERSION]) + identifier.bytes + number.to_bytes(_NUMBER_BYTES, "big")
    return base64.urlsafe_b64encode(body + _mac(key, body, bound_to)).decode()


def _mac(key: bytes, body: bytes, bound_to: bytes) -> bytes:
    return hmac.digest(key, body + bound_to, "sha256")


def _check(key: bytes, body: bytes, bound_to: bytes, mac: bytes) -> None:
    if not hmac.compare_digest(_mac(key, body, bound_to), mac):
        raise TokenError("the token is not genuine")


def _parts(token: str) -> tuple[bytes, bytes]:
    """The body and the code of a token of our format."""
    if not _SPELLING.fullmatch(token):  # the decoder would take "+" and "/" as well
        raise TokenError("the token is not base64url of the right length")
    sealed = base64.urlsafe_b64decode(token)
    if sealed[0] != _TOKEN_VERSION:
        raise TokenError("the token has an unknown format")
    return sealed[:_BODY_BYTES], sealed[_BODY_BYTES:]


def _fields(body: bytes) -> tuple[UUID, int]:
    identifier = UUID(bytes=body[1 : 1 + _ID_BYTES])
    return identifier, int.from_bytes(body[1 + _ID_BYTES :], "big")
