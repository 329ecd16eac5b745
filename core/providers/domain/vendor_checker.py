"""Asks one vendor: at its pace, within the deadline, never twice for the same at once."""

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from core.exceptions import (
    AllProvidersFailedError,
    AppError,
    OverloadedError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.health_board import HealthBoard
from core.provider_chain import Candidate, Limits, OnCall, ProviderChain, unobserved
from core.provider_stats import ProviderStats
from core.providers.domain.base import (
    FAILED,
    ApiAnswer,
    ApiVerdict,
    DomainName,
    DomainVerdict,
    Status,
    witness,
)
from core.providers.domain.flights import Flights
from core.providers.domain.limiter import HostBusyError, HostGate, Rate
from core.providers.domain.vendor import Vendor, VendorAnswer
from core.providers.per_loop import PerLoop

MOST_NAMES = 20
_CALL_SECONDS = 10.0
_LEAST_SECONDS = 0.5  # a call that is cut off right away would be paid for nothing
_MARGIN_SECONDS = 0.1  # the call ends before those who wait for it give up
_ATTEMPTS = 2
_LONGEST_WAIT = 2.5
_MAX_JITTER = 0.5
_MAY_PASS = frozenset({"transient", "rate_limited", "timeout"})
_UNSUPPORTED_SECONDS = 24 * 3600.0
_RANDOM = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class _Told:
    """One call's answers in the form that a chain of providers counts; prices are not known."""

    answers: Mapping[str, VendorAnswer]
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)


class VendorChecker:
    """A `DomainChecker` around one adapter.

    `asks_about` are the states that are worth a question. At most `MOST_NAMES` names of a batch
    are asked about: credits are finite.
    """

    def __init__(
        self,
        vendor: Vendor,
        rate: Rate,
        asks_about: Collection[Status],
        *,
        clock: Callable[[], float] = time.monotonic,
        on_call: OnCall = unobserved,
        board: HealthBoard | None = None,
    ) -> None:
        self._vendor = vendor
        self._asks_about = frozenset(asks_about)
        self._clock = clock
        self._unsupported: dict[str, float] = {}
        self._route = (vendor.name, vendor.name)
        self._chain = ProviderChain(
            [self._route],
            Limits(_CALL_SECONDS, _CALL_SECONDS, rate.parallel),
            clock=clock,
            on_call=on_call,
            scope=f"domain {vendor.name}",
            board=board,
        )
        self._gate = PerLoop(lambda: HostGate(rate))
        self._flights: PerLoop[Flights[Mapping[str, VendorAnswer]]] = PerLoop(Flights)

    @property
    def name(self) -> str:
        """The vendor's."""
        return self._vendor.name

    def wants(self, verdict: DomainVerdict) -> bool:
        """Whether the state is open to this vendor and the suffix is not known to be beyond it."""
        is_known = self._unsupported.get(verdict.name.tld, 0.0) > self._clock()
        return verdict.status in self._asks_about and not is_known

    async def check(self, names: Sequence[DomainName], deadline: float) -> Mapping[str, ApiAnswer]:
        """See `DomainChecker`; never raises: each name says for itself what went wrong."""
        if deadline - asyncio.get_running_loop().time() < _LEAST_SECONDS:
            return {}
        domains = [name.domain for name in names[:MOST_NAMES]]
        size = self._vendor.batch
        calls = [domains[start : start + size] for start in range(0, len(domains), size)]
        parts = await asyncio.gather(*(self._answers(call, deadline) for call in calls))
        return {domain: answer for part in parts for domain, answer in part.items()}

    def get_stats(self) -> dict[str, ProviderStats]:
        """The vendor's record."""
        return self._chain.get_stats()

    async def aclose(self) -> None:
        """Close the vendor's connections in the running loop."""
        await self._vendor.aclose()

    async def _answers(self, domains: Sequence[str], deadline: float) -> Mapping[str, ApiAnswer]:
        """The answers of one call, which callers who ask the same at once share."""
        started = asyncio.get_running_loop().time()
        ask = partial(self._ask, domains, deadline - _MARGIN_SECONDS)
        try:
            async with asyncio.timeout_at(deadline):
                told = await self._flights.get().join(" ".join(domains), ask)
        except TimeoutError:
            failure = "timeout"
        except (ProviderUnavailableError, ProviderRejectedError, OverloadedError) as error:
            failure = str(error.context.get("kind", "paused"))
        else:
            self._remember_unsupported(told)
            return {
                domain: ApiAnswer(
                    said.verdict, witness(self.name, said.verdict, said.detail, started), said.price
                )
                for domain, said in told.items()
            }
        evidence = witness(self.name, FAILED, failure, started)
        return {domain: ApiAnswer(ApiVerdict.NONE, evidence) for domain in domains}

    def _remember_unsupported(self, told: Mapping[str, VendorAnswer]) -> None:
        for domain, said in told.items():
            if said.tld_unsupported:
                until = self._clock() + _UNSUPPORTED_SECONDS
                self._unsupported[domain.partition(".")[2]] = until

    async def _ask(self, domains: Sequence[str], deadline: float) -> Mapping[str, VendorAnswer]:
        """Up to two calls, the second only after what may pass by then."""
        gate = self._gate.get()
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with gate.turn(deadline):
                    told = await self._call(domains, deadline)
            except HostBusyError as busy:
                raise ProviderUnavailableError(provider=self.name, kind="rate_limited") from busy
            except AllProvidersFailedError as all_failed:
                failure = _only_failure(all_failed)
            else:
                gate.succeeded()
                return told
            wait = self._wait_after(failure)
            if failure.context.get("kind") == "rate_limited":
                gate.throttled(wait)
            if attempt == _ATTEMPTS or not self._is_worth_waiting(failure, wait, deadline):
                raise failure
            await asyncio.sleep(wait + _RANDOM.uniform(0.0, _MAX_JITTER))
        raise AssertionError("the last attempt returns or raises")

    async def _call(self, domains: Sequence[str], deadline: float) -> Mapping[str, VendorAnswer]:
        """One call through the breaker; it is recorded however it ends."""

        async def told(_seconds: float = _CALL_SECONDS) -> _Told:
            async with asyncio.timeout_at(deadline):
                return _Told(await self._vendor.ask(domains), self.name)

        candidate = Candidate(*self._route, told)
        return (await self._chain.first_answer("domains", [candidate])).answers

    def _wait_after(self, error: AppError) -> float:
        """Seconds until the vendor may be asked again, by its own word and by the breaker's."""
        hint = error.context.get("retry_after")
        stated = float(hint) if isinstance(hint, int | float) else 0.0
        return max(stated, self._chain.breaker(*self._route).retry_after_s)

    def _is_worth_waiting(self, error: AppError, wait: float, deadline: float) -> bool:
        may_pass = error.context.get("kind", "transient") in _MAY_PASS
        left = deadline - asyncio.get_running_loop().time() - wait - _MAX_JITTER
        return may_pass and wait <= _LONGEST_WAIT and left >= _LEAST_SECONDS


def _only_failure(failure: AllProvidersFailedError) -> AppError:
    """The one candidate's own failure: a chain reports failures as a group."""
    group = failure.__cause__
    if isinstance(group, ExceptionGroup) and isinstance(group.exceptions[0], AppError):
        return group.exceptions[0]
    return failure
