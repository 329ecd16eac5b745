"""What simulated Supabase accounts are made of."""

from dataclasses import dataclass, field

from tests.simulators.supabase_keys import Json


@dataclass
class UserRow:
    """One account."""

    id: str
    email: str
    password: str = field(repr=False)
    created: float
    data: Json
    confirmed: float | None = None
    banned: bool = False
    new_email: str | None = None
    mailed: float = -1e9


@dataclass
class SessionRow:
    """One login."""

    id: str
    user_id: str
    method: str
    created: float


@dataclass
class TokenRow:
    """One refresh token of the first version; `serial` is the order of their making."""

    token: str
    session_id: str
    parent: str | None
    serial: int
    updated: float
    revoked: bool = False


@dataclass(frozen=True)
class Mail:
    """What was sent to somebody."""

    kind: str
    email: str
    token_hash: str
    redirect_to: str
