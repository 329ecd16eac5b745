"""The pipeline on a clock that jumps: order of stages, deadlines, sharing, caching, checkers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import httpx
import orjson
import pytest

from core.exceptions import ProviderUnavailableError
from core.providers.domain.availability import DomainAvailability, Stages
from core.providers.domain.base import (
    ApiAnswer,
    ApiVerdict,
    DnsAnswer,
    DnsVerdict,
    DomainChecker,
    DomainName,
    DomainVerdict,
    LifeSigns,
    Reason,
    Status,
    witness,
)
from core.providers.domain.bootstrap import RdapDirectory, RdapServer
from core.providers.domain.limiter import Rate, Rates
from core.providers.domain.normalise import parse_domain
from core.providers.domain.rdap import RdapStage
from tests.simulators.rdap_server import record
from tests.simulators.virtual_time import run_virtually

START = datetime(2026, 11, 22, tzinfo=UTC)
SERVERS = {
    "com": RdapServer("https://com.test/"),
    "io": RdapServer("https://io.test/", trusted=False),
    "app": RdapServer("https://google.test/"),
    "dev": RdapServer("https://google.test/"),
}
NX, NS, NO = DnsVerdict.NXDOMAIN, DnsVerdict.DELEGATED, DnsVerdict.NONE


def name(text: str) -> DomainName:
    parsed = parse_domain(text)
    assert isinstance(parsed, DomainName)
    return parsed


@dataclass
class ScriptedDns:
    """Answers after a delay, as told; NXDOMAIN within 20 ms for the rest."""

    signs: LifeSigns
    said: dict[str, tuple[DnsVerdict, float]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    async def look_up(self, name: DomainName) -> DnsAnswer:
        self.log.append(name.domain)
        started = asyncio.get_running_loop().time()
        verdict, delay = self.said.get(name.domain, (NX, 0.02))
        await asyncio.sleep(delay)
        if verdict is not NO:
            self.signs.heard()
        return DnsAnswer(verdict, witness("dns", verdict, "scripted", started))

    async def aclose(self) -> None:
        """Nothing is open."""


Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]


class World:
    """A pipeline over scripted DNS and an in-memory registry; everything asked is logged."""

    def __init__(self, *checkers: DomainChecker, rates: Rates | None = None) -> None:
        self.signs = LifeSigns()
        self.dns = ScriptedDns(self.signs)
        self.replies: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.requests: list[tuple[float, str]] = []
        self.delay = 0.2
        self.skipped = timedelta()
        self.rates = rates or Rates({}, Rate(0.0, 6), Rate(0.0, 6))
        self.availability = DomainAvailability(self.open_stages, checkers, now=self.now)

    def now(self) -> datetime:
        """The calendar follows the loop's clock."""
        elapsed = timedelta(seconds=asyncio.get_running_loop().time())
        return START + elapsed + self.skipped

    def open_stages(self) -> Stages:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        rdap = RdapStage(client, RdapDirectory(SERVERS), self.rates, self.signs)
        return Stages(self.dns, rdap, self.signs)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        domain = request.url.path.rpartition("/")[2]
        self.requests.append((asyncio.get_running_loop().time(), domain))
        await asyncio.sleep(self.delay)
        script = self.replies.get(domain, [(404, {})])
        status, headers = script.pop(0) if len(script) > 1 else script[0]
        body = orjson.dumps(record(domain)) if status == 200 else b""
        return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))

    async def check(self, *domains: str) -> dict[str, DomainVerdict]:
        return await self.availability.check([name(domain) for domain in domains])

    def request_times(self) -> list[float]:
        return [at for at, _ in self.requests]

    def asked(self, domain: str) -> int:
        return sum(1 for _, asked in self.requests if asked == domain)


def test_few_names_ask_rdap_beside_a_slow_dns_and_stop_when_ns_records_come() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 30.0
        world.dns.said["brand.com"] = (NS, 0.4)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert verdict.status is Status.TAKEN
        assert world.request_times() == pytest.approx([0.15])
        assert asyncio.get_running_loop().time() == pytest.approx(0.4)

    run_virtually(scenario())


