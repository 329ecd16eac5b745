"""Accounts as their owners see them, whoever keeps the passwords."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from database.models import User
from services.auth_provider import Profile


@dataclass(frozen=True, slots=True)
class FreeQuota:
    """The units of a new account, and for how long they last."""

    units: int
    window: timedelta

    def left(self, user: User, now: datetime) -> int:
        """The counter as the next reservation will see it."""
        started = user.quota_window_started_at
        expired = started is None or started + self.window <= now
        remaining = user.generations_remaining
        return max(remaining, self.units) if expired else remaining


def profile_of(user: User, quota: FreeQuota, now: datetime) -> Profile:
    """What the account endpoints show."""
    return Profile(
        id=user.id,
        email=user.email,
        username=user.username,
        generations_remaining=quota.left(user, now),
        is_premium=user.is_premium,
        wants_mail=user.wants_mail,
        created_at=user.created_at,
    )
