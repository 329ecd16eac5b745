"""Streams of events for owners of generations: how many, and how one is opened without a token."""

import hashlib
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import timedelta
from uuid import UUID

from core.exceptions import (
    AuthenticationError,
    NotFoundError,
    OverloadedError,
    TooManyRequestsError,
)
from database.repositories.progress_repository import ProgressEvent
from database.unit_of_work import Database
from services.auth_provider import Principal
from services.progress import ProgressWatcher

Events = AsyncGenerator[ProgressEvent | None, None]

TICKET_LIFETIME = timedelta(seconds=60)
MOST_STREAMS = 400  # of the thousand connections that the server takes, to leave room for answers
MOST_OF_ONE_USER = 10
RETRY_AFTER_S = 10

_TICKET_BYTES = 32
_NO_SESSION = UUID(int=0)  # a ticket stands for no login


class EventStreams:
    """Opens streams, at most so many in this process and for one user."""

    def __init__(
        self,
        db_client: Database,
        watcher: ProgressWatcher,
        *,
        most: int = MOST_STREAMS,
        most_of_one: int = MOST_OF_ONE_USER,
    ) -> None:
        self._db = db_client
        self._watcher = watcher
        self._most = most
        self._most_of_one = most_of_one
        self._open: Counter[UUID] = Counter()

    @asynccontextmanager
    async def opened(self, generation_id: UUID, user_id: UUID, after: int) -> AsyncIterator[Events]:
        """The events after one of them, while the block runs.

        Raises NotFoundError for a foreign or unknown generation, OverloadedError and
        TooManyRequestsError when too many streams are open.
        """
        with self._place(user_id):
            if not await self._db.alone.progress.is_owned(generation_id, user_id):
                raise NotFoundError("There is no such generation.")
            async with aclosing(self._watcher.events(generation_id, after)) as events:
                yield events

    @contextmanager
    def _place(self, user_id: UUID) -> Iterator[None]:
        if self._open.total() >= self._most:
            raise OverloadedError(
                "Too many event streams are open; please poll instead.", retry_after=RETRY_AFTER_S
            )
        if self._open[user_id] >= self._most_of_one:
            raise TooManyRequestsError(
                "You have too many event streams open.", retry_after=RETRY_AFTER_S
            )
        self._open[user_id] += 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    async def issue_ticket(self, generation_id: UUID, user_id: UUID) -> str:
        """What opens one stream. Raises NotFoundError for a foreign or unknown generation."""
        ticket = secrets.token_urlsafe(_TICKET_BYTES)
        if not await self._db.alone.event_tickets.add(
            _hash(ticket), generation_id, user_id, TICKET_LIFETIME
        ):
            raise NotFoundError("There is no such generation.")
        return ticket

    async def redeem_ticket(self, ticket: str, generation_id: UUID) -> Principal:
        """Whose ticket it is, once. Raises AuthenticationError for a used, late or foreign one."""
        row = await self._db.alone.event_tickets.take(_hash(ticket), generation_id)
        if row is None:
            raise AuthenticationError("The ticket was used before, or has expired.")
        return Principal(row["user_id"], _NO_SESSION, row["expires_at"])


def _hash(ticket: str) -> str:
    """What is stored: whoever reads the table cannot open a stream with it."""
    return hashlib.sha256(ticket.encode()).hexdigest()