def test_rdap_follows_at_once_when_dns_found_nothing() -> None:
    async def scenario() -> None:
        world = World()
        await world.check("brand.com")

        assert world.request_times() == pytest.approx([0.02])

    run_virtually(scenario())


def test_ns_records_against_no_record_are_checked_again() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NS, 0.5)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.note) == (Status.TAKEN, "conflict")
        assert verdict.confidence == 0.80
        assert world.dns.log == ["brand.com", "brand.com"]

    run_virtually(scenario())


def test_a_record_settles_it_without_waiting_for_dns() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NX, 1.9)
        world.replies["brand.com"] = [(200, {})]

        assert (await world.check("brand.com"))["brand.com"].status is Status.TAKEN
        assert asyncio.get_running_loop().time() == pytest.approx(0.35)

    run_virtually(scenario())


def test_throttled_with_retry_after_is_asked_once_more_when_it_says() -> None:
    async def scenario() -> None:
        world = World()
        world.replies["brand.com"] = [(429, {"Retry-After": "2"}), (404, {})]

        assert (await world.check("brand.com"))["brand.com"].status is Status.AVAILABLE
        first, second = world.request_times()
        assert second - first >= 2.0

    run_virtually(scenario())


@pytest.mark.parametrize(
    ("replies", "requests"),
    [
        ([(429, {"Retry-After": "2"})], 2),
        ([(429, {"Retry-After": "60"})], 1),
        ([(429, {})], 2),
    ],
)
def test_throttled_for_good_is_likely_available(
    replies: list[tuple[int, dict[str, str]]], requests: int
) -> None:
    async def scenario() -> None:
        world = World()
        world.replies["brand.com"] = replies

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.reason) == (Status.LIKELY_AVAILABLE, Reason.RATE_LIMITED)
        assert world.asked("brand.com") == requests
        assert asyncio.get_running_loop().time() < 8.0

    run_virtually(scenario())


def test_thirty_names_at_the_strict_host_go_out_one_a_second() -> None:
    async def scenario() -> None:
        world = World(rates=Rates({"google.test": Rate(1.0, 1)}))
        domains = [f"brand{i}.{tld}" for i in range(15) for tld in ("app", "dev")]

        verdicts = await world.check(*domains)

        times = world.request_times()
        assert all(later - sooner >= 0.999 for sooner, later in pairwise(times))
        assert 7 <= len(times) <= 9
        statuses = [verdicts[domain].status for domain in domains]
        assert statuses.count(Status.AVAILABLE) >= 7
        assert set(statuses) == {Status.AVAILABLE, Status.LIKELY_AVAILABLE}
        assert asyncio.get_running_loop().time() <= 8.0

    run_virtually(scenario())


def test_two_hundred_names_with_time_outs_all_come_back_by_name() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 1.0
        domains = [f"brand{i}.com" for i in range(200)]
        for domain in domains[::20]:
            world.dns.said[domain] = (NO, 60.0)

        verdicts = await world.check(*domains)

        assert list(verdicts) == domains
        assert all(verdict.name.domain == domain for domain, verdict in verdicts.items())
        assert asyncio.get_running_loop().time() <= 8.5

    run_virtually(scenario())


def test_at_the_deadline_what_is_known_counts() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3.98  # two calls outlast the deadline whatever the pause between them
        world.replies = {"a.com": [(500, {})], "b.io": [(500, {})]}
        world.dns.said["b.io"] = (NO, 2.0)

        verdicts = await world.check("a.com", "b.io")

        assert asyncio.get_running_loop().time() == pytest.approx(8.0)
        assert (verdicts["a.com"].status, verdicts["a.com"].reason) == (
            Status.LIKELY_AVAILABLE,
            Reason.DEADLINE,
        )
        assert (verdicts["b.io"].status, verdicts["b.io"].reason) == (
            Status.UNKNOWN,
            Reason.DEADLINE,
        )

    run_virtually(scenario())


def test_a_hanging_registry_costs_two_calls_of_four_seconds_at_most() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3_600.0

        verdict = (await world.check("brand.com"))["brand.com"]

        assert verdict.status is Status.LIKELY_AVAILABLE
        assert len(world.requests) == 2
        assert asyncio.get_running_loop().time() <= 8.0

    run_virtually(scenario())


