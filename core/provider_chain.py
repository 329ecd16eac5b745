"""Trying providers in order, each within its deadline, its room and its state of health."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from core.breaker import Breaker, Clock
from core.exceptions import (
    AllProvidersFailedError,
    AppError,
    OverloadedError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.providers.base import FailureKind, failure_kind
from core.usage import SUCCESS, UsageRecord, record_usage
from utils.logger import get_logger

CANCELLED = "cancelled"
WAITING_PER_PLACE = 16

_LAST_RESERVE_S = 5.0
_LONG_OPEN_S = 600.0
_OF_THE_ACCOUNT: tuple[FailureKind, ...] = ("auth", "quota")
_SAYS_NOTHING_OF_HEALTH: tuple[FailureKind, ...] = ("moderated", "invalid_request")

OnCall = Callable[[str, str, str, float], None]
"""Told provider, model, outcome and seconds of every call that was made."""

log = get_logger("providers")


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
class Candidate(Generic[AnswerT]):
    """One way to get an answer. Health is kept by provider and model, room by provider."""

    provider: str
    model: str
    call: Callable[[], Awaitable[AnswerT]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one call and for all calls of one request; calls to a provider at once."""

    call_s: float
    overall_s: float
    concurrency: int


class Places:
    """Lets some calls to one provider run and a bounded number wait, first come first served."""

    def __init__(self, concurrency: int) -> None:
        self._free = asyncio.Semaphore(concurrency)
        self._room = concurrency * WAITING_PER_PLACE
        self._waiting = 0

    async def take(self, until: float) -> None:
        """Wait for a place, at most until that loop time.

        Raises OverloadedError: a queue that is too long is our load and not the provider's fault.
        """
        if self._free.locked() and self._waiting >= self._room:
            raise OverloadedError(retry_after=2)
        self._waiting += 1
        try:
            async with asyncio.timeout_at(until):
                await self._free.acquire()
        except TimeoutError as error:
            raise OverloadedError(retry_after=2) from error
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()


@dataclass(slots=True)
class _Call(Generic[AnswerT]):
    """What is known of a call so far; it is reported when it ends, however it ends."""

    outcome: str = CANCELLED
    answer: AnswerT | None = None
    failure_cost_usd: Decimal = Decimal(0)


