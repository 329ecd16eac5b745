"""What is said of the services for domains: from free calls, and never with a credit spent."""

import json
from collections.abc import AsyncIterator, Callable
from itertools import product

import pytest
from pydantic import SecretStr

from config.settings import Settings
from core.exceptions import ProviderUnavailableError
from core.providers.domain.vendor import VendorAccess
from core.providers.domain.whoisxml import WhoisXml
from core.providers.probe import probe_vendor
from services.container import Container
from services.settings_check import PartReport, is_degraded
from tests.simulators import registrar, whoapi, whoisxml
from tests.simulators.http_server import HttpSimulator
from tests.simulators.world import ProviderWorld

KEYS = {"whoisxml": whoisxml.KEY, "whoapi": whoapi.KEY, "cloudflare": registrar.KEY}
ALL = ["DNS", "RDAP", "cloudflare", "whoisxml", "whoapi"]
SHIPPED = "the list that the service came with"


@pytest.fixture
async def world() -> AsyncIterator[ProviderWorld]:
    async with ProviderWorld() as world:
        yield world


@pytest.fixture
def simulator(world: ProviderWorld) -> Callable[[str], HttpSimulator]:
    return lambda name: world.providers[f"domain {name}"]


@pytest.fixture
def settings(
    world: ProviderWorld,
    make_settings: Callable[..., Settings],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Settings]:
    def made(**variables: str) -> Settings:
        for variable, value in (world.variables | variables).items():
            monkeypatch.setenv(variable, value)
        return make_settings()

    return made


async def checked(settings: Settings) -> tuple[PartReport, PartReport]:
    """What is said of domains and of their prices."""
    container = Container(settings)
    try:
        found = {report["part"]: report for report in await container.health.check()}
    finally:
        await container.aclose()
    assert not [key for key in KEYS.values() if key in json.dumps(found)]
    return found["domains"], found["domain prices"]


def states(report: PartReport) -> dict[str, str | None]:
    return {source["name"]: source["state"] for source in report["configured"]}


async def test_every_service_is_asked_for_what_it_gives_for_free(
    settings: Callable[..., Settings], simulator: Callable[[str], HttpSimulator]
) -> None:
    domains, prices = await checked(settings())

    assert states(domains) == dict.fromkeys(ALL, "reachable") | {"RDAP": None}
    assert domains["using"] == ", ".join(ALL)
    assert states(prices) == {"porkbun": "reachable"}
    assert prices["using"] == "porkbun"
    assert not is_degraded([domains, prices])
    asked = {name: [seen.path for seen in simulator(name).seen] for name in (*KEYS, "porkbun")}
    assert asked == {
        "whoisxml": [whoisxml.BALANCE],
        "whoapi": [],
        "cloudflare": [f"/accounts/{registrar.ACCOUNT}/registrar/domain-check"],
        "porkbun": ["/api/json/v3/pricing/get"],
    }
    assert simulator("porkbun").seen[0].query == {"tlds": "com"}


async def test_what_is_down_is_said_so_with_what_is_used_instead(
    settings: Callable[..., Settings], simulator: Callable[[str], HttpSimulator]
) -> None:
    for name in (*KEYS, "porkbun"):
        await simulator(name).__aexit__(None, None, None)
    domains, prices = await checked(settings())

    assert states(domains) == dict.fromkeys(KEYS, "not reachable") | {
        "DNS": "reachable",
        "RDAP": None,
    }
    assert domains["using"] == "DNS, RDAP"
    assert (states(prices), prices["using"]) == ({"porkbun": "not reachable"}, SHIPPED)
    assert is_degraded([domains])
    assert is_degraded([prices])


async def test_a_refused_key_is_said_so_where_asking_is_free(
    settings: Callable[..., Settings],
) -> None:
    wrong = {"DOMAIN_API_1_KEY": "x", "DOMAIN_API_2_KEY": "x", "DOMAIN_REGISTRAR_KEY": "x"}
    domains, _ = await checked(settings(**wrong))

    found = states(domains)
    assert (found["whoisxml"], found["cloudflare"]) == ("key refused", "key refused")
    assert found["whoapi"] == "reachable", "a request would have cost something"
    assert domains["using"] == "DNS, RDAP, whoapi"


async def test_without_services_only_what_needs_no_key_is_named(
    make_settings: Callable[..., Settings], world: ProviderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DNS_NAMESERVERS", json.dumps(["127.0.0.1:1", world.dns.address]))
    monkeypatch.setenv("DOMAIN_AFTERMARKET", "true")
    domains, prices = await checked(make_settings())

    assert states(domains) == {
        "DNS": "reachable",
        "RDAP": None,
        "aftermarket offers": "not reachable",  # asked of the first resolver alone
    }
    assert (prices["configured"], prices["using"]) == ([], SHIPPED)


@pytest.mark.parametrize(
    ("provider", "mode", "state"),
    [
        ("cloudflare", "401", "key refused"),
        ("cloudflare", "403", "key refused"),
        ("porkbun", "403", "not reachable"),  # there is no key that it could mean
        *product(("cloudflare", "porkbun"), ("402", "429"), ("reachable",)),
        *product(("cloudflare", "porkbun"), ("500", "hang", "html"), ("not reachable",)),
    ],
)
async def test_any_answer_of_the_vendors_own_shows_that_it_is_there(
    simulator: Callable[[str], HttpSimulator], monkeypatch: pytest.MonkeyPatch, provider: str,
    mode: str, state: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("core.providers.probe.PROBE_TIMEOUT_S", 0.5)
    service = simulator(provider)
    service.modes.append(mode)

    assert await probe_vendor(_access(service, provider)) == state


async def test_used_up_credits_are_told_from_a_bad_key(
    simulator: Callable[[str], HttpSimulator],
) -> None:
    service = simulator("whoisxml")
    access = _access(service, "whoisxml")
    service.modes.append("restricted")
    api = WhoisXml(access)
    with pytest.raises(ProviderUnavailableError) as refused:
        await api.ask(["brand.com"])
    await api.aclose()

    assert refused.value.context["kind"] == "auth"
    assert await probe_vendor(access) == "reachable"


@pytest.mark.parametrize(("mode", "state"), [("404", "reachable"), ("html", "not reachable")])
async def test_an_address_of_ones_own_needs_no_balance(
    simulator: Callable[[str], HttpSimulator], mode: str, state: str
) -> None:
    service = simulator("whoisxml")
    service.modes.append(mode)

    assert await probe_vendor(_access(service, "whoisxml")) == state


def _access(service: HttpSimulator, provider: str) -> VendorAccess:
    key = SecretStr(KEYS[provider]) if provider in KEYS else None
    return VendorAccess(provider, key, service.url, registrar.ACCOUNT, loopback=True)
