"""Trying providers in order, each within its deadline, its room and its state of health."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from loguru import logger

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

CallObserver = Callable[[UsageRecord], None]
Route = tuple[str, str]

_LAST_RESERVE_S = 5.0
_LONG_OPEN_S = 600.0
_PROVIDER_WIDE: tuple[FailureKind, ...] = ("auth", "quota")
_SAYS_NOTHING_ABOUT_HEALTH: tuple[FailureKind, ...] = ("moderated", "invalid_request")


class Answer(Protocol):
    """What every provider's answer tells about itself."""

    @property
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def input_tokens(self) -> int: ...
    @property
    def output_tokens(self) -> int: ...
    @property
    def cost_usd(self) -> Decimal: ...


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[A]):
    """One way to get an answer. Health is kept by provider and model, room by provider."""

    provider: str
    model: str
    call: Callable[[], Awaitable[A]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one call and for all candidates together; calls at once and waiting."""

    call_s: float
    overall_s: float
    concurrency: int = 8
    waiting: int = 64


def ignore_call(_: UsageRecord) -> None:
    """The observer of those who want none."""


class Gate:
    """Lets a few calls to one provider run and a bounded number wait, first come first served."""

    def __init__(self, concurrency: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._room = waiting
        self._waiting = 0

    async def enter(self) -> None:
        """Wait for a slot. Raises OverloadedError when too many wait already."""
        if self._slots.locked() and self._waiting >= self._room:
            raise OverloadedError(retry_after=2)
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        """Give the slot back."""
        self._slots.release()


@dataclass(slots=True)
class _Call:
    """What is known of a call so far; it is reported when it ends, however it ends."""

    started: float
    model: str
    outcome: str = "cancelled"
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = field(default_factory=Decimal)


class ProviderChain:
    """The health and room of a set of providers, and the one way to call them.

    `routes` are all pairs of provider and model that may be called; `observe` is told of every call
    that was made, also of failed ones.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        limits: Limits,
        *,
        clock: Clock = time.monotonic,
        observe: CallObserver = ignore_call,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._observe = observe
        self._breakers = {route: Breaker(clock) for route in routes}
        self._gates: dict[tuple[asyncio.AbstractEventLoop, str], Gate] = {}

    def breaker(self, provider: str, model: str) -> Breaker:
        """The breaker of one route; raises KeyError for an unknown one."""
        return self._breakers[provider, model]

    async def first_answer(self, task: str, candidates: Sequence[Candidate[A]]) -> A:
        """The answer of the first candidate that works, within the overall deadline.

        A candidate that hangs leaves the next one some time: all but the last must end a little
        before the deadline. Raises ProviderRejectedError, OverloadedError and
        AllProvidersFailedError, which is caused by the group of all failures.
        """
        deadline = asyncio.get_running_loop().time() + self._limits.overall_s
        reserve = min(_LAST_RESERVE_S, self._limits.overall_s / 10)
        failures: list[Exception] = []
        for candidate in candidates:
            until = deadline if candidate is candidates[-1] else deadline - reserve
            try:
                return await self._attempt(task, candidate, until)
            except ProviderUnavailableError as error:
                failures.append(error)
        causes = failures or [LookupError("no provider is configured")]
        waits = [self._breakers[c.provider, c.model].retry_after_s for c in candidates]
        retry_after = max(1, math.ceil(min(waits, default=1)))
        raise AllProvidersFailedError(retry_after=retry_after) from ExceptionGroup(
            "all providers failed", causes
        )

    async def _attempt(self, task: str, candidate: Candidate[A], until: float) -> A:
        """One call, once it has a slot and the breaker lets it through."""
        breaker = self._breakers[candidate.provider, candidate.model]
        now = asyncio.get_running_loop().time()
        if now >= until or breaker.blocks():
            raise _passed_over(candidate)
        gate = self._gate(candidate.provider)
        await _enter_by(gate, until)
        try:
            ticket = breaker.admit()
            if ticket is None:
                raise _passed_over(candidate)
            try:
                return await self._call(task, candidate, ticket, until)
            finally:
                breaker.abandon(ticket)
        finally:
            gate.leave()

    async def _call(self, task: str, candidate: Candidate[A], ticket: int, until: float) -> A:
        with self._reported(task, candidate) as call:
            try:
                answer = await _answer_by(candidate, until, self._limits.call_s)
            except (ProviderUnavailableError, ProviderRejectedError) as error:
                call.outcome = failure_kind(error)
                call.cost_usd = _cost_of(error)
                self._note_failure(candidate, ticket, error)
                logger.warning(
                    "{} ({}) failed for {}: {}",
                    *(candidate.provider, candidate.model, task, call.outcome),
                )
                raise
            self._breakers[candidate.provider, candidate.model].record_success(ticket)
            call.outcome, call.model = SUCCESS, answer.model
            call.input_tokens, call.output_tokens = answer.input_tokens, answer.output_tokens
            call.cost_usd = answer.cost_usd
            return answer

    def _note_failure(self, candidate: Candidate[A], ticket: int, error: AppError) -> None:
        kind, hint_s = failure_kind(error), _hint_of(error)
        breaker = self._breakers[candidate.provider, candidate.model]
        if kind in _PROVIDER_WIDE:
            for (provider, _), affected in self._breakers.items():
                if provider == candidate.provider:
                    affected.open_for(_LONG_OPEN_S)
        elif kind == "model_gone":
            breaker.open_for(_LONG_OPEN_S)
        elif kind == "rate_limited" and hint_s > 0:
            breaker.open_for(hint_s)
        elif kind not in _SAYS_NOTHING_ABOUT_HEALTH:
            breaker.record_failure(ticket)

    @contextmanager
    def _reported(self, task: str, candidate: Candidate[A]) -> Iterator[_Call]:
        call = _Call(started=self._clock(), model=candidate.model)
        try:
            yield call
        finally:
            record = UsageRecord(
                provider=candidate.provider,
                model=call.model,
                task=task,
                input_tokens=call.input_tokens,
                output_tokens=call.output_tokens,
                cost_usd=call.cost_usd,
                latency_ms=round((self._clock() - call.started) * 1000),
                outcome=call.outcome,
            )
            record_usage(record)
            self._observe(record)

    def _gate(self, provider: str) -> Gate:
        """The gate of one provider in the running loop: a semaphore belongs to one loop."""
        key = (asyncio.get_running_loop(), provider)
        if key not in self._gates:
            open_gates = {k: gate for k, gate in self._gates.items() if not k[0].is_closed()}
            self._gates = open_gates | {key: Gate(self._limits.concurrency, self._limits.waiting)}
        return self._gates[key]


async def _enter_by(gate: Gate, until: float) -> None:
    """Wait for a slot; a queue that takes until the deadline is our load, not their fault."""
    try:
        async with asyncio.timeout_at(until):
            await gate.enter()
    except TimeoutError as error:
        raise OverloadedError(retry_after=2) from error


async def _answer_by(candidate: Candidate[A], until: float, call_s: float) -> A:
    """The candidate's answer; running out of time is a failure like any other."""
    limit = min(until, asyncio.get_running_loop().time() + call_s)
    try:
        async with asyncio.timeout_at(limit):
            return await candidate.call()
    except TimeoutError as error:
        raise ProviderUnavailableError(provider=candidate.provider, kind="timeout") from error


def _passed_over(candidate: Candidate[A]) -> ProviderUnavailableError:
    return ProviderUnavailableError(
        f"{candidate.provider} was not called.", provider=candidate.provider
    )


def _cost_of(error: AppError) -> Decimal:
    cost = error.context.get("cost_usd")
    return cost if isinstance(cost, Decimal) else Decimal(0)


def _hint_of(error: AppError) -> float:
    """Seconds; 0 when the provider gave no usable hint. Longer than 10 minutes is cut."""
    hint = error.context.get("retry_after")
    return min(float(hint), _LONG_OPEN_S) if isinstance(hint, int | float) and hint > 0 else 0.0
