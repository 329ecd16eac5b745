"""The pipeline: cache, DNS and RDAP side by side, further checkers, and one deadline for all."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.provider_stats import ProviderStats
from core.providers.base import failure_kind
from core.providers.domain.base import (
    FAILED,
    AftermarketLookup,
    DnsLookup,
    DomainChecker,
    DomainName,
    DomainVerdict,
    Findings,
    LifeSigns,
    PriceSource,
    RdapLookup,
    Status,
    witness,
)
from core.providers.domain.cache import VerdictCache
from core.providers.domain.decision import decide, with_answer
from core.providers.domain.flights import Flights
from core.providers.domain.prices import shipped_prices
from core.providers.domain.race import Race
from core.providers.per_loop import PerLoop

_MOST_FOR_SALE = 20
_LEAST_TURN_SECONDS = 1.0
_OVERSTAY_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. RDAP starts when DNS has not said "taken" within its head start.

    `batch` is for DNS and RDAP. Further checkers, if there are any, have `further` on top of it;
    of a limit that the caller sets they have at least the share `kept_for_further`.
    """

    batch: float = 8.0
    further: float = 12.0
    kept_for_further: float = 1 / 3
    silence: float = 1.8
    head_start_few: float = 0.15
    head_start_many: float = 0.5
    few: int = 10


@dataclass(frozen=True, slots=True)
class Stages:
    """What belongs to one event loop."""

    dns: DnsLookup
    rdap: RdapLookup
    signs: LifeSigns
    flights: Flights[Findings] = field(default_factory=Flights)
    aftermarket: AftermarketLookup | None = None


class DomainAvailability:
    """Checks batches of names. One instance may serve several event loops.

    `open_stages` is called once in each loop, on first use.
    """

    def __init__(
        self,
        open_stages: Callable[[], Stages],
        checkers: Sequence[DomainChecker] = (),
        *,
        prices: PriceSource | None = None,
        patience: Patience | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._stages = PerLoop(open_stages)
        self._checkers = checkers
        self._prices = prices or shipped_prices()
        self._patience = patience or Patience()
        self._now = now
        self._cache = VerdictCache(now)

    async def check(
        self, names: Iterable[DomainName], seconds: float | None = None
    ) -> dict[str, DomainVerdict]:
        """Verdicts by `DomainName.domain` within `seconds`, by default the batch's patience.

        Never raises for a name.
        """
        free_until, deadline = self._deadlines(seconds)
        wanted = {name.domain: name for name in names}
        known = {domain: hit for domain in wanted if (hit := self._cache.get(domain))}
        asked = [name for domain, name in wanted.items() if domain not in known]
        findings = await self._investigate_all(asked, free_until)
        fresh = await self._with_aftermarket(await self._consult(findings, deadline))
        for verdict in fresh.values():
            self._cache.put(verdict)
        return {domain: known.get(domain) or fresh[domain] for domain in wanted}

    def get_stats(self) -> dict[str, ProviderStats]:
        """How each service does, in the order in which they are asked."""
        return {name: kept for each in self._checkers for name, kept in each.get_stats().items()}

    async def aclose(self) -> None:
        """Close what the running loop has open."""
        for checker in self._checkers:
            await checker.aclose()
        await self._prices.aclose()
        if stages := self._stages.take():
            await stages.dns.aclose()
            await stages.rdap.aclose()

    def _deadlines(self, seconds: float | None) -> tuple[float, float]:
        """Until when DNS and RDAP may take, and until when everything, in loop time."""
        now, patience = asyncio.get_running_loop().time(), self._patience
        if not self._checkers:
            allowed = patience.batch if seconds is None else seconds
            return now + allowed, now + allowed
        if seconds is None:
            return now + patience.batch, now + patience.batch + patience.further
        return now + seconds * (1 - patience.kept_for_further), now + seconds

    async def _investigate_all(
        self, names: Sequence[DomainName], deadline: float
    ) -> list[Findings]:
        stages = self._stages.get()
        is_few = len(names) <= self._patience.few
        head_start = self._patience.head_start_few if is_few else self._patience.head_start_many
        return await asyncio.gather(
            *(
                stages.flights.join(
                    name.domain,
                    partial(self._investigate, stages, name, deadline, head_start),
                )
                for name in names
            )
        )

    async def _investigate(
        self, stages: Stages, name: DomainName, deadline: float, head_start: float
    ) -> Findings:
        """What the free stages find in time; it ends early when nobody at all can be heard."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        race = Race(stages.dns, stages.rdap, name, deadline)
        late = False
        try:
            async with asyncio.timeout_at(deadline) as limit:
                watch = loop.call_at(
                    started + self._patience.silence, _stop_if_silent, stages.signs, limit, started
                )
                try:
                    await race.run(head_start)
                finally:
                    watch.cancel()
        except TimeoutError:
            late = True
        silent = not stages.signs.since(started)
        return Findings(name, race.dns, race.rdap, late=late, silent=silent)

    async def _consult(
        self, findings: Sequence[Findings], deadline: float
    ) -> dict[str, DomainVerdict]:
        """Let each further checker in turn improve what it thinks worth asking about."""
        verdicts = {found.name.domain: self._decide(found) for found in findings}
        known = {found.name.domain: found for found in findings if not found.silent}
        for index, checker in enumerate(self._checkers):
            open_cases = [found for d, found in known.items() if checker.wants(verdicts[d])]
            until = _turn_end(deadline, len(self._checkers) - index)
            for found in await _ask_checker(checker, open_cases, until):
                known[found.name.domain] = found
                verdicts[found.name.domain] = self._decide(found)
        return verdicts

    async def _with_aftermarket(
        self, verdicts: dict[str, DomainVerdict]
    ) -> dict[str, DomainVerdict]:
        """Where that is wanted, look whether the first taken names are for sale."""
        market = self._stages.get().aftermarket
        if market is None:
            return verdicts
        taken = [v for v in verdicts.values() if v.status is Status.TAKEN][:_MOST_FOR_SALE]
        looked = await asyncio.gather(*(market.look_up(verdict.name) for verdict in taken))
        return verdicts | {
            v.name.domain: replace(v, aftermarket=found, evidence=(*v.evidence, seen))
            for v, (found, seen) in zip(taken, looked, strict=True)
        }

    def _decide(self, findings: Findings) -> DomainVerdict:
        now = self._now()
        return decide(findings, self._prices.of(findings.name.tld, now.date()), now)


def _turn_end(deadline: float, left: int) -> float:
    """An even share of the time for each checker to come; a hanging one takes no more."""
    now = asyncio.get_running_loop().time()
    return min(deadline, now + max((deadline - now) / left, _LEAST_TURN_SECONDS))


def _stop_if_silent(signs: LifeSigns, limit: asyncio.Timeout, started: float) -> None:
    if not signs.since(started):
        limit.reschedule(asyncio.get_running_loop().time())


async def _ask_checker(
    checker: DomainChecker, cases: Sequence[Findings], deadline: float
) -> list[Findings]:
    """The cases on which the checker had something to say, or which it failed to answer."""
    if not cases:
        return []
    started = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout_at(deadline + _OVERSTAY_SECONDS):
            answers = await checker.check([case.name for case in cases], deadline)
    except TimeoutError:
        failure = "timeout"
    except (ProviderUnavailableError, ProviderRejectedError) as error:
        failure = failure_kind(error)
    else:
        answered = ((case, answers.get(case.name.domain)) for case in cases)
        return [with_answer(case, answer) for case, answer in answered if answer]
    evidence = witness(checker.name, FAILED, failure, started)
    return [replace(case, others=(*case.others, evidence)) for case in cases]
