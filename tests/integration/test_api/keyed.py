"""Requests with a key of idempotency, and what they leave in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import CursorResult, text

from database.unit_of_work import Database

Headers = dict[str, str]
Json = dict[str, Any]  # Any: JSON values

BAKERY: Json = {"description": "A small bakery that delivers bread by bike", "seed": 7}


@dataclass(frozen=True)
class Keyed:
    """A request that is sent with a key; the answer of its first use has this status."""

    path: str
    body: Json
    status: int
    headers: Headers = field(default_factory=dict)

    async def send(
        self, client: httpx.AsyncClient, headers: Headers, key: str = "one", **changes: Any
    ) -> httpx.Response:
        return await client.post(
            self.path,
            headers=headers | self.headers | {"Idempotency-Key": key},
            **({"json": self.body} | changes),
        )


WAITED_FOR = Keyed("/api/generate/colors", BAKERY, 200)
BOUNDED = Keyed("/api/generate/colors", BAKERY, 200, {"Prefer": "wait=30"})
LEFT = Keyed("/api/generate/colors", BAKERY, 202, {"Prefer": "respond-async"})
PROJECT = Keyed("/api/projects", {"name": "Bread", "description": "By bike"}, 201)
ALL = {"waited for": WAITED_FOR, "bounded": BOUNDED, "left": LEFT, "project": PROJECT}


async def sql(database: Database, statement: str, **values: Any) -> Any:
    """The first value of what a statement gives, if it gives any."""
    async with database.session() as session:
        found = await session.execute(text(statement), values)
        return found.scalar() if isinstance(found, CursorResult) and found.returns_rows else None


async def made(database: Database) -> tuple[int, int, int]:
    """How many generations, projects and keys there are."""
    return (
        await sql(database, "select count(*) from generations"),
        await sql(database, "select count(*) from projects"),
        await sql(database, "select count(*) from idempotency_keys"),
    )


async def units(client: httpx.AsyncClient, headers: Headers) -> int:
    answer = await client.get("/api/users/me", headers=headers)
    return int(answer.json()["generations_remaining"])


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is so; the test's own time-out bounds the wait."""
    while not await is_so():
        await asyncio.sleep(0.01)


class Gate:
    """A maker that begins, and goes on when it is let."""

    def __init__(self, make: Callable[..., Awaitable[Any]]) -> None:
        self._make = make
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self.calls = 0

    async def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.calls += 1
        self.begun.set()
        await self.open.wait()
        return await self._make(*arguments, **options)
