"""The load client: keep-alive connections in a process of its own, each with one request under way.

Reads a `Plan` as JSON from standard input and writes an `Outcome` as JSON to standard output.
"""

import asyncio
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import uvloop

ADDRESS = "{address}"  # in a request: replaced by another client address each time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask, one request after the other on each connection, and for how long.

    After `warm_up_s` seconds answers count for `seconds`; `most` ends the load after so many
    requests, all of which count. The clients come from so many `addresses` that none meets the
    limit of requests. With a `pace` so many requests a second are due, whatever the answers do, and
    an answer's latency counts from when its request was due.
    """

    port: int
    requests: Sequence[str]
    connections: int = 32
    seconds: float = 2.0
    warm_up_s: float = 0.3
    most: int | None = None
    addresses: int = 4_000
    pace: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a plan; `asked` counts the warm-up too. Latencies are in milliseconds."""

    answers: int
    asked: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    longest_ms: float
    statuses: dict[str, int]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class _Load:
    """Hands out requests and notes answers."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = _variants(plan.requests, plan.addresses)
        self._asked = 0
        self._latencies: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._started = time.perf_counter()
        self._count_from = self._started + (plan.warm_up_s if plan.most is None else 0)
        self._until = self._count_from + plan.seconds
        self._last = self._started

    def next_request(self) -> bytes | None:
        """The next request, None at the end."""
        plan = self._plan
        if time.perf_counter() >= self._until if plan.most is None else self._asked >= plan.most:
            return None
        request = self._requests[self._asked % len(self._requests)]
        self._asked += 1
        return request

    def due(self) -> float:
        """When the request that was handed out last is to be sent."""
        pace = self._plan.pace
        now = time.perf_counter()
        return self._started + (self._asked - 1) / pace if pace else now

    def note(self, asked_at: float, status: bytes) -> None:
        """One answer has come."""
        self._last = now = time.perf_counter()
        self._statuses[status.decode()] += 1
        if self._plan.most is not None or self._count_from <= now <= self._until:
            self._latencies.append((now - asked_at) * 1000)

    def outcome(self) -> Outcome:
        """Everything that was noted. Raises ValueError when nothing was."""
        sorted_ms = sorted(self._latencies)
        if not sorted_ms:
            raise ValueError("no request was answered in time")
        counted = self._plan.most is not None
        return Outcome(
            answers=len(sorted_ms),
            asked=self._asked,
            seconds=self._last - self._started if counted else self._plan.seconds,
            p50_ms=statistics.median(sorted_ms),
            p95_ms=_quantile(sorted_ms, 0.95),
            p99_ms=_quantile(sorted_ms, 0.99),
            longest_ms=sorted_ms[-1],
            statuses=dict(self._statuses),
        )


class _Connection(asyncio.Protocol):
    """One connection that asks again as soon as its answer is complete."""

    def __init__(self, load: _Load, ended: asyncio.Future[None]) -> None:
        self._load = load
        self._ended = ended
        self._received = b""
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the first time."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is one, but by no base
        self._ask()

    def data_received(self, data: bytes) -> None:
        """Ask again when the answer is complete; it must declare its length."""
        self._received += data
        head_end = self._received.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._received, 0, head_end + 2)
        body_length = int(length[1]) if length else 0
        if len(self._received) < head_end + 4 + body_length:
            return
        status = self._received[9:12]
        self._received = b""
        self._load.note(self._asked_at, status)
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        """The load on this connection is over."""
        if not self._ended.done():
            self._ended.set_exception(exc or ConnectionError("the server closed a connection"))

    def _ask(self) -> None:
        request = self._load.next_request()
        if request is None:
            self._ended.set_result(None)
            self._transport.close()
            return
        self._asked_at = self._load.due()
        wait = self._asked_at - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._transport.write, request)
        else:
            self._transport.write(request)


def _variants(requests: Sequence[str], addresses: int) -> list[bytes]:
    """The requests as bytes, repeated with other client addresses where they name one."""
    if not any(ADDRESS in request for request in requests):
        return [request.encode() for request in requests]
    count = max(addresses, len(requests))
    return [
        requests[i % len(requests)].replace(ADDRESS, _address(i % addresses)).encode()
        for i in range(count)
    ]


def _address(number: int) -> str:
    """An address of the private range 10.0.0.0/8."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _quantile(sorted_values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank)."""
    return sorted_values[min(len(sorted_values) - 1, int(share * len(sorted_values)))]


async def _run(plan: Plan) -> Outcome:
    loop = asyncio.get_running_loop()
    load = _Load(plan)
    ends = [loop.create_future() for _ in range(plan.connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: _Connection(load, end), "127.0.0.1", plan.port)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    await asyncio.gather(*ends)
    return load.outcome()


def main() -> None:
    """Carry out the plan."""
    plan = Plan(**json.load(sys.stdin))
    json.dump(asdict(uvloop.run(_run(plan))), sys.stdout)


if __name__ == "__main__":
    main()
