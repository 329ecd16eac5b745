"""What all processes share of an outside list, on a clock that jumps."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.exceptions import UnavailableError
from core.snapshots import LOOK_EVERY_S, Json, StoredCopy
from tests.simulators.virtual_time import run_virtually

EARLY = datetime(2026, 11, 26, tzinfo=UTC)


def now() -> float:
    return asyncio.get_running_loop().time()


class Store:
    """Takes a second to answer."""

    def __init__(self) -> None:
        self.stored: tuple[Json, datetime] | None = None
        self.asked: list[float] = []
        self.down = False

    async def get(self, name: str) -> tuple[Json, datetime] | None:
        assert name == "words"
        self.asked.append(now())
        await asyncio.sleep(1)
        if self.down:
            raise UnavailableError
        return self.stored

    async def put(self, name: str, content: Json) -> None:
        raise AssertionError(f"a copy is only read: {name} {content}")


def virtually(scenario: Callable[[Store, StoredCopy[str]], Awaitable[None]]) -> None:
    async def run() -> None:
        store = Store()

        def read(content: Json) -> str:
            return str(content["words"]).upper()

        await scenario(store, StoredCopy(store, "words", read, "shipped", clock=now))

    run_virtually(run())


def test_nobody_waits_and_the_stored_copy_is_there_soon() -> None:
    async def scenario(store: Store, copy: StoredCopy[str]) -> None:
        store.stored = ({"words": "young"}, EARLY)
        assert copy.current() == "shipped"
        await asyncio.sleep(2)
        assert copy.current() == "YOUNG"

    virtually(scenario)


def test_the_store_is_asked_once_an_hour_and_only_when_the_list_is_used() -> None:
    async def scenario(store: Store, copy: StoredCopy[str]) -> None:
        for _ in range(60):
            copy.current()
            await asyncio.sleep(LOOK_EVERY_S / 20)
        assert store.asked == [0.0, LOOK_EVERY_S, 2 * LOOK_EVERY_S]
        await asyncio.sleep(10 * LOOK_EVERY_S)
        assert len(store.asked) == 3

    virtually(scenario)


def test_a_younger_copy_takes_the_place_of_an_older_one() -> None:
    async def scenario(store: Store, copy: StoredCopy[str]) -> None:
        seen = []
        for number in range(3):
            store.stored = ({"words": f"copy {number}"}, EARLY + timedelta(days=number))
            copy.current()
            await asyncio.sleep(2)
            seen.append(copy.current())
            await asyncio.sleep(LOOK_EVERY_S)
        assert seen == ["COPY 0", "COPY 1", "COPY 2"]

    virtually(scenario)


@pytest.mark.parametrize("trouble", ["nothing stored", "another shape", "no database"])
def test_without_a_usable_copy_what_is_known_stays(trouble: str) -> None:
    async def scenario(store: Store, copy: StoredCopy[str]) -> None:
        store.stored = ({"words": "young"}, EARLY)
        copy.current()
        await asyncio.sleep(2)
        store.down = trouble == "no database"
        store.stored = None if trouble == "nothing stored" else ({}, EARLY + timedelta(days=1))
        await asyncio.sleep(LOOK_EVERY_S)
        copy.current()
        await asyncio.sleep(2)
        assert copy.current() == "YOUNG"

    virtually(scenario)


def test_closing_stops_a_look() -> None:
    async def scenario(store: Store, copy: StoredCopy[str]) -> None:
        await copy.aclose()
        store.stored = ({"words": "young"}, EARLY)
        copy.current()
        await asyncio.sleep(0.5)
        await copy.aclose()
        await asyncio.sleep(5)
        assert copy.current() == "shipped"

    virtually(scenario)
