"""When a failed call is repeated at the same provider, and how many repetitions it may cost."""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from core.breaker import Clock
from core.exceptions import AppError
from core.providers.base import FailureKind, failure_kind

LONGEST_PAUSE_S = 8.0
LONGEST_HINT_S = 600.0

_FIRST_PAUSE_S = 0.5
_BUDGET_WINDOW_S = 10
_BUDGET_SHARE = 0.2
_BUDGET_FLOOR = 10
_REPEATED_WITH_A_PAUSE: tuple[FailureKind, ...] = ("transient", "rate_limited")

Draw = Callable[[], float]
"""A random number from 0 on, below 1."""


def pause_before_retry(
    error: AppError, retries: int, patience_s: float, draw: Draw = random.random
) -> float | None:
    """Seconds to wait before the same call is made again; None when it must not be.

    `retries` is how often it was repeated already. The pause has full jitter, or is the provider's
    hint; one that exceeds the patience means that waiting is not worth it. Nothing is repeated that
    the provider accepted or billed: no provider knows a repetition for what it is.
    """
    kind = failure_kind(error)
    if error.context.get("accepted") or cost_of(error) > 0:
        return None
    if kind == "bad_payload":
        return 0.0 if retries == 0 else None
    if kind not in _REPEATED_WITH_A_PAUSE:
        return None
    backoff = min(LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**retries)
    pause = hint_of(error) or draw() * backoff
    return pause if pause < patience_s else None


def hint_of(error: AppError) -> float:
    """Seconds, at most 10 minutes; 0 when the provider gave no usable hint."""
    hint = error.context.get("retry_after")
    return min(float(hint), LONGEST_HINT_S) if isinstance(hint, int | float) and hint > 0 else 0.0


def cost_of(error: AppError) -> Decimal:
    """What the provider billed for the failure."""
    cost = error.context.get("cost_usd")
    return cost if isinstance(cost, Decimal) else Decimal(0)


def tokens_of(error: AppError) -> tuple[int, int]:
    """Those read and written for the failure, as far as the provider told."""
    read, written = (error.context.get(f"{kind}_tokens") for kind in ("input", "output"))
    return (read if isinstance(read, int) else 0), (written if isinstance(written, int) else 0)


class RetryBudget:
    """Keeps repetitions a small part of the calls: an outage must not multiply the load.

    Of the last 10 s, repetitions may be ten and 20 % of the calls. Seconds are counted as a whole,
    so that a provider takes no more memory the more it is asked.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: Counter[int] = Counter()
        self._retries: Counter[int] = Counter()

    def note_call(self) -> None:
        """A call is made, a repetition or not."""
        self._calls[self._second()] += 1

    def claim(self) -> bool:
        """Whether one more repetition is allowed; it counts as made."""
        second = self._second()
        if self._retries.total() >= _BUDGET_FLOOR + _BUDGET_SHARE * self._calls.total():
            return False
        self._retries[second] += 1
        return True

    def _second(self) -> int:
        now = int(self._clock())
        for counts in (self._calls, self._retries):
            for second in [past for past in counts if past <= now - _BUDGET_WINDOW_S]:
                del counts[second]
        return now
