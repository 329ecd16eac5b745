"""How far generations are: their steps and events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from database.hot import HotStatement
from database.models import GenerationEvent, Json
from database.repositories.base_repository import BaseRepository

_SINCE = HotStatement(
    text("""
select watched.id, g.status, e.seq, e.type, e.payload, e.created_at
from unnest(:ids, :afters) as watched (id, after)
left join generations g on g.id = watched.id
left join generation_events e on e.generation_id = watched.id and e.seq > watched.after
order by watched.id, e.seq
""").bindparams(bindparam("ids", type_=ARRAY(Uuid())), bindparam("afters", type_=ARRAY(Integer())))
)


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """One line of a generation's progress."""

    seq: int
    type: str
    payload: Json
    created_at: datetime


@dataclass(slots=True)
class Progress:
    """Where a generation stands, and what happened to it; without a status there is none."""

    status: str | None
    events: list[ProgressEvent] = field(default_factory=list)


class ProgressRepository(BaseRepository[GenerationEvent]):
    """Reads how far generations are."""

    model = GenerationEvent

    async def since(self, after: Mapping[UUID, int]) -> dict[UUID, Progress]:
        """The state of each generation, with its events after the given number."""
        rows = await self._database.fetch(
            _SINCE, {"ids": list(after), "afters": list(after.values())}
        )
        found: dict[UUID, Progress] = {}
        for row in rows:
            progress = found.setdefault(row["id"], Progress(row["status"]))
            if row["seq"] is not None:
                progress.events.append(
                    ProgressEvent(row["seq"], row["type"], row["payload"], row["created_at"])
                )
        return found
