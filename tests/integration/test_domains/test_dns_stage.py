"""The DNS stage against a server that answers, refuses, lies or stays silent."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.providers.domain.base import DnsVerdict, LifeSigns
from core.providers.domain.dns import DnsStage
from core.providers.domain.nameserver import Nameserver, parse_nameserver
from tests.integration.test_domains.conftest import name, now
from tests.simulators.dns_server import DnsServer, Mode

BRAND = name("brand.com")


@pytest.fixture
async def second() -> AsyncIterator[DnsServer]:
    async with DnsServer() as server:
        yield server


async def ask(*servers: DnsServer, domain: str = "brand.com") -> tuple[DnsVerdict, str]:
    stage = DnsStage([server.address for server in servers], LifeSigns())
    answer = await stage.look_up(name(domain))
    await stage.aclose()
    assert answer.evidence.source == "dns"
    return answer.verdict, answer.evidence.detail


@pytest.mark.parametrize(
    ("mode", "verdict", "detail"),
    [
        (Mode.DELEGATED, DnsVerdict.DELEGATED, "ns"),
        (Mode.TRUNCATED, DnsVerdict.DELEGATED, "ns"),
        (Mode.NXDOMAIN, DnsVerdict.NXDOMAIN, "nxdomain"),
        (Mode.NODATA, DnsVerdict.NODATA, "nodata"),
        (Mode.PARENT_NS, DnsVerdict.NODATA, "nodata"),
        (Mode.SERVFAIL, DnsVerdict.NONE, "servfail"),
        (Mode.REFUSED, DnsVerdict.NONE, "refused"),
        (Mode.GARBAGE, DnsVerdict.NONE, "timeout"),
    ],
)
async def test_verdicts(dns: DnsServer, mode: Mode, verdict: DnsVerdict, detail: str) -> None:
    dns.names["brand.com"] = mode

    assert await ask(dns) == (verdict, detail)


@pytest.mark.parametrize("lie", [Mode.DELEGATED, Mode.NODATA])
async def test_a_wildcard_suffix_gives_no_verdict_but_the_others_do(
    dns: DnsServer, lie: Mode
) -> None:
    dns.zones["ws"] = lie
    dns.names["taken.com"] = Mode.DELEGATED
    stage = DnsStage([dns.address], LifeSigns())

    wildcard = await stage.look_up(name("brand.ws"))
    honest = await stage.look_up(name("taken.com"))

    assert (wildcard.verdict, wildcard.evidence.detail) == (
        DnsVerdict.NONE,
        "wildcard_or_rewritten",
    )
    assert honest.verdict is DnsVerdict.DELEGATED


async def test_a_resolver_that_rewrites_everything_is_passed_over_for_an_honest_one(
    dns: DnsServer, second: DnsServer
) -> None:
    second.mode = Mode.DELEGATED

    assert await ask(dns, second) == (DnsVerdict.NXDOMAIN, "nxdomain")
    assert second.asked("brand.com") == 1


@pytest.mark.parametrize("trouble", [Mode.SERVFAIL, Mode.TIMEOUT])
async def test_the_other_resolver_is_asked_when_one_has_trouble(
    dns: DnsServer, second: DnsServer, trouble: Mode
) -> None:
    second.mode = trouble
    dns.names["brand.com"] = Mode.DELEGATED

    assert await ask(dns, second) == (DnsVerdict.DELEGATED, "ns")


async def test_one_canary_for_each_suffix_serves_many_names(dns: DnsServer) -> None:
    stage = DnsStage([dns.address], LifeSigns())
    names = [name(f"brand{i}.{tld}") for i in range(20) for tld in ("com", "co.uk")]

    await asyncio.gather(*(stage.look_up(item) for item in names))
    await stage.look_up(name("later.com"))

    canaries = [asked for asked in dns.log if not asked.startswith(("brand", "later"))]
    assert sorted(asked.partition(".")[2] for asked in canaries) == ["co.uk", "com"]
    assert all(len(asked.partition(".")[0]) == 24 for asked in canaries)
    assert len(dns.log) == 43


async def test_an_unanswered_canary_is_not_believed_for_six_hours(dns: DnsServer) -> None:
    dns.mode = Mode.TIMEOUT
    dns.names["brand.com"] = Mode.DELEGATED

    assert await ask(dns) == (DnsVerdict.NONE, "canary_unanswered")


async def test_both_resolvers_are_tried_once_when_all_is_silent(
    dns: DnsServer, second: DnsServer
) -> None:
    dns.mode = second.mode = Mode.TIMEOUT
    signs = LifeSigns()
    stage = DnsStage([dns.address, second.address], signs)
    started = now()

    answer = await stage.look_up(BRAND)

    assert (answer.verdict, answer.evidence.detail) == (DnsVerdict.NONE, "timeout")
    assert dns.asked("brand.com") == second.asked("brand.com") == 1
    assert not signs.since(started)
    await stage.aclose()


async def test_a_resolver_that_stays_silent_is_left_alone(dns: DnsServer) -> None:
    dns.mode = Mode.TIMEOUT
    stage = DnsStage([dns.address], LifeSigns())
    await asyncio.gather(*(stage.look_up(name(f"brand{i}.com")) for i in range(5)))
    asked = len(dns.log)

    answer = await stage.look_up(BRAND)

    assert (answer.verdict, answer.evidence.detail) == (DnsVerdict.NONE, "resolver_paused")
    assert len(dns.log) == asked
    await stage.aclose()


async def test_names_are_asked_as_they_stand_and_only_for_ns(dns: DnsServer) -> None:
    await ask(dns, domain="bücher.co.uk")

    assert dns.asked("xn--bcher-kva.co.uk") == 1
    assert not [asked for asked in dns.log if asked.startswith("www.")]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("1.1.1.1", Nameserver("1.1.1.1", 53)),
        ("127.0.0.1:5353", Nameserver("127.0.0.1", 5353)),
        ("2606:4700:4700::1111", Nameserver("2606:4700:4700::1111", 53)),
        ("[::1]:5353", Nameserver("::1", 5353)),
        ("[::1]", Nameserver("::1", 53)),
    ],
)
def test_name_server_settings(text: str, server: Nameserver) -> None:
    assert parse_nameserver(text) == server


@pytest.mark.parametrize("text", ["", "dns.google", "1.1.1.1:https", "300.1.1.1"])
def test_bad_name_server_settings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_nameserver(text)
