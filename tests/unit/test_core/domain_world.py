"""A domain pipeline over scripted DNS and an in-memory registry, on a clock that jumps."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import orjson

from core.providers.domain.availability import DomainAvailability, Stages
from core.providers.domain.base import (
    DnsAnswer,
    DnsVerdict,
    DomainChecker,
    DomainName,
    DomainVerdict,
    LifeSigns,
    witness,
)
from core.providers.domain.bootstrap import RdapDirectory, RdapServer
from core.providers.domain.limiter import Rate, Rates
from core.providers.domain.normalise import parse_domain
from core.providers.domain.rdap import RdapStage
from tests.simulators.rdap_server import record

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
