"""Room for large replies: lent up to a limit, in order, and given back however a request ends."""

import asyncio

import pytest

from core.providers.room import MIB, Loan, Room

pytestmark = pytest.mark.asyncio


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_no_more_is_lent_than_there_is_and_nobody_is_overtaken() -> None:
    room, order = Room(4), list[str]()

    async def borrow(name: str, size: int, until: asyncio.Event) -> None:
        with Loan(room) as loan:
            await loan.take(size)
            order.append(name)
            await until.wait()

    first_ends, others_end = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(borrow("first", 3 * MIB, first_ends))
        group.create_task(borrow("large", 3 * MIB + 1, others_end))
        group.create_task(borrow("small", 1, others_end))
        await settled()
        assert order == ["first"]
        first_ends.set()
        await settled()
        assert order == ["first", "large"]
        others_end.set()
    assert order == ["first", "large", "small"]


async def test_what_is_not_needed_is_given_back_at_once() -> None:
    room = Room(4)
    with Loan(room) as loan:
        await loan.take(4 * MIB)
        loan.keep(MIB + 1)
        with Loan(room) as other:
            async with asyncio.timeout(5):
                await other.take(2 * MIB)
            assert room.free.locked()


async def test_whoever_gives_up_waiting_leaves_nothing_behind() -> None:
    room = Room(4)
    with Loan(room) as loan:
        await loan.take(2 * MIB)

        async def borrow() -> None:
            with Loan(room) as other:
                await other.take(4 * MIB)

        waiting = asyncio.create_task(borrow())
        await settled()
        assert room.free.locked()
        waiting.cancel()
        await asyncio.wait([waiting])
        await loan.take(4 * MIB)


async def test_what_is_held_already_counts() -> None:
    room = Room(4)
    with Loan(room) as loan:
        await loan.take(3 * MIB)
        await loan.take(4 * MIB)
        loan.keep(0)
        await loan.take(4 * MIB)
