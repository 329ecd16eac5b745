"""Tickets for event streams, known by the hash of what their owners hold."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import String, bindparam, delete, func, insert, literal, select
from sqlalchemy.types import Interval

from database.hot import HotStatement
from database.job_models import EventTicket
from database.models import Generation
from database.pages import Row
from database.repositories.base_repository import BaseRepository
from database.repositories.hot_reads import given

_ADD = HotStatement(
    insert(EventTicket)
    .from_select(
        ["token_hash", "generation_id", "user_id", "expires_at"],
        select(
            bindparam("token_hash", type_=String()),
            Generation.id,
            Generation.user_id,
            func.now() + bindparam("lifetime", type_=Interval()),
        ).where(given(Generation.id), given(Generation.user_id)),
    )
    .returning(literal(1))
)
# One statement, so that of several at once only one finds it.
_TAKE = HotStatement(
    delete(EventTicket)
    .where(
        given(EventTicket.token_hash),
        given(EventTicket.generation_id),
        EventTicket.expires_at > func.now(),
    )
    .returning(EventTicket.user_id, EventTicket.expires_at)
)


class EventTicketRepository(BaseRepository[EventTicket]):
    """Adds tickets and takes them."""

    model = EventTicket

    async def add(
        self, token_hash: str, generation_id: UUID, user_id: UUID, lifetime: timedelta
    ) -> bool:
        """Keep a new ticket; False when the user has no such generation."""
        values = {
            "token_hash": token_hash,
            "id": generation_id,
            "user_id": user_id,
            "lifetime": lifetime,
        }
        return bool(await self._database.fetch(_ADD, values, retry=False))

    async def take(self, token_hash: str, generation_id: UUID) -> Row | None:
        """Use a ticket up: its user and its end, or None unless it is a fresh one of this."""
        rows = await self._database.fetch(
            _TAKE, {"token_hash": token_hash, "generation_id": generation_id}, retry=False
        )
        return rows[0] if rows else None
