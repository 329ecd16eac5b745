"""The queue of generations has an end, and looking at it costs next to nothing."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from core.exceptions import OverloadedError, UnavailableError
from services.queue_room import LOOK_S, QueueRoom


class Queue:
    """A queue of the wanted length; `looks` counts who asks for it."""

    def __init__(self) -> None:
        self.length = 0
        self.looks = 0
        self.down = False
        self.now = 100.0
        self.alone = SimpleNamespace(queue=self)

    async def waiting(self, most: int) -> int:
        """As the repository counts."""
        self.looks += 1
        await asyncio.sleep(0)
        if self.down:
            raise UnavailableError
        return min(most, self.length)


@pytest.fixture
def queue() -> Queue:
    return Queue()


def room_in(queue: Any, most: int) -> QueueRoom:  # Any: stands for the database
    return QueueRoom(queue, most, lambda: queue.now)


async def taken(room: QueueRoom) -> bool:
    try:
        await room.take()
    except OverloadedError:
        return False
    return True


async def test_places_are_given_until_the_queue_is_full(queue: Queue) -> None:
    queue.length = 3
    room = room_in(queue, 5)

    assert [await taken(room) for _ in range(4)] == [True, True, False, False]
    assert queue.looks == 1
    queue.now += LOOK_S
    assert [await taken(room) for _ in range(3)] == [True, True, False]
    queue.length = 5
    queue.now += LOOK_S
    assert not await taken(room)
    assert queue.looks == 3


async def test_a_hundred_at_once_look_once_and_do_not_get_more_than_there_is(queue: Queue) -> None:
    room = room_in(queue, 40)

    assert (await asyncio.gather(*(taken(room) for _ in range(100)))).count(True) <= 41
    assert queue.looks == 1


async def test_a_look_that_fails_is_told_to_one(queue: Queue) -> None:
    room = room_in(queue, 2)
    queue.down = True

    with pytest.raises(UnavailableError):
        await room.take()
    assert await taken(room)
    assert queue.looks == 1
