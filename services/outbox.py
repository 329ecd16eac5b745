"""Sends what was written into the outbox, each message until it is settled."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from core.exceptions import AppError, UnavailableError
from database.job_models import Topic
from database.repositories.outbox_repository import TakenMessage
from database.unit_of_work import Database
from utils.logger import get_logger

POLL_S = 1.0
AT_ONCE = 50
HOLD_S = 30  # longer than sending takes (a mail 22 s); a dead process keeps a message so long
MOST_PAUSE_S = 30
# Seconds until a notice is tried again; after the last one it is given up.
NOTICE_DELAYS_S = (5, 60, 300, 1_800, 7_200, 28_800)

Notice = Callable[[UUID, UUID], Awaitable[str]]
"""Tells of a generation's end, given the message's and the generation's id; says what came of it.

Raises UnavailableError to be called again later, any other AppError to be left alone.
"""

log = get_logger("outbox")


class JobQueue(Protocol):
    """Wakes somebody who works on generations; it may forget, and it may repeat itself."""

    async def prepare(self) -> None:
        """Load what the first message would wait for."""
        ...

    async def send(self, generation_ids: Sequence[UUID]) -> None:
        """Raises UnavailableError when nobody can be reached now."""
        ...


class OutboxRelay:
    """Takes due messages, hands them on, and settles or postpones them.

    Any number of processes may relay: a message is taken by one at a time.
    """

    def __init__(
        self, db_client: Database, queue: JobQueue, notices: Mapping[Topic, Notice]
    ) -> None:
        self._db = db_client
        self._queue = queue
        self._notices = notices
        self._nudged = asyncio.Event()

    def nudge(self) -> None:
        """There is a new message."""
        self._nudged.set()

    async def relay_forever(self) -> None:
        """Relay until cancelled: at once when nudged, and otherwise every second."""
        while True:
            try:
                while await self.relay() == AT_ONCE:
                    pass
            except UnavailableError:
                log.debug("the outbox cannot be read")
            self._nudged.clear()
            try:
                async with asyncio.timeout(POLL_S):
                    await self._nudged.wait()
            except TimeoutError:
                continue

    async def relay(self) -> int:
        """Hand on what is due now; how many messages. Raises UnavailableError."""
        messages = await self._db.alone.outbox.take(AT_ONCE, HOLD_S)
        runs = [message for message in messages if message.topic is Topic.RUN]
        notices = [message for message in messages if message.topic is not Topic.RUN]
        await asyncio.gather(self._dispatch(runs), *(self._notify(message) for message in notices))
        return len(messages)

    async def _dispatch(self, messages: Sequence[TakenMessage]) -> None:
        if not messages:
            return
        ids = [message.id for message in messages]
        try:
            await self._queue.send([message.generation_id for message in messages])
        except UnavailableError as error:
            pause = min(2 ** min(5, *(message.tries for message in messages)), MOST_PAUSE_S)
            log.warning("{} generations wait for the queue: {}", len(ids), error.message)
            await self._db.alone.outbox.postpone(ids, pause, error.code)
        else:
            await self._db.alone.outbox.settle(ids, "sent")

    async def _notify(self, message: TakenMessage) -> None:
        outbox = self._db.alone.outbox
        try:
            outcome = await self._notices[message.topic](message.id, message.generation_id)
        except UnavailableError as error:
            if message.tries > len(NOTICE_DELAYS_S):
                await outbox.settle([message.id], f"given up: {error.code}")
                return
            pause = NOTICE_DELAYS_S[message.tries - 1]
            wanted = error.context.get("retry_after")
            if isinstance(wanted, int | float):
                pause = max(pause, int(wanted))
            await outbox.postpone([message.id], pause, error.code)
        except AppError as error:
            await outbox.settle([message.id], f"given up: {error.code}")
        else:
            await outbox.settle([message.id], outcome)


class LocalQueue:
    """Works on generations in this process, as long as it has room."""

    def __init__(self, begin: Callable[[UUID], Awaitable[object]]) -> None:
        self._begin = begin

    async def prepare(self) -> None:
        """There is nothing to load."""

    async def send(self, generation_ids: Sequence[UUID]) -> None:
        """Begin them. Raises OverloadedError, an UnavailableError, when there is no room."""
        for generation_id in generation_ids:
            await self._begin(generation_id)
