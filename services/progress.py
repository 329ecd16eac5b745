"""Tells what happens to generations, whichever process works on them: one look serves all."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from core.exceptions import UnavailableError
from database.repositories.progress_repository import ProgressEvent
from database.unit_of_work import Database
from services.job_view import UNFINISHED
from utils.logger import get_logger

TICK_S = 0.25
HEARTBEAT_S = 15.0
WATCH_S = 600.0

_NO_EVENTS = 2**31 - 1  # the largest number that an event can have

log = get_logger("progress")


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more is told; the status is None when that is no end of the generation."""

    status: str | None


@dataclass(eq=False, slots=True)
class _Watch:
    """One who wants to know of the events after one of them."""

    generation_id: UUID
    after: int
    told: asyncio.Queue[ProgressEvent | _End] = field(default_factory=asyncio.Queue)


class _Poller:
    """Looks, in one event loop, at all that is watched there, and at nothing otherwise."""

    def __init__(self, db_client: Database, tick_s: float) -> None:
        self.loop = asyncio.get_running_loop()
        self._db = db_client
        self._tick_s = tick_s
        self._watches: set[_Watch] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, watch: _Watch) -> Iterator[None]:
        """Tell the watch what happens, from what it missed on."""
        self._watches.add(watch)
        self._wake.set()
        if self._task is None:
            self._task = self.loop.create_task(self._look_on())
        try:
            yield
        finally:
            self._watches.discard(watch)
            if not self._watches:
                self._wake.set()

    def nudge(self, generation_id: UUID) -> None:
        """Look at once if this generation is watched."""
        if any(watch.generation_id == generation_id for watch in self._watches):
            self._wake.set()

    def close(self) -> None:
        """Tell all that nothing more will be told."""
        for watch in list(self._watches):
            self._end(watch, None)
        self._wake.set()

    async def aclose(self) -> None:
        """Wait for the look that is under way, once nothing is watched."""
        if self._task is not None:
            await asyncio.wait({self._task})

    def _end(self, watch: _Watch, status: str | None) -> None:
        self._watches.discard(watch)
        watch.told.put_nowait(_End(status))

    async def _look_on(self) -> None:
        reached = True
        try:
            while self._watches:
                self._wake.clear()
                try:
                    await self._look()
                    reached = True
                except UnavailableError:
                    if reached:
                        log.warning("the database cannot be reached; streams wait for it")
                    reached = False
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._tick_s):
                        await self._wake.wait()
        finally:  # whoever still watches is not left waiting
            self._task = None
            self.close()

    async def _look(self) -> None:
        asked = list(self._watches)
        after: dict[UUID, int] = {}
        for watch in asked:
            after[watch.generation_id] = min(
                watch.after, after.get(watch.generation_id, _NO_EVENTS)
            )
        found = await self._db.alone.progress.since(after)
        for watch in asked:
            progress = found[watch.generation_id]
            for event in progress.events:
                if event.seq > watch.after:
                    watch.after = event.seq
                    watch.told.put_nowait(event)
            if progress.status not in UNFINISHED:
                self._end(watch, progress.status)


class ProgressWatcher:
    """Follows generations in the database, with one query a tick for all who watch in a process.

    `heartbeat_s` is the longest silence of `events`, `watch_s` their longest life.
    """

    def __init__(
        self,
        db_client: Database,
        *,
        tick_s: float = TICK_S,
        heartbeat_s: float = HEARTBEAT_S,
        watch_s: float = WATCH_S,
    ) -> None:
        self._db = db_client
        self._tick_s = tick_s
        self._heartbeat_s = heartbeat_s
        self._watch_s = watch_s
        self._poller: _Poller | None = None
        self._stopped = False

    def _here(self) -> _Poller | None:
        """The poller of this event loop; one of a loop that is gone is of no use."""
        poller = self._poller
        return poller if poller and poller.loop is asyncio.get_running_loop() else None

    def nudge(self, generation_id: UUID) -> None:
        """Something happened to this generation here: look at once, if anybody watches it."""
        if poller := self._here():
            poller.nudge(generation_id)

    async def ended(self, generation_id: UUID, timeout_s: float | None) -> str | None:
        """Wait for the status that a generation ends with.

        None when the time is up, when the service stops, or when there is no such generation.
        """
        with self._watching(generation_id, _NO_EVENTS) as watch, suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                told = await watch.told.get()
            return told.status if isinstance(told, _End) else None
        return None

    async def events(
        self, generation_id: UUID, after: int
    ) -> AsyncGenerator[ProgressEvent | None, None]:
        """The events after one of them, as they come, until the generation has ended.

        None is a sign of life in a long silence. Ends early when the service stops, and after
        `watch_s`.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self._watch_s
        with self._watching(generation_id, after) as watch:
            while loop.time() < until:
                told: ProgressEvent | _End | None = None
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(loop.time() + self._heartbeat_s, until)):
                        told = await watch.told.get()
                if isinstance(told, _End):
                    return
                yield told

    def stop(self) -> None:
        """Let all who watch go, now and from now on; from any thread."""
        self._stopped = True
        if self._poller is not None and not self._poller.loop.is_closed():
            self._poller.loop.call_soon_threadsafe(self._poller.close)

    async def aclose(self) -> None:
        """Stop, and let the last query come to its end."""
        self.stop()
        if poller := self._here():
            await poller.aclose()

    @contextmanager
    def _watching(self, generation_id: UUID, after: int) -> Iterator[_Watch]:
        watch = _Watch(generation_id, after)
        if self._stopped:
            watch.told.put_nowait(_End(None))
        self._poller = self._here() or _Poller(self._db, self._tick_s)
        with self._poller.watching(watch):
            yield watch
