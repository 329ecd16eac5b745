"""Messages that are to be sent, each until it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Integer, String, Uuid, text
from sqlalchemy import bindparam as parameter

from database.hot import HotStatement
from database.job_models import OutboxMessage, Topic
from database.repositories.base_repository import BaseRepository

# Whoever takes messages has them for a while; what is not settled by then is taken once more.
_TAKE = HotStatement(
    text("""
with due as (
    select id from outbox where done_at is null and next_try_at <= now()
    order by next_try_at limit :most for update skip locked
), taken as (
    update outbox o set tries = o.tries + 1,
        next_try_at = now() + make_interval(secs => :hold_seconds)
    from due where o.id = due.id
    returning o.id, o.topic, o.generation_id, o.tries, o.created_at
)
select taken.id, taken.topic, taken.generation_id, taken.tries from taken order by created_at, id
""").bindparams(parameter("most", type_=Integer()), parameter("hold_seconds", type_=Integer()))
)
_SETTLE = HotStatement(
    text(
        "update outbox set done_at = now(), outcome = :outcome"
        " where id = any(:ids) and done_at is null returning id"
    ).bindparams(parameter("ids", type_=ARRAY(Uuid())), parameter("outcome", type_=String()))
)
_POSTPONE = HotStatement(
    text(
        "update outbox set next_try_at = now() + make_interval(secs => :seconds),"
        " outcome = :outcome where id = any(:ids) and done_at is null returning id"
    ).bindparams(
        parameter("ids", type_=ARRAY(Uuid())),
        parameter("seconds", type_=Integer()),
        parameter("outcome", type_=String()),
    )
)


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message that is ours to send for a while; `tries` counts this one, too."""

    id: UUID
    topic: Topic
    generation_id: UUID
    tries: int


class OutboxRepository(BaseRepository[OutboxMessage]):
    """Hands out messages that are due, each to one process at a time."""

    model = OutboxMessage

    async def take(self, most: int, hold_s: int) -> list[TakenMessage]:
        """Up to `most` due messages, oldest first; others leave them alone for `hold_s` seconds."""
        rows = await self._database.fetch(
            _TAKE, {"most": most, "hold_seconds": hold_s}, retry=False
        )
        return [
            TakenMessage(row["id"], Topic(row["topic"]), row["generation_id"], row["tries"])
            for row in rows
        ]

    async def settle(self, ids: Sequence[UUID], outcome: str) -> None:
        """Mark messages as done with."""
        await self._database.fetch(_SETTLE, {"ids": list(ids), "outcome": outcome[:100]})

    async def postpone(self, ids: Sequence[UUID], seconds: int, outcome: str) -> None:
        """Let messages be tried once more after some seconds."""
        values = {"ids": list(ids), "seconds": seconds, "outcome": outcome[:100]}
        await self._database.fetch(_POSTPONE, values)
