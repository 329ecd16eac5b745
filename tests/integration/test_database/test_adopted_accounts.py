"""Accounts that an outside service keeps: their rows are made by whichever request comes first."""

import asyncio
from uuid import uuid4

from database.unit_of_work import Database


async def test_first_requests_at_once_make_one_row(database: Database) -> None:
    """The collision is rare: of these, some three did collide."""
    users = database.alone.users
    for _ in range(200):
        user_id = uuid4()
        email = f"{user_id}@example.com"

        found = await asyncio.gather(*(users.adopt(user_id, email, {}) for _ in range(8)))

        assert {(user.id, user.email) for user in found} == {(user_id, email)}
