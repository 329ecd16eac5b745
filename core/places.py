"""Room for calls to one provider: some run, a bounded number waits."""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from core.exceptions import OverloadedError

WAITING_PER_PLACE = 16


class Places:
    """Lets some calls to one provider run and a bounded number wait, first come first served."""

    def __init__(self, concurrency: int) -> None:
        self._free = asyncio.Semaphore(concurrency)
        self._room = concurrency * WAITING_PER_PLACE
        self._waiting = 0

    async def take(self, until: float) -> None:
        """Wait for a place, at most until that loop time.

        Raises OverloadedError: a queue that is too long is our load and not the provider's fault.
        """
        if self._free.locked() and self._waiting >= self._room:
            raise OverloadedError(retry_after=2)
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                await self._free.acquire()
        except TimeoutError as error:
            raise OverloadedError(retry_after=2) from error
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


@dataclass(frozen=True, slots=True)
class Cap:
    """The calls that an account takes at once, whichever of its providers makes them."""

    account: Hashable
    calls: int


class PlacesByProvider:
    """The places of every provider in every loop: a semaphore belongs to one loop.

    Providers without one of the `caps` have as many as `concurrency`, each for itself.
    """

    def __init__(self, concurrency: int, caps: Mapping[str, Cap]) -> None:
        self._concurrency = concurrency
        self._caps = caps
        self._places: dict[tuple[asyncio.AbstractEventLoop, Cap], Places] = {}

    def at(self, provider: str) -> Places:
        """The places of one provider in the running loop."""
        cap = self._caps.get(provider) or Cap(provider, self._concurrency)
        key = (asyncio.get_running_loop(), cap)
        if key not in self._places:
            in_use = {k: places for k, places in self._places.items() if not k[0].is_closed()}
            self._places = in_use | {key: Places(cap.calls)}
        return self._places[key]
