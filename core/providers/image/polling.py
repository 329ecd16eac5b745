"""When to ask again for a picture that is being made."""

import random
from collections.abc import Callable, Iterator

_WEIGHT = 0.3  # of the newest time in the running mean
_JUST_BEFORE = 0.95  # of the usual time
_CLOSE_S = (0.06, 0.1)
_CLOSE_SHARE = 0.5  # of the usual time, past it, in which the answer is awaited closely
_GROWTH = 1.5


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
