"""Trying providers in order, each within its deadline, its room and its state of health.

This is the one layer that repeats calls: adapters and their SDKs never do.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from core.health_board import HealthBoard, PrivateBoard
from core.places import Cap, PlacesByProvider
from core.provider_health import ProviderHealth, Route
from core.provider_stats import CANCELLED, ProviderStats
from core.providers.base import BUILTIN, failure_kind
from core.retries import LONGEST_PAUSE_S, cost_of, pause_before_retry, tokens_of
from core.route_order import RouteOrder
from core.usage import SUCCESS, UsageRecord, owed, record_usage, track_debts
from utils.logger import get_logger

_LAST_RESERVE_S = 5.0
_VENDORS_TO_ASK = 2  # judge differently what may be asked; a third would seldom allow it
_AFTER_S = 0.001  # an event loop may wake a little early

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
    """One way to get an answer. Health is kept by provider and model, room by provider.

    `call` is told how many seconds it has; neighbours of the same `group` that is not empty are
    equally welcome.
    """

    provider: str
    model: str
    call: Callable[[float], Awaitable[AnswerT]]
    group: str = ""

    @property
    def route(self) -> Route:
        """Whose health it is."""
        return self.provider, self.model


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for one call and for all calls of one request; calls to a provider at once.

    `attempts` are the calls that one request may cost at a provider when every one but the last
    fails in a way that is worth repeating. `caps` hold for providers that take fewer calls.
    """

    call_s: float
    overall_s: float
    concurrency: int
    attempts: int = 1
    caps: Mapping[str, Cap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Patience:
    """How long one candidate is tried: till when at all, seconds for a pause and for a place."""

    until: float
    pause_s: float
    place_s: float


@dataclass(frozen=True, slots=True)
class _Bill:
    """What is known of the cost of a call without an answer."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)


@dataclass(slots=True)
class _Call:
    """What is known of a call so far; it is reported when it ends, however it ends."""

    bill: Answer
    outcome: str = CANCELLED


@dataclass(slots=True)
class _Request:
    """One request on its way through the candidates."""

    task: str
    deadline: float
    reserve_s: float
    failures: list[AppError] = field(default_factory=list)
    retries: Counter[str] = field(default_factory=Counter)
    refusals: int = 0

    def note(self, error: AppError) -> None:
        """One candidate has failed."""
        self.failures.append(error)
        self.refusals += failure_kind(error) == "moderated"

    def is_over_for(self, provider: str) -> bool:
        """Whether enough vendors have refused the content."""
        return self.refusals >= _VENDORS_TO_ASK and provider != BUILTIN

    @property
    def nobody_was_called(self) -> bool:
        """Whether every candidate was passed over for its health."""
        return all(error.context.get("called") is False for error in self.failures)


class ProviderChain:
    """The health and room of a set of providers, and the one way to call them.

    `routes` are all pairs of provider and model that may be called; `clock` gives monotonic
    seconds; what other processes find out comes by the `board`.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        limits: Limits,
        *,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
        scope: str = "",
        board: HealthBoard | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._on_call = on_call
        self._places = PlacesByProvider(limits.concurrency, limits.caps)
        self.health = ProviderHealth(
            routes, clock=clock, scope=scope, board=board or PrivateBoard()
        )
        self._order = RouteOrder(lambda *route: self.health.tallies[route], clock)

    def breaker(self, provider: str, model: str) -> Breaker:
        """The breaker of one route. Raises KeyError for an unknown one."""
        return self.health.breakers[provider, model]

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        return self.health.get_stats()

    async def first_answer(
        self, task: str, candidates: Sequence[Candidate[AnswerT]], *, patient: bool = True
    ) -> AnswerT:
        """The answer of the first candidate that works, within the overall deadline.

        A candidate that hangs leaves the last one some time: all others must end a little before
        the deadline. When all are left alone for their health, one that comes back in time is
        waited for, unless the caller has no patience. Raises AllProvidersFailedError, caused by the
        group of all failures.
        """
        self.health.wake()
        overall_s = self._limits.overall_s
        request = _Request(
            task, _loop_time() + overall_s, reserve_s=min(_LAST_RESERVE_S, overall_s / 10)
        )
        ordered = self._order.of(candidates)
        while True:
            answer = await self._first_of(ordered, request)
            if answer is not None:
                return answer
            if not (patient and candidates and await self._somebody_came_back(ordered, request)):
                raise self._all_failed(candidates) from ExceptionGroup(
                    "all providers failed",
                    request.failures or [LookupError("no provider is configured")],
                )
            request.failures.clear()

    async def _first_of(
        self, candidates: Sequence[Candidate[AnswerT]], request: _Request
    ) -> AnswerT | None:
        for number, candidate in enumerate(candidates, start=1):
            if request.is_over_for(candidate.provider):
                continue
            patience = self._patience(request, candidate, candidates[number:])
            try:
                return await self._with_retries(request, candidate, patience)
            except (ProviderUnavailableError, ProviderRejectedError, OverloadedError) as error:
                request.note(error)
        return None

    def _patience(
        self,
        request: _Request,
        candidate: Candidate[AnswerT],
        others: Sequence[Candidate[AnswerT]],
    ) -> _Patience:
        """The next vendor is better than a long queue, which is better than the built-in engine."""
        is_replaceable = any(
            other.provider not in {BUILTIN, candidate.provider}
            and not self.health.breakers[other.route].blocks()
            for other in others
        )
        return _Patience(
            until=request.deadline - (request.reserve_s if others else 0.0),
            pause_s=LONGEST_PAUSE_S if others else math.inf,
            place_s=LONGEST_PAUSE_S if is_replaceable else math.inf,
        )

    async def _somebody_came_back(
        self, candidates: Sequence[Candidate[AnswerT]], request: _Request
    ) -> bool:
        """Wait for the first that may be called again, if that is early enough."""
        wait_s = self._shortest_wait(candidates) + _AFTER_S
        if not request.nobody_was_called or _loop_time() + wait_s >= (
            request.deadline - request.reserve_s
        ):
            return False
        await asyncio.sleep(wait_s)
        return True

    def _shortest_wait(self, candidates: Sequence[Candidate[AnswerT]]) -> float:
        waits = (self.health.breakers[c.route].retry_after_s for c in candidates)
        return min(waits, default=0.0)

    def _all_failed(self, candidates: Sequence[Candidate[AnswerT]]) -> AllProvidersFailedError:
        return AllProvidersFailedError(
            retry_after=max(1, math.ceil(self._shortest_wait(candidates)))
        )

    async def _with_retries(
        self, request: _Request, candidate: Candidate[AnswerT], patience: _Patience
    ) -> AnswerT:
        """The candidate's answer, asked again when the failure, the budget and time allow it."""
        repeated = 0
        while True:
            try:
                return await self._attempt(request.task, candidate, patience)
            except (ProviderUnavailableError, ProviderRejectedError) as error:
                longest_s = min(patience.pause_s, patience.until - _loop_time())
                pause_s = pause_before_retry(error, repeated, longest_s)
                if pause_s is None or not self._may_repeat(request, candidate, error, pause_s):
                    raise
                await asyncio.sleep(pause_s + _AFTER_S if pause_s else 0)
                if self.health.breakers[candidate.route].blocks():
                    raise
            repeated += 1

    def _may_repeat(
        self, request: _Request, candidate: Candidate[AnswerT], error: AppError, pause_s: float
    ) -> bool:
        if candidate.provider == BUILTIN or error.context.get("called") is False:
            return False
        if self.health.breakers[candidate.route].retry_after_s > pause_s + _AFTER_S:
            return False
        if request.retries[candidate.provider] + 1 >= self._limits.attempts:
            return False
        request.retries[candidate.provider] += 1
        return self.health.claim_retry(candidate.route)

    async def _attempt(
        self, task: str, candidate: Candidate[AnswerT], patience: _Patience
    ) -> AnswerT:
        """One call, once it has a place and the breaker lets it through."""
        breaker, until = self.health.breakers[candidate.route], patience.until
        if breaker.blocks() or _loop_time() >= until:
            raise _passed_over(candidate)
        places = self._places.at(candidate.provider)
        await places.take(min(until, _loop_time() + patience.place_s))
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
        self.health.budgets[candidate.provider].note_call()
        with self._reported(task, candidate) as call:
            try:
                call.bill = answer = await self._answer_by(candidate, until)
            except (ProviderUnavailableError, ProviderRejectedError) as error:
                call.outcome = failure_kind(error)
                call.bill = _Bill(candidate.model, *tokens_of(error), cost_of(error))
                named = f", {reference}" if (reference := error.context.get("reference")) else ""
                log.warning("{} ({}) failed: {}{}", *candidate.route, call.outcome, named)
                self.health.record_failure(candidate.route, error, ticket)
                raise
            call.outcome = SUCCESS
            self.health.record_success(candidate.route, ticket)
            return answer

    async def _answer_by(self, candidate: Candidate[AnswerT], until: float) -> AnswerT:
        """The candidate's answer; running out of time is a failure like any other."""
        now = _loop_time()
        limit = min(until, now + self._limits.call_s)
        try:
            async with asyncio.timeout_at(limit):
                return await candidate.call(limit - now)
        except TimeoutError as error:
            raise ProviderUnavailableError(
                provider=candidate.provider, kind="timeout", cost_usd=owed()
            ) from error

    @contextmanager
    def _reported(self, task: str, candidate: Candidate[AnswerT]) -> Iterator[_Call]:
        call = _Call(_Bill(candidate.model))
        started = self._clock()
        with track_debts():
            try:
                yield call
            except asyncio.CancelledError:
                call.bill = _Bill(candidate.model, cost_usd=owed())
                raise
            finally:
                self._report(task, candidate, call, self._clock() - started)

    def _report(
        self, task: str, candidate: Candidate[AnswerT], call: _Call, seconds: float
    ) -> None:
        bill = call.bill
        self.health.note_call(candidate.route, call.outcome, seconds, bill.cost_usd)
        self._on_call(candidate.provider, candidate.model, call.outcome, seconds)
        record_usage(
            UsageRecord(
                provider=candidate.provider,
                model=bill.model,
                task=task,
                input_tokens=bill.input_tokens,
                output_tokens=bill.output_tokens,
                cost_usd=bill.cost_usd,
                latency_ms=round(seconds * 1000),
                outcome=call.outcome,
            )
        )


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


def _passed_over(candidate: Candidate[AnswerT]) -> ProviderUnavailableError:
    return ProviderUnavailableError(
        f"{candidate.provider} was not called.", provider=candidate.provider, called=False
    )
