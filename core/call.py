"""One call to one provider: its place in a fair queue, deadline, breaker and record."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeVar
from weakref import WeakKeyDictionary

from core.breaker import Breaker, Clock
from core.exceptions import (
    AppError,
    OverloadedError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.providers.base import failure_kind
from core.usage import SUCCESS, UsageRecord, record_usage

WAITING_PER_PLACE = 16
BAD_KEY_OPEN_S = 600.0
_SAYS_NOTHING_OF_HEALTH = frozenset({"moderated", "invalid_request"})

OnCall = Callable[[str, str, str, float], None]
"""Told provider, model, outcome and seconds of every call."""


def unobserved(_provider: str, _model: str, _outcome: str, _seconds: float) -> None:
    """For managers whose calls nobody counts."""


class Answer(Protocol):
    """What every provider's answer says of its cost."""

    @property
    def model(self) -> str:
        """The model that answered."""
        ...

    @property
    def input_tokens(self) -> int:
        """Tokens read."""
        ...

    @property
    def output_tokens(self) -> int:
        """Tokens written."""
        ...

    @property
    def cost_usd(self) -> Decimal:
        """The price of the call."""
        ...


AnswerT = TypeVar("AnswerT", bound=Answer)


@dataclass(frozen=True, slots=True)
class Call:
    """Who is asked for what."""

    provider: str
    model: str
    task: str


@dataclass(slots=True)
class ProviderGate:
    """What is known of one provider in this process, and the way to call it."""

    concurrency: int
    deadline_s: float
    on_call: OnCall
    breaker: Breaker
    successes: int = 0
    failures: int = 0
    seconds: float = 0.0
    _waiting: int = 0
    _places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = field(
        default_factory=WeakKeyDictionary
    )

    async def run(self, call: Call, work: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        """The answer of the provider.

        Raises ProviderUnavailableError, also when the breaker is open or the deadline passes, and
        ProviderRejectedError.
        """
        ticket = self.breaker.admit()
        if ticket is None:
            raise ProviderUnavailableError(
                provider=call.provider, retry_after=round(self.breaker.retry_after_s)
            )
        started = time.perf_counter()
        outcome, answer = "cancelled", None
        try:
            answer = await self._placed(work)
            outcome = SUCCESS
        except (ProviderUnavailableError, ProviderRejectedError) as error:
            outcome = self._judge(error, ticket)
            raise
        except TimeoutError as error:
            outcome = "timeout"
            self.breaker.record_failure(ticket)
            raise ProviderUnavailableError(provider=call.provider, kind="timeout") from error
        else:
            self.breaker.record_success(ticket)
            return answer
        finally:
            if outcome == "cancelled":
                self.breaker.abandon(ticket)
            self._record(call, outcome, answer, time.perf_counter() - started)

    async def _placed(self, work: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        places = self._places.setdefault(
            asyncio.get_running_loop(), asyncio.Semaphore(self.concurrency)
        )
        if self._waiting >= self.concurrency * WAITING_PER_PLACE:
            raise ProviderUnavailableError(kind="transient") from OverloadedError(retry_after=2)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.deadline_s), places:
                return await work()
        finally:
            self._waiting -= 1

    def _judge(self, error: AppError, ticket: int) -> str:
        kind = failure_kind(error)
        if kind in _SAYS_NOTHING_OF_HEALTH:
            self.breaker.abandon(ticket)
        elif kind in {"auth", "quota"}:
            self.breaker.open_for(BAD_KEY_OPEN_S)
        else:
            self.breaker.record_failure(ticket)
        return kind

    def _record(self, call: Call, outcome: str, answer: Answer | None, seconds: float) -> None:
        if outcome == SUCCESS:
            self.successes += 1
            self.seconds += seconds
        else:
            self.failures += 1
        self.on_call(call.provider, call.model, outcome, seconds)
        record_usage(
            UsageRecord(
                provider=call.provider,
                model=answer.model if answer else call.model,
                task=call.task,
                input_tokens=answer.input_tokens if answer else 0,
                output_tokens=answer.output_tokens if answer else 0,
                cost_usd=answer.cost_usd if answer else Decimal(0),
                latency_ms=round(seconds * 1000),
                outcome=outcome,
            )
        )


def gate(*, concurrency: int, deadline_s: float, on_call: OnCall, clock: Clock) -> ProviderGate:
    """A gate for one provider; `clock` gives monotonic seconds to its breaker."""
    return ProviderGate(concurrency, deadline_s, on_call, Breaker(clock))
