"""The contract's acceptance list, row by row, through the service and real sockets."""

import asyncio
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from core.providers.domain.availability import DomainAvailability, Stages
from core.providers.domain.base import LifeSigns
from core.providers.domain.bootstrap import shipped_directory
from core.providers.domain.dns import DnsStage
from core.providers.domain.limiter import shipped_rates
from core.providers.domain.rdap import RdapStage
from services.domain_service import DomainService
from tests.integration.test_domains.conftest import World, build
from tests.simulators.dns_server import DnsServer, Mode
from tests.simulators.rdap_server import (
    HTML,
    RdapSimulator,
    Send,
    hang,
    record,
    registered,
    reply,
    throttled,
)


async def test_1_ns_records_mean_taken_without_another_call(world: World) -> None:
    world.dns.names["brand.com"] = Mode.DELEGATED

    result = await world.check("brand.com")

    assert (result["status"], result["confidence"], result["source"]) == ("taken", 0.99, "dns")
    assert result["pricing"] is None
    assert world.rdap.log == []


async def test_2_nothing_anywhere_is_available_at_the_list_price(world: World) -> None:
    result = await world.check("brand.com")

    assert (result["status"], result["detail"]) == ("available", "available")
    assert (result["confidence"], result["source"], result["note"]) == (
        0.95,
        "rdap",
        "unregistered",
    )
    assert [item["verdict"] for item in result["evidence"]] == ["nxdomain", "not_found"]


async def test_3_redemption_is_taken(world: World) -> None:
    world.rdap.script("brand.com", registered("redemption period", "pending delete"))

    result = await world.check("brand.com")

    assert (result["status"], result["lifecycle"]) == ("taken", "redemption")
    assert (result["expires_on"], result["registrar"]) == ("2027-03-01", "Example Registrar")


async def test_4_throttled_for_long_is_only_likely_available(world: World) -> None:
    world.rdap.script("brand.com", throttled("3600"))

    result = await world.check("brand.com")

    assert (result["status"], result["detail"]) == ("unknown", "likely_available")
    assert (result["domain_available"], result["reason"]) == (None, "rate_limited")
    assert world.rdap.asked("brand.com") == 1


@pytest.mark.parametrize("tld", ["io", "co", "me"])
async def test_5_no_record_at_an_unlisted_host_is_only_likely_available(
    world: World, tld: str
) -> None:
    result = await world.check(f"brand.{tld}")

    assert (result["status"], result["detail"]) == ("unknown", "likely_available")
    assert result["confidence"] == 0.88


async def test_6_ns_records_go_before_a_missing_record(dns: DnsServer, rdap: RdapSimulator) -> None:
    """RDAP is asked because DNS is slower than its head start, as with shipped patience."""
    service = shipped_patience(dns, rdap)
    dns.names["brand.com"] = Mode.DELEGATED
    dns.delays["brand.com"] = 0.6

    (result,) = await service.check_batch(["brand.com"])

    assert (result["status"], result["note"], result["confidence"]) == ("taken", "conflict", 0.8)
    await service.aclose()


@pytest.mark.parametrize("answer", [reply(200, record("other.com")), reply(200, HTML, "text/html")])
@pytest.mark.parametrize(
    ("mode", "status", "detail"),
    [
        (Mode.NXDOMAIN, "unknown", "likely_available"),
        (Mode.SERVFAIL, "unknown", "unknown"),
        (Mode.DELEGATED, "taken", "taken"),
    ],
)
async def test_7_a_wrong_record_leaves_the_verdict_to_dns(
    world: World, answer: Send, mode: Mode, status: str, detail: str
) -> None:
    world.rdap.script("brand.com", answer)
    world.dns.names["brand.com"] = mode

    result = await world.check("brand.com")

    assert (result["status"], result["detail"]) == (status, detail)


async def test_8_a_lying_suffix_is_left_to_rdap(world: World) -> None:
    world.dns.zones["com"] = Mode.DELEGATED

    result = await world.check("brand.com")

    assert (result["detail"], result["confidence"]) == ("likely_available", 0.85)
    assert world.rdap.asked("brand.com") == 1


