"""Polite pace per RDAP host: spacing, parallelism, back-off on 429 and a circuit breaker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

import orjson

from core.providers.domain.bootstrap import DATA, RdapServer

_MAX_SPACING = 10.0
_GOOD_ANSWERS_TO_SPEED_UP = 20
_FAILURES_TO_OPEN = 5
_UNREACHED_TO_OPEN = 2
_OPEN_SECONDS = 60.0
REFUSED_SECONDS = 600.0


class HostBusyError(Exception):
    """The host cannot be asked before the deadline."""


class HostClosedError(Exception):
    """The breaker of the host is open."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Seconds from one request's start to the next, and how many may be in flight."""

    spacing: float
    parallel: int


@dataclass(frozen=True, slots=True)
class Rates:
    """The starting pace of every host."""

    hosts: dict[str, Rate] = field(default_factory=dict)
    listed: Rate = Rate(0.4, 2)
    unlisted: Rate = Rate(0.5, 2)

    def of(self, server: RdapServer) -> Rate:
        """The host's own pace, else the one of its group."""
        return self.hosts.get(server.host) or (self.listed if server.trusted else self.unlisted)


@cache
def shipped_rates() -> Rates:
    """The snapshot in `data/`."""
    document = orjson.loads((DATA / "rdap_rates.json").read_bytes())
    hosts = {host: Rate(*pace) for host, pace in document["hosts"].items()}
    return Rates(hosts, Rate(*document["listed"]), Rate(*document["unlisted"]))


class HostGate:
    """Admits requests to one host. Additive increase, multiplicative decrease of the pace.

    All times are the running loop's. A caller who cannot get its turn before its deadline is
    turned away at once instead of waiting in vain.
    """

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self.spacing = rate.spacing
        self._slots = asyncio.Semaphore(rate.parallel)
        self._turn = asyncio.Lock()
        self._queued = 0
        self._next_at = 0.0
        self._closed_until = 0.0
        self._good = 0
        self._failures = 0
        self._unreached = 0

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[None]:
        """Wait for this caller's turn, then hold one of the host's slots.

        Raises:
            HostBusyError, HostClosedError: do not ask now.
        """
        self._refuse_if_hopeless(deadline)
        self._queued += 1
        try:
            await self._slots.acquire()
        except asyncio.CancelledError:
            self._queued -= 1
            raise
        try:
            try:
                await self._wait_for_turn(deadline)
            finally:
                self._queued -= 1
            yield
        finally:
            self._slots.release()

    def _refuse_if_hopeless(self, deadline: float) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._closed_until:
            raise HostClosedError
        if max(now, self._next_at) + self._queued * self.spacing >= deadline:
            raise HostBusyError

    async def _wait_for_turn(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        async with self._turn:
            while (wait := self._next_at - loop.time()) > 0:
                if self._next_at >= deadline:
                    raise HostBusyError
                await asyncio.sleep(wait)
            if loop.time() < self._closed_until:
                raise HostClosedError
            self._next_at = loop.time() + self.spacing

    def succeeded(self) -> None:
        """A usable answer came: after twenty in a row the pace goes back towards its start."""
        self._failures = self._unreached = 0
        self._good += 1
        if self._good >= _GOOD_ANSWERS_TO_SPEED_UP:
            self._good = 0
            self.spacing = max(self._rate.spacing, self.spacing * 0.9)

    def throttled(self, retry_after: float | None) -> None:
        """The host said 429: halve the pace and pause for what it asked, or one spacing."""
        self._good = 0
        self.spacing = min(_MAX_SPACING, self.spacing * 2)
        pause = self.spacing if retry_after is None else max(retry_after, self.spacing)
        self._next_at = max(self._next_at, asyncio.get_running_loop().time() + pause)

    def failed(self) -> None:
        """An outage: five in a row open the breaker."""
        self._good = 0
        self._failures += 1
        if self._failures >= _FAILURES_TO_OPEN:
            self._failures = 0
            self.close(_OPEN_SECONDS)

    def unreached(self) -> None:
        """No connection came about: two in a row open the breaker."""
        self._unreached += 1
        if self._unreached >= _UNREACHED_TO_OPEN:
            self._unreached = 0
            self.close(_OPEN_SECONDS)

    def close(self, seconds: float) -> None:
        """Leave the host alone for a while."""
        self._closed_until = asyncio.get_running_loop().time() + seconds


class HostGates:
    """One gate per host; there are only as many as the directory has hosts."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._gates: dict[str, HostGate] = {}

    def of(self, server: RdapServer) -> HostGate:
        """The gate of the server's host: one registry's many suffixes share it."""
        if server.host not in self._gates:
            self._gates[server.host] = HostGate(self._rates.of(server))
        return self._gates[server.host]
