"""The calls to a provider that are on record."""

from typing import Any

import asyncpg
from sqlalchemy import make_url


async def kept(database_url: str, provider: str, columns: str) -> list[tuple[Any, ...]]:
    """These columns of each call's row, in the order of the calls."""
    url = make_url(database_url).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        rows = await connection.fetch(
            f"select {columns} from api_usage where provider = $1 order by created_at, id",
            provider,
        )
    finally:
        await connection.close()
    return [tuple(row) for row in rows]
