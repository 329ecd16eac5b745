"""Counts requests in this process: one number a key, whatever the rate."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 50_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds; all of them may come at once."""

    name: str
    requests: int
    seconds: int

    @property
    def policy(self) -> str:
        """The `RateLimit-Policy` header (draft-ietf-httpapi-ratelimit-headers-10)."""
        return f'"{self.name}";q={self.requests};w={self.seconds}'


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, what is left, and in how many seconds more is free."""

    admitted: bool
    remaining: int
    wait_s: int


class Buckets:
    """The generic cell rate algorithm (ITU-T I.371): a token bucket kept as one moment in time.

    The least recently used keys are forgotten above `most_keys`, so strangers cannot fill memory.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, most_keys: int = MOST_KEYS
    ) -> None:
        self._clock = clock
        self._most_keys = most_keys
        self._full_until: OrderedDict[tuple[str, str], float] = OrderedDict()

    def take(self, rate: Rate, group: str) -> Verdict:
        """Count one request of a group, unless its bucket is empty."""
        key, now = (rate.name, group), self._clock()
        interval = rate.seconds / rate.requests
        taken_until = max(self._full_until.get(key, now), now) + interval
        if taken_until - now > rate.seconds + interval / 1e6:  # the tolerance is for rounding
            wait = taken_until - now - rate.seconds
            return Verdict(admitted=False, remaining=0, wait_s=max(1, math.ceil(wait)))
        self._full_until[key] = taken_until
        self._full_until.move_to_end(key)
        if len(self._full_until) > self._most_keys:
            self._full_until.popitem(last=False)
        remaining = int((rate.seconds - (taken_until - now)) / interval + 1e-6)
        return Verdict(True, remaining, max(1, math.ceil(taken_until - now)))
