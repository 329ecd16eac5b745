"""A circuit breaker: a provider that keeps failing is left alone for a while.

Opens after 5 failures in a row, or when at least half of at least 5 calls of the last 60 s failed.
Stays open for 30 s times the number of openings, at most 300 s; then one single probe decides.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Literal

Clock = Callable[[], float]
BreakerState = Literal["closed", "open", "half-open"]

_FAILURES_IN_A_ROW = 5
_WINDOW_S = 60.0
_WINDOW_CALLS = 5
_OPEN_S = 30.0
_LONGEST_OPEN_S = 300.0


class Breaker:
    """The health of one model of a provider; `clock` gives monotonic seconds.

    `openings` counts those for bad health since it was last well for 300 s.
    Ask `admit` before a call and report its outcome with the ticket that it gave. A report of a
    call that began before the last change of state is out of date and changes nothing.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._epoch = 0
        self._open_until: float | None = None
        self._probing = False
        self.openings = 0
        self._closed_at = self._changed_at = clock()
        self._in_a_row = 0
        self._recent: deque[tuple[float, bool]] = deque()

    @property
    def state(self) -> BreakerState:
        """Closed lets calls through, open none, half-open a single probe."""
        if self._open_until is None:
            return "closed"
        return "open" if self._clock() < self._open_until else "half-open"

    @property
    def age_s(self) -> float:
        """Seconds since it opened or closed."""
        return self._clock() - self._changed_at

    @property
    def retry_after_s(self) -> float:
        """Seconds until a call may be let through; 0 when one may be now."""
        if self._open_until is None:
            return 0.0
        return max(self._open_until - self._clock(), 1.0 if self._probing else 0.0)

    def blocks(self) -> bool:
        """Whether `admit` would refuse; claims nothing."""
        state = self.state
        return state == "open" or (state == "half-open" and self._probing)

    def admit(self) -> int | None:
        """A ticket for one call, or None when the call must not be made."""
        if self.blocks():
            return None
        if self.state == "half-open":
            self._probing = True
            self._epoch += 1
        return self._epoch

    def abandon(self, ticket: int) -> None:
        """The call ended without saying anything about health: let the next one probe."""
        if ticket == self._epoch:
            self._probing = False

    def record_success(self, ticket: int | None = None) -> None:
        """The call worked; without a ticket the report counts for the present state."""
        if self._is_stale(ticket) or self.state == "open":
            return
        if self._open_until is not None:
            self._close()
        self._note(failed=False)

    def record_failure(self, ticket: int | None = None) -> None:
        """The call failed; without a ticket the report counts for the present state."""
        if self._is_stale(ticket) or self.state == "open":
            return
        self._note(failed=True)
        if self._open_until is not None or self._failed_too_often():
            self.trip()

    def trip(self) -> None:
        """Open for bad health, the longer the more often that has happened."""
        self.openings += 1
        self.open_for(min(_OPEN_S * self.openings, _LONGEST_OPEN_S))

    def open_for(self, seconds: float) -> None:
        """Open now; a running, longer opening stays."""
        until = self._clock() + seconds
        if self.state != "open":
            self._changed_at = self._clock()
        self._open_until = max(until, self._open_until or until)
        self._probing = False
        self._epoch += 1

    def _is_stale(self, ticket: int | None) -> bool:
        return ticket is not None and ticket != self._epoch

    def _close(self) -> None:
        self._open_until = None
        self._probing = False
        self._epoch += 1
        self._closed_at = self._changed_at = self._clock()
        self._in_a_row = 0
        self._recent.clear()

    def _note(self, *, failed: bool) -> None:
        now = self._clock()
        if not failed and now - self._closed_at >= _LONGEST_OPEN_S:
            self.openings = 0
        self._in_a_row = self._in_a_row + 1 if failed else 0
        self._recent.append((now, failed))
        while self._recent[0][0] <= now - _WINDOW_S:
            self._recent.popleft()

    def _failed_too_often(self) -> bool:
        if self._in_a_row >= _FAILURES_IN_A_ROW:
            return True
        failures = sum(failed for _, failed in self._recent)
        return len(self._recent) >= _WINDOW_CALLS and failures * 2 >= len(self._recent)