def test_silence_everywhere_is_offline_within_two_seconds() -> None:
    async def scenario() -> None:
        world = World()
        world.delay = 3_600.0
        domains = [f"brand{i}.com" for i in range(50)]
        world.dns.said = dict.fromkeys(domains, (NO, 3_600.0))

        verdicts = await world.check(*domains)

        assert {(v.status, v.reason) for v in verdicts.values()} == {
            (Status.UNKNOWN, Reason.OFFLINE)
        }
        assert asyncio.get_running_loop().time() < 2.0

    run_virtually(scenario())


def test_a_silent_dns_beside_a_speaking_registry_is_not_offline() -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said["brand.com"] = (NO, 2.0)

        verdict = (await world.check("brand.com"))["brand.com"]

        assert (verdict.status, verdict.confidence) == (Status.LIKELY_AVAILABLE, 0.85)

    run_virtually(scenario())


def test_twenty_clients_at_once_cause_one_call() -> None:
    async def scenario() -> None:
        world = World()
        answers = await asyncio.gather(*(world.check("brand.com") for _ in range(20)))

        assert {answer["brand.com"].status for answer in answers} == {Status.AVAILABLE}
        assert (world.dns.log, world.asked("brand.com")) == (["brand.com"], 1)

    run_virtually(scenario())


def test_a_client_that_leaves_does_not_take_the_others_answer_along() -> None:
    async def scenario() -> None:
        world = World()
        leaving = asyncio.create_task(world.check("brand.com"))
        staying = asyncio.create_task(world.check("brand.com"))
        await asyncio.sleep(0.1)
        leaving.cancel()

        assert (await staying)["brand.com"].status is Status.AVAILABLE
        assert world.asked("brand.com") == 1

    run_virtually(scenario())


@pytest.mark.parametrize(
    ("domain", "dns", "seconds"),
    [
        ("brand.com", NS, 24 * 3600),
        ("brand.com", NX, 600),
        ("brand.io", NX, 300),
        ("brand.ws", NO, 60),
    ],
)
def test_verdicts_are_kept_for_their_time_and_no_longer(
    domain: str, dns: DnsVerdict, seconds: int
) -> None:
    async def scenario() -> None:
        world = World()
        world.dns.said[domain] = (dns, 0.02)
        first = (await world.check(domain))[domain]
        world.skipped = timedelta(seconds=seconds - 1)
        kept = (await world.check(domain))[domain]
        world.skipped = timedelta(seconds=seconds + 1)
        again = (await world.check(domain))[domain]

        assert (first.cached, kept.cached, again.cached) == (False, True, False)
        assert kept.checked_at == first.checked_at
        assert world.dns.log == [domain, domain]

    run_virtually(scenario())


class Registrar:
    """A further checker: quotes every name that it is asked about, except those it omits."""

    name = "registrar"

    def __init__(self, verdict: ApiVerdict = ApiVerdict.QUOTED, *, fails: bool = False) -> None:
        self.verdict = verdict
        self.fails = fails
        self.asked: list[str] = []

    def wants(self, verdict: DomainVerdict) -> bool:
        return verdict.status is not Status.TAKEN

    async def check(self, names: Sequence[DomainName]) -> Mapping[str, ApiAnswer]:
        started = asyncio.get_running_loop().time()
        self.asked += [name.domain for name in names]
        if self.fails:
            raise ProviderUnavailableError(provider=self.name)
        evidence = witness(self.name, self.verdict, "quote", started)
        return {n.domain: ApiAnswer(self.verdict, evidence) for n in names if n.label != "omitted"}


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


def test_checkers_are_not_asked_without_a_network() -> None:
    async def scenario() -> None:
        registrar = Registrar()
        world = World(registrar)
        world.dns.said["brand.ws"] = (NO, 1.0)

        assert (await world.check("brand.ws"))["brand.ws"].reason is Reason.OFFLINE
        assert registrar.asked == []

    run_virtually(scenario())


def test_several_loops_one_after_another() -> None:
    world = World()

    assert run_virtually(world.check("a.com"))["a.com"].status is Status.AVAILABLE
    assert run_virtually(world.check("b.com"))["b.com"].status is Status.AVAILABLE


def test_nothing_asked_is_nothing_answered() -> None:
    assert run_virtually(World().check()) == {}
