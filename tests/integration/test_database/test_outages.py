"""A server that refuses connections is an outage, whichever way we come."""

import pytest
from sqlalchemy import make_url, text

from core.exceptions import UnavailableError
from database.engine import EngineOptions
from database.unit_of_work import Database


async def test_a_server_that_takes_no_more_connections_is_unavailable(
    database: Database, database_url: str
) -> None:
    async with database.session() as session:
        await session.execute(text("drop role if exists refused"))
        await session.execute(text("create role refused login connection limit 0"))
    refused = make_url(database_url).set(username="refused").render_as_string(hide_password=False)
    other = Database(lambda: refused, EngineOptions())
    try:
        with pytest.raises(UnavailableError):
            await other.ping()
        with pytest.raises(UnavailableError):
            async with other.session() as session:
                await session.execute(text("select 1"))
    finally:
        await other.close()
        async with database.session() as session:
            await session.execute(text("drop role refused"))