async def test_8_a_lying_suffix_without_rdap_is_unknown(world: World) -> None:
    world.dns.zones["ws"] = Mode.DELEGATED

    result = await world.check("brand.ws")

    assert (result["status"], result["reason"]) == ("unknown", "no_source")


async def test_13_inputs(world: World) -> None:
    results = await world.service.check_batch(
        ["Bücher.COM", "brand.co.uk", "a.b.com", "ab--cd.com", "x.notatld"]
    )

    assert [(r["domain"], r["status"], r["reason"]) for r in results] == [
        ("xn--bcher-kva.com", "available", None),
        ("brand.co.uk", "available", None),
        ("a.b.com", "invalid", "not_registrable"),
        ("ab--cd.com", "invalid", "bad_label"),
        ("x.notatld", "invalid", "unknown_tld"),
    ]
    assert sorted(world.rdap.domains) == ["brand.co.uk", "xn--bcher-kva.com"]


async def test_14_a_large_batch_with_time_outs_comes_back_whole(world: World) -> None:
    names = [f"brand{i}" for i in range(200)]
    for i in range(0, 200, 20):
        world.dns.names[f"brand{i}.com"] = Mode.TIMEOUT

    found = await world.service.check_names(names, ["com"])

    assert list(found) == names
    details = [found[name][0]["detail"] for name in names]
    assert details.count("available") == 190
    assert details.count("likely_available") == 10


async def test_16_twenty_clients_at_once_cause_one_call_each_way(world: World) -> None:
    world.dns.delays["brand.com"] = 0.1

    results = await asyncio.gather(*(world.check("brand.com") for _ in range(20)))

    assert {result["status"] for result in results} == {"available"}
    assert (world.dns.asked("brand.com"), world.rdap.asked("brand.com")) == (1, 1)


async def test_17_without_a_network_every_item_is_unknown_and_says_so() -> None:
    """The shipped resolvers and registries; the network of tests ends at this machine."""

    def open_stages() -> Stages:
        signs = LifeSigns()
        client = httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)
        return Stages(
            DnsStage(["1.1.1.1", "8.8.8.8"], signs),
            RdapStage(client, shipped_directory(), shipped_rates(), signs),
            signs,
        )

    service = DomainService(checker=DomainAvailability(open_stages))

    results = await service.check_batch([f"brand{i}" for i in range(8)])

    assert len(results) == 48
    assert {(r["status"], r["detail"], r["reason"]) for r in results} == {
        ("unknown", "unknown", "offline")
    }
    await service.aclose()


async def test_17_a_network_that_swallows_everything(dns: DnsServer, rdap: RdapSimulator) -> None:
    dns.mode = Mode.TIMEOUT
    rdap.default = hang()
    service = shipped_patience(dns, rdap)

    results = await service.check_batch(["brand"], ["com", "app", "dev", "net"])

    assert {(r["status"], r["reason"]) for r in results} == {("unknown", "offline")}
    await service.aclose()


async def test_18_no_log_line_names_what_was_asked(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.rdap.script("brand.com", reply(500), registered())

    await world.check("brand.com")

    assert world.rdap.asked("brand.com") == 2
    assert not [line for line in caplog.messages if "brand.com" in line]


async def test_a_second_question_is_answered_from_memory(world: World) -> None:
    first = await world.check("brand.com")
    second = await world.check("BRAND.com.")

    assert second == {**first, "cached": True}
    assert (world.dns.asked("brand.com"), world.rdap.asked("brand.com")) == (1, 1)


def shipped_patience(dns: DnsServer, rdap: RdapSimulator) -> DomainService:
    """The service with the head start and the silence limit that ship."""
    return build([dns.address], rdap, AiohttpTransport, patience=None)


@pytest.fixture(autouse=True)
async def no_task_is_left_behind() -> AsyncIterator[None]:
    """Every look-up that a test started has ended with it."""
    before = asyncio.all_tasks()
    yield
    left = [t for t in asyncio.all_tasks() - before if "core/providers" in repr(t.get_coro())]
    assert not left
