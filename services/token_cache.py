"""Remembers verified access tokens for a short while."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.auth_provider import Principal

MAX_ENTRIES = 10_000
MAX_AGE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Entry:
    principal: Principal
    until: datetime


class TokenCache:
    """The callers of recently verified tokens, by the SHA-256 of the token; failures never enter.

    An entry lives until its token expires, but at most 60 s. Evicting starts a new generation:
    what was verified before it began may not be stored any more.
    """

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._generation = 0

    @property
    def generation(self) -> int:
        """Read it before verifying, and give it to `put`."""
        return self._generation

    def get(self, token: str, now: datetime) -> Principal | None:
        """The caller, if this token was verified a short while ago."""
        key = _digest(token)
        entry = self._entries.get(key)
        if entry is None:
            return None
        if now >= entry.until:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry.principal

    def put(self, token: str, principal: Principal, now: datetime, generation: int) -> None:
        """Remember a token that was verified since `generation` was read."""
        if generation != self._generation:
            return
        until = min(principal.expires_at, now + MAX_AGE)
        self._entries[_digest(token)] = _Entry(principal, until)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)

    def evict_session(self, session_id: UUID) -> None:
        """Forget all tokens of one login."""
        self._evict(lambda principal: principal.session_id == session_id)

    def evict_user(self, user_id: UUID) -> None:
        """Forget all tokens of one account."""
        self._evict(lambda principal: principal.user_id == user_id)

    def _evict(self, gone: Callable[[Principal], bool]) -> None:
        self._generation += 1
        keys = [key for key, entry in self._entries.items() if gone(entry.principal)]
        for key in keys:
            del self._entries[key]


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
