"""Further checkers behind DNS and RDAP: when they are asked, and what their answers change."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.exceptions import ProviderUnavailableError
from core.provider_stats import ProviderStats
from core.providers.domain.base import (
    ApiAnswer,
    ApiVerdict,
    DomainName,
    DomainVerdict,
    Reason,
    Status,
    witness,
)
from tests.simulators.virtual_time import run_virtually
from tests.unit.test_core.domain_world import NO, NS, World, name


class Registrar:
    """A further checker: quotes every name that it is asked about, except those it omits."""

    name = "registrar"

    def __init__(self, verdict: ApiVerdict = ApiVerdict.QUOTED, *, fails: bool = False) -> None:
        self.verdict = verdict
        self.fails = fails
        self.asked: list[str] = []
        self.closed = False

    def wants(self, verdict: DomainVerdict) -> bool:
        return verdict.status is not Status.TAKEN

    async def check(self, names: Sequence[DomainName], deadline: float) -> Mapping[str, ApiAnswer]:
        started = asyncio.get_running_loop().time()
        assert started < deadline
        self.asked += [name.domain for name in names]
        if self.fails:
            raise ProviderUnavailableError(provider=self.name)
        evidence = witness(self.name, self.verdict, "quote", started)
        return {n.domain: ApiAnswer(self.verdict, evidence) for n in names if n.label != "omitted"}

    def get_stats(self) -> dict[str, ProviderStats]:
        return {}

    async def aclose(self) -> None:
        self.closed = True


def test_a_further_checker_improves_what_is_open() -> None:
    async def scenario() -> None:
        registrar = Registrar()
        world = World(registrar)
        world.dns.said["taken.io"] = (NS, 0.02)

        verdicts = await world.check("taken.io", "brand.io", "omitted.io")

        assert registrar.asked == ["brand.io", "omitted.io"]
        assert verdicts["taken.io"].source == "dns"
        assert (verdicts["brand.io"].status, verdicts["brand.io"].source) == (
            Status.AVAILABLE,
            "registrar",
        )
        assert verdicts["omitted.io"].status is Status.LIKELY_AVAILABLE
        cached = (await world.check("brand.io"))["brand.io"]
        assert (cached.cached, cached.status) == (True, Status.AVAILABLE)

    run_virtually(scenario())


def test_a_failing_checker_leaves_what_was_known_and_the_next_one_goes_on() -> None:
    async def scenario() -> None:
        world = World(Registrar(fails=True), Registrar(ApiVerdict.QUOTED_PREMIUM))
        verdict = (await world.check("brand.com"))["brand.com"]

        assert verdict.status is Status.PREMIUM
        assert [item.source for item in verdict.evidence] == [
            "dns", "rdap:com.test", "registrar", "registrar",
        ]  # fmt: skip

    run_virtually(scenario())


def test_a_checker_without_an_opinion_changes_nothing() -> None:
    async def scenario() -> None:
        world = World(Registrar(ApiVerdict.NONE))
        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.source) == (Status.AVAILABLE, "rdap")
        assert verdict.price is not None
        assert verdict.price.registration == Decimal("11.08")

    run_virtually(scenario())


class Hanging(Registrar):
    """Overstays every deadline."""

    async def check(self, names: Sequence[DomainName], deadline: float) -> Mapping[str, ApiAnswer]:
        self.asked += [name.domain for name in names]
        await asyncio.sleep(deadline + 3_600)
        return {}


def test_a_hanging_checker_leaves_the_next_one_its_share() -> None:
    async def scenario() -> None:
        hanging, registrar = Hanging(), Registrar()
        world = World(hanging, registrar)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.source) == (Status.AVAILABLE, "registrar")
        assert verdict.evidence[-1].detail == "timeout"
        assert asyncio.get_running_loop().time() < 20

    run_virtually(scenario())


def test_further_checkers_keep_within_the_time_that_a_caller_allows() -> None:
    async def scenario() -> None:
        registrar = Registrar()
        world = World(registrar, Hanging())
        world.delay = 60.0
        asked = [name("brand.com"), name("brand.app")]

        verdicts = await world.availability.check(asked, 4.0)

        assert asyncio.get_running_loop().time() <= 4.5
        assert {verdict.source for verdict in verdicts.values()} == {"registrar"}

    run_virtually(scenario())


def test_checkers_are_closed_with_the_pipeline() -> None:
    async def scenario() -> None:
        registrar = Registrar()
        await World(registrar).availability.aclose()
        assert registrar.closed

    run_virtually(scenario())


def test_checkers_are_not_asked_without_a_network() -> None:
    async def scenario() -> None:
        registrar = Registrar()
        world = World(registrar)
        world.dns.said["brand.ws"] = (NO, 1.0)

        assert (await world.check("brand.ws"))["brand.ws"].reason is Reason.OFFLINE
        assert registrar.asked == []

    run_virtually(scenario())
