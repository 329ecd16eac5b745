"""A bounded memory of verdicts, each kept for as long as its kind stays true."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.providers.domain.base import DomainVerdict

_MAX_ENTRIES = 10_000


class VerdictCache:
    """Least recently used entries leave first."""

    def __init__(self, now: Callable[[], datetime], max_entries: int = _MAX_ENTRIES) -> None:
        self._now = now
        self._max_entries = max_entries
        self._entries: OrderedDict[str, DomainVerdict] = OrderedDict()

    def get(self, domain: str) -> DomainVerdict | None:
        """A verdict that still holds, marked as cached."""
        verdict = self._entries.get(domain)
        if verdict is None:
            return None
        if verdict.expires_at <= self._now():
            del self._entries[domain]
            return None
        self._entries.move_to_end(domain)
        return replace(verdict, cached=True)

    def put(self, verdict: DomainVerdict) -> None:
        """Remember a verdict, in place of an older one for the same name."""
        domain = verdict.name.domain
        self._entries[domain] = verdict
        self._entries.move_to_end(domain)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)
