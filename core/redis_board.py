"""Openings shared through Redis, by whose clock alone time is measured.

A sorted set keeps until when each model is left alone, for processes that begin later; a channel
tells those that run. Without Redis every process has its own knowledge, which is not an error.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from secrets import token_hex
from typing import cast

import orjson
from redis.asyncio import Redis
from redis.asyncio.connection import parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from core.health_board import Heard, Opening
from utils.logger import get_logger

TELL_TIMEOUT_S = 1.0

_QUIET_S = 15.0
_LONGEST_PAUSE_S = 30.0
_KEPT_MS = 3_600_000

# KEYS: openings, notes, channel. ARGV: member, milliseconds, note, kept milliseconds, message.
# An opening that ends later than the new one stays. Numbers are formatted, for Lua would shorten
# them to 1.7e+12.
_TELL = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], 0, string.format('%.0f', now))
redis.call('ZADD', KEYS[1], 'GT', string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', KEYS[3], ARGV[5])
"""

log = get_logger("providers")


class RedisBoard:
    """Tells and hears openings of all processes that have the same Redis and the same `group`.

    Processes with other keys or addresses belong to another group: what one found out about a key
    says nothing about another key. Raises ValueError for a URL that is none of Redis.
    """

    def __init__(self, url: str, group: str) -> None:
        parse_url(url)
        self._url = url
        self._sender = token_hex(8)
        self._keys = [f"providers:{{{group}}}:{name}" for name in ("openings", "notes", "channel")]
        self._heard: dict[str, Heard] = {}
        self._following: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._is_down = False

    def listen(self, scope: str, heard: Heard) -> None:
        """Hand what others tell in the scope to `heard`."""
        self._heard[scope] = heard

    def wake(self) -> None:
        """Begin to listen in the running loop; does nothing when that has happened."""
        loop = asyncio.get_running_loop()
        if self._following is None or self._following[0] is not loop or self._following[1].done():
            self._following = (loop, loop.create_task(self._follow()))

    def tell(self, scope: str, opening: Opening) -> None:
        """Tell the others, soon; outside of a running loop nobody is told."""
        with suppress(RuntimeError):
            loop = asyncio.get_running_loop()
            task = loop.create_task(self._tell(scope, opening))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def aclose(self) -> None:
        """End what runs in this loop."""
        loop = asyncio.get_running_loop()
        told = [task for task in self._telling if task.get_loop() is loop]
        await asyncio.gather(*told, return_exceptions=True)
        if self._following is not None and self._following[0] is loop:
            await _ended(self._following[1])

    async def _tell(self, scope: str, opening: Opening) -> None:
        member = orjson.dumps([scope, opening.provider, opening.model])
        note = orjson.dumps([opening.count, opening.reason])
        milliseconds = round(opening.seconds * 1000)
        message = orjson.dumps([self._sender, milliseconds, member.decode(), note.decode()])
        try:
            async with asyncio.timeout(TELL_TIMEOUT_S), self._client() as client:
                await client.eval(
                    _TELL, len(self._keys), *self._keys, member, milliseconds, note, _KEPT_MS,
                    message,
                )  # fmt: skip
        except (RedisError, OSError, TimeoutError) as error:
            self._note_outage(error)

    async def _follow(self) -> None:
        """Hear what is told, whatever happens to the connection, until cancelled."""
        pause_s = 1.0
        while True:
            try:
                async with self._client() as client, client.pubsub() as channel:
                    await channel.subscribe(self._keys[2])
                    await self._read(client)
                    self._is_down, pause_s = False, 1.0
                    while True:
                        message = await channel.get_message(
                            ignore_subscribe_messages=True, timeout=_QUIET_S
                        )
                        if message is not None:
                            self._hear_message(message["data"])
                        else:
                            await channel.ping()
            except (RedisError, OSError, TimeoutError) as error:
                self._note_outage(error)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _read(self, client: Redis) -> None:
        """Hear everything that was told before."""
        seconds, microseconds = await client.time()
        now = seconds * 1000 + microseconds // 1000
        openings = cast(
            list[tuple[bytes, float]],
            await client.zrange(self._keys[0], now, "+inf", byscore=True, withscores=True),
        )
        notes = cast(dict[bytes, bytes], await client.hgetall(self._keys[1]))
        self._hear((member, until - now, notes.get(member, b"")) for member, until in openings)

    def _hear_message(self, data: bytes) -> None:
        with suppress(ValueError, TypeError):  # whatever else may be said on the channel
            sender, milliseconds, member, note = orjson.loads(data)
            if sender != self._sender:
                self._hear([(member, milliseconds, note)])

    def _hear(self, told: Iterable[tuple[bytes | str, float, bytes | str]]) -> None:
        for member, milliseconds, note in told:
            with suppress(ValueError, TypeError):
                scope, provider, model = orjson.loads(member)
                count, reason = orjson.loads(note)
                opening = Opening(provider, model, milliseconds / 1000, int(count), str(reason))
                if scope in self._heard:
                    self._heard[scope](opening)

    def _note_outage(self, error: Exception) -> None:
        """Say once that the knowledge is our own until Redis is back."""
        if not self._is_down:
            self._is_down = True
            log.warning("openings are not shared: {}", type(error).__name__)

    def _client(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_connect_timeout=TELL_TIMEOUT_S,
            socket_timeout=_QUIET_S + TELL_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),  # a new connection must read what it missed
        )


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel until it ends: the library's clean-up may lose a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
