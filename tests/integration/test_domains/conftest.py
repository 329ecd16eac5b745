"""A DNS server, an RDAP server and a domain service that knows no other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport
from loguru import logger

from core.providers.domain.aftermarket import AftermarketStage
from core.providers.domain.availability import DomainAvailability, Patience, Stages
from core.providers.domain.base import DomainChecker, DomainName, LifeSigns
from core.providers.domain.bootstrap import RdapDirectory, RdapServer
from core.providers.domain.dns import DnsStage
from core.providers.domain.limiter import Rate, Rates
from core.providers.domain.normalise import parse_domain, suffix_rules
from core.providers.domain.rdap import RdapStage
from services.domain_service import DomainResult, DomainService
from tests.integration.test_domains.vendor_world import assert_no_secret
from tests.simulators.dns_server import DnsServer
from tests.simulators.rdap_server import RdapSimulator

UNHURRIED = Rates({}, Rate(0.0, 8), Rate(0.0, 8))
LOOPBACK = frozenset({"127.0.0.1"})

Transport = Callable[[], httpx.AsyncBaseTransport]


def name(text: str) -> DomainName:
    """A registrable name."""
    parsed = parse_domain(text)
    assert isinstance(parsed, DomainName)
    return parsed


def directory(rdap: RdapSimulator) -> RdapDirectory:
    """As shipped, but with the simulator behind every suffix; `io`, `co`, `me` are overrides."""
    listed = {tld: RdapServer(rdap.base) for tld in ("com", "net", "app", "dev", "uk")}
    overrides = {tld: RdapServer(rdap.base, trusted=False) for tld in ("io", "co", "me")}
    return RdapDirectory(listed | overrides)


@dataclass
class World:
    """The simulators and the service over them."""

    dns: DnsServer
    rdap: RdapSimulator
    service: DomainService

    async def check(self, domain: str) -> DomainResult:
        """The result for one domain."""
        (result,) = await self.service.check_batch([domain])
        return result


@pytest.fixture(scope="session", autouse=True)
def suffixes() -> None:
    """Read the suffix list before any clock runs."""
    suffix_rules()


@pytest.fixture
async def dns() -> AsyncIterator[DnsServer]:
    async with DnsServer() as server:
        yield server


@pytest.fixture
async def rdap() -> AsyncIterator[RdapSimulator]:
    async with RdapSimulator() as server:
        yield server


@pytest.fixture(params=[httpx.AsyncHTTPTransport, AiohttpTransport], ids=["httpx", "aiohttp"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """Either transport that the client may use; without TLS the certificates need no loading."""
    return partial(request.param, verify=False)


@pytest.fixture
async def stage(rdap: RdapSimulator, transport: Transport) -> AsyncIterator[RdapStage]:
    client = httpx.AsyncClient(transport=transport())
    stage = RdapStage(client, directory(rdap), UNHURRIED, LifeSigns(), http_hosts=LOOPBACK)
    yield stage
    await stage.aclose()


# A head start that no busy machine outlasts keeps the order of the stages certain.
UNRUSHED = Patience(head_start_few=1.5, head_start_many=1.5)


def build(
    nameservers: Sequence[str],
    rdap: RdapSimulator,
    transport: Transport,
    patience: Patience | None = UNRUSHED,
    checkers: Sequence[DomainChecker] = (),
    *,
    aftermarket: bool = False,
) -> DomainService:
    """The service as the container builds it, on loopback."""

    def open_stages() -> Stages:
        signs = LifeSigns()
        client = httpx.AsyncClient(transport=transport())
        return Stages(
            DnsStage(nameservers, signs),
            RdapStage(client, directory(rdap), UNHURRIED, signs, http_hosts=LOOPBACK),
            signs,
            aftermarket=AftermarketStage(nameservers) if aftermarket else None,
        )

    return DomainService(checker=DomainAvailability(open_stages, checkers, patience=patience))


@pytest.fixture
async def world(dns: DnsServer, rdap: RdapSimulator, transport: Transport) -> AsyncIterator[World]:
    service = build([dns.address], rdap, transport)
    yield World(dns, rdap, service)
    await service.aclose()


def now() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What a test opens is closed after it."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def key_is_never_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever happens, and even if somebody turns the libraries' own logs up to everything."""
    caplog.set_level(logging.DEBUG)
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level=0, format="{message} {extra}")
    yield
    logger.remove(sink)
    assert_no_secret(*caplog.messages, *lines)
