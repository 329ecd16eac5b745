"""The pipeline: cache, DNS and RDAP side by side, further checkers, and one deadline for all."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.domain.base import (
    ApiVerdict,
    DnsLookup,
    DomainChecker,
    DomainName,
    DomainVerdict,
    Findings,
    LifeSigns,
    RdapLookup,
    witness,
)
from core.providers.domain.cache import VerdictCache
from core.providers.domain.decision import decide
from core.providers.domain.flights import Flights
from core.providers.domain.per_loop import PerLoop
from core.providers.domain.prices import PriceList, shipped_prices
from core.providers.domain.race import Race


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. RDAP starts when DNS has not said "taken" within its head start."""

    batch: float = 8.0
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


class DomainAvailability:
    """Checks batches of names. One instance may serve several event loops.

    `open_stages` is called once in each loop, on first use.
    """

    def __init__(
        self,
        open_stages: Callable[[], Stages],
        checkers: Sequence[DomainChecker] = (),
        *,
        prices: PriceList | None = None,
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
        allowed = self._patience.batch if seconds is None else seconds
        deadline = asyncio.get_running_loop().time() + allowed
        wanted = {name.domain: name for name in names}
        known = {domain: hit for domain in wanted if (hit := self._cache.get(domain))}
        asked = [name for domain, name in wanted.items() if domain not in known]
        findings = await self._investigate_all(asked, deadline)
        fresh = await self._consult(findings, deadline)
        for verdict in fresh.values():
            self._cache.put(verdict)
        return {domain: known.get(domain) or fresh[domain] for domain in wanted}

    async def aclose(self) -> None:
        """Close what the running loop has open."""
        if stages := self._stages.take():
            await stages.dns.aclose()
            await stages.rdap.aclose()

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
        for checker in self._checkers:
            open_cases = [found for d, found in known.items() if checker.wants(verdicts[d])]
            for found in await _ask_checker(checker, open_cases, deadline):
                known[found.name.domain] = found
                verdicts[found.name.domain] = self._decide(found)
        return verdicts

    def _decide(self, findings: Findings) -> DomainVerdict:
        now = self._now()
        return decide(findings, self._prices.of(findings.name.tld, now.date()), now)


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
        async with asyncio.timeout_at(deadline):
            answers = await checker.check([case.name for case in cases])
    except (TimeoutError, ProviderUnavailableError, ProviderRejectedError):
        failure = witness(checker.name, ApiVerdict.NONE, "failed", started)
        return [replace(case, failures=(*case.failures, failure)) for case in cases]
    answered = ((case, answers.get(case.name.domain)) for case in cases)
    return [
        replace(case, api=answer)
        for case, answer in answered
        if answer and answer.verdict is not ApiVerdict.NONE
    ]
