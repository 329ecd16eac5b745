"""Room in memory for large replies, which is bounded however many calls are under way."""

import asyncio
from types import TracebackType
from typing import Self

MIB = 1 << 20


class Room:
    """Lends room by the MiB, in the order in which it is asked for."""

    def __init__(self, mebibytes: int) -> None:
        self.free = asyncio.Semaphore(mebibytes)
        self.door = asyncio.Lock()  # with two half served at a time, both might wait for ever


class Loan:
    """What one request holds; it is given back when its block ends."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._held = 0

    async def take(self, size: int) -> None:
        """Wait until there is room for so many bytes."""
        async with self._room.door:
            while self._held * MIB < size:
                await self._room.free.acquire()
                self._held += 1

    def keep(self, size: int) -> None:
        """Give back what so many bytes do not need."""
        while (self._held - 1) * MIB >= size and self._held:
            self._room.free.release()
            self._held -= 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.keep(0)