class ProviderChain:
    """The health and room of a set of providers, and the one way to call them.

    `routes` are all pairs of provider and model that may be called; `clock` gives monotonic
    seconds.
    """

    def __init__(
        self,
        routes: Iterable[tuple[str, str]],
        limits: Limits,
        *,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._on_call = on_call
        self._breakers = {route: Breaker(clock) for route in routes}
        self._places: dict[tuple[asyncio.AbstractEventLoop, str], Places] = {}

    def breaker(self, provider: str, model: str) -> Breaker:
        """The breaker of one route. Raises KeyError for an unknown one."""
        return self._breakers[provider, model]

    async def first_answer(self, task: str, candidates: Sequence[Candidate[AnswerT]]) -> AnswerT:
        """The answer of the first candidate that works, within the overall deadline.

        A candidate that hangs leaves the last one some time: all others must end a little before
        the deadline. Raises AllProvidersFailedError, caused by the group of all failures.
        """
        deadline = asyncio.get_running_loop().time() + self._limits.overall_s
        reserve = min(_LAST_RESERVE_S, self._limits.overall_s / 10)
        failures: list[AppError] = []
        for candidate in candidates:
            until = deadline if candidate is candidates[-1] else deadline - reserve
            try:
                return await self._attempt(task, candidate, until)
            except (ProviderUnavailableError, ProviderRejectedError, OverloadedError) as error:
                failures.append(error)
        waits = [self._breakers[c.provider, c.model].retry_after_s for c in candidates]
        raise AllProvidersFailedError(
            retry_after=max(1, math.ceil(min(waits, default=1)))
        ) from ExceptionGroup(
            "all providers failed", failures or [LookupError("no provider is configured")]
        )

    async def _attempt(self, task: str, candidate: Candidate[AnswerT], until: float) -> AnswerT:
        """One call, once it has a place and the breaker lets it through."""
        breaker = self._breakers[candidate.provider, candidate.model]
        if breaker.blocks() or asyncio.get_running_loop().time() >= until:
            raise _passed_over(candidate)
        places = self._places_at(candidate.provider)
        await places.take(until)
        try:
            ticket = breaker.admit()
            if ticket is None:
                raise _passed_over(candidate)
            try:
                return await self._call(task, candidate, ticket, until)
            finally:
                breaker.abandon(ticket)
        finally:
            places.leave()

    async def _call(
        self, task: str, candidate: Candidate[AnswerT], ticket: int, until: float
    ) -> AnswerT:
        with self._reported(task, candidate) as call:
            try:
                call.answer = await _answer_by(candidate, until, self._limits.call_s)
            except (ProviderUnavailableError, ProviderRejectedError) as error:
                call.outcome = failure_kind(error)
                call.failure_cost_usd = _cost_of(error)
                self._note_failure(candidate, ticket, error)
                raise
            call.outcome = SUCCESS
            self._breakers[candidate.provider, candidate.model].record_success(ticket)
            return call.answer

    def _note_failure(self, candidate: Candidate[AnswerT], ticket: int, error: AppError) -> None:
        """What the failure says about the provider; see `FailureKind`."""
        kind, hint_s = failure_kind(error), _hint_of(error)
        log.warning("{} ({}) failed: {}", candidate.provider, candidate.model, kind)
        breaker = self._breakers[candidate.provider, candidate.model]
        if kind in _OF_THE_ACCOUNT:
            for (provider, _), affected in self._breakers.items():
                if provider == candidate.provider:
                    affected.open_for(_LONG_OPEN_S)
        elif kind == "model_gone":
            breaker.open_for(_LONG_OPEN_S)
        elif kind == "rate_limited" and hint_s > 0:
            breaker.open_for(hint_s)
        elif kind not in _SAYS_NOTHING_OF_HEALTH:
            breaker.record_failure(ticket)

    @contextmanager
    def _reported(self, task: str, candidate: Candidate[AnswerT]) -> Iterator[_Call[AnswerT]]:
        call = _Call[AnswerT]()
        started = self._clock()
        try:
            yield call
        finally:
            seconds = self._clock() - started
            answer = call.answer
            self._on_call(candidate.provider, candidate.model, call.outcome, seconds)
            record_usage(
                UsageRecord(
                    provider=candidate.provider,
                    model=answer.model if answer else candidate.model,
                    task=task,
                    input_tokens=answer.input_tokens if answer else 0,
                    output_tokens=answer.output_tokens if answer else 0,
                    cost_usd=answer.cost_usd if answer else call.failure_cost_usd,
                    latency_ms=round(seconds * 1000),
                    outcome=call.outcome,
                )
            )

    def _places_at(self, provider: str) -> Places:
        """The places of one provider in the running loop: a semaphore belongs to one loop."""
        key = (asyncio.get_running_loop(), provider)
        if key not in self._places:
            in_use = {k: places for k, places in self._places.items() if not k[0].is_closed()}
            self._places = in_use | {key: Places(self._limits.concurrency)}
        return self._places[key]


async def _answer_by(candidate: Candidate[AnswerT], until: float, call_s: float) -> AnswerT:
    """The candidate's answer; running out of time is a failure like any other."""
    limit = min(until, asyncio.get_running_loop().time() + call_s)
    try:
        async with asyncio.timeout_at(limit):
            return await candidate.call()
    except TimeoutError as error:
        raise ProviderUnavailableError(provider=candidate.provider, kind="timeout") from error


def _passed_over(candidate: Candidate[AnswerT]) -> ProviderUnavailableError:
    return ProviderUnavailableError(
        f"{candidate.provider} was not called.", provider=candidate.provider
    )


def _cost_of(error: AppError) -> Decimal:
    cost = error.context.get("cost_usd")
    return cost if isinstance(cost, Decimal) else Decimal(0)


def _hint_of(error: AppError) -> float:
    """Seconds, at most 10 minutes; 0 when the provider gave no usable hint."""
    hint = error.context.get("retry_after")
    return min(float(hint), _LONG_OPEN_S) if isinstance(hint, int | float) and hint > 0 else 0.0
