"""Calls to providers and what they cost."""

from collections.abc import Sequence

import orjson

from database.models import ApiUsage
from database.repositories import lifecycle_sql as sql
from database.repositories.base_repository import BaseRepository, Values


def usage_json(rows: Sequence[Values]) -> str:
    """The rows as the statements take them; ids and costs become texts."""
    return orjson.dumps(list(rows), default=str).decode()


class UsageRepository(BaseRepository[ApiUsage]):
    """Reads and writes provider calls."""

    model = ApiUsage

    async def add_all(self, rows: Sequence[Values]) -> None:
        """Insert many calls in one statement, and count what they cost."""
        if rows:
            await self._database.fetch(sql.RECORD_USAGE, {"usage": usage_json(rows)}, retry=False)
