"""A bounded memory for ids that matter until a given time."""

from collections import OrderedDict
from datetime import datetime
from uuid import UUID

MAX_ENTRIES = 10_000


class ExpiringIds:
    """Ids, each until its time has come; of too many the oldest are forgotten."""

    def __init__(self, max_entries: int = MAX_ENTRIES) -> None:
        self._max_entries = max_entries
        self._until: OrderedDict[UUID, datetime] = OrderedDict()

    def add(self, known_id: UUID, until: datetime) -> None:
        """Remember an id."""
        self._until[known_id] = until
        self._until.move_to_end(known_id)
        if len(self._until) > self._max_entries:
            self._until.popitem(last=False)

    def has(self, known_id: UUID, now: datetime) -> bool:
        """Whether this id is remembered and its time has not come."""
        until = self._until.get(known_id)
        return until is not None and now < until
