"""The queue of generations that nobody works on yet."""

from sqlalchemy import Integer, bindparam, text

from database.hot import HotStatement
from database.models import Generation
from database.repositories.base_repository import BaseRepository

_WAITING = HotStatement(
    text("""
select count(*) as waiting
from (select 1 from generations where status = 'pending' limit :most) as pending
""").bindparams(bindparam("most", type_=Integer()))
)


class QueueRepository(BaseRepository[Generation]):
    """Looks at the queue; how it moves is told in `lifecycle_sql`."""

    model = Generation

    async def waiting(self, most: int) -> int:
        """How many generations wait, counted up to `most`."""
        (row,) = await self._database.fetch(_WAITING, {"most": most})
        return int(row["waiting"])
