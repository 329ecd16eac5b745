"""Calls to providers and what they cost."""

from collections.abc import Sequence

from sqlalchemy import insert

from database.models import ApiUsage, Base
from database.repositories.base_repository import BaseRepository, Values

_INSERT = insert(
    Base.metadata.tables[ApiUsage.__tablename__]
)  # the table's own: rows need no mapped objects


class UsageRepository(BaseRepository[ApiUsage]):
    """Reads and writes provider calls."""

    model = ApiUsage

    async def add_all(self, rows: Sequence[Values]) -> None:
        """Insert many calls in one statement."""
        if rows:
            async with self._session() as session:
                await session.execute(_INSERT, rows)
