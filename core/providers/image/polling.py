"""When to ask again for a picture that is being made."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from core.exceptions import ProviderUnavailableError
from core.providers.base import FailureKind, failure_kind
from core.providers.outbound import Reply, kind_of_status

POLL_S = 10.0

_WEIGHT = 0.3  # of the newest time in the running mean
_JUST_BEFORE = 0.95  # of the usual time
_CLOSE_S = (0.06, 0.1)
_CLOSE_SHARE = 0.5  # of the usual time, past it, in which the answer is awaited closely
_GROWTH = 1.5
_MISSES = 2  # polls in a row that may fail: asking again costs nothing, a new task does

Answer = dict[str, Any]  # Any: what the provider sends


class PollRhythm:
    """Learns how long a model usually takes, and asks closely around that time only.

    Before anything is known, and long after the usual time, the steps grow from `first_s` to
    `longest_s`; no step is shorter than `least_s`, which the provider's limit sets.
    """

    def __init__(
        self,
        *,
        first_s: float = 0.5,
        longest_s: float = 3.0,
        least_s: float = 0.0,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._first_s, self._longest_s, self._least_s = first_s, longest_s, least_s
        self._draw = draw
        self.usual_s: float | None = None

    def waits(self) -> Iterator[float]:
        """Seconds to wait before each poll, without end."""
        if self.usual_s is not None:
            yield max(self._least_s, _JUST_BEFORE * self.usual_s)
            close_s = 0.0
            while close_s < _CLOSE_SHARE * self.usual_s:
                step = max(self._least_s, self._draw(*_CLOSE_S))
                close_s += step
                yield step
        step = self._first_s
        while True:
            yield max(self._least_s, step)
            step = min(step * _GROWTH, self._longest_s)

    def note(self, seconds: float) -> None:
        """A picture was ready after this time."""
        usual = seconds if self.usual_s is None else self.usual_s
        self.usual_s = usual + _WEIGHT * (seconds - usual)


async def until_ready(
    rhythm: PollRhythm, poll: Callable[[], Awaitable[Answer]], is_ready: Callable[[Answer], bool]
) -> Answer:
    """The first answer that is ready. Raises what `is_ready` raises, and what polls keep raising.

    It has no end of its own: the request's deadline is one.
    """
    began, misses = time.monotonic(), 0
    for wait in rhythm.waits():
        await asyncio.sleep(wait)
        try:
            answer = await poll()
        except ProviderUnavailableError as error:
            misses += 1
            if misses > _MISSES or failure_kind(error) not in {"transient", "timeout"}:
                raise
            continue
        misses = 0
        if is_ready(answer):
            rhythm.note(time.monotonic() - began)
            return answer
    raise AssertionError("the rhythm has no end")


def kind_of_poll(reply: Reply) -> FailureKind:
    """A limit on polls is no limit on tasks: the next poll comes later anyway."""
    return "transient" if reply.status == 429 else kind_of_status(reply.status)
