"""The DNS stage: NS records of a name, and canaries that unmask wildcards and lying resolvers."""

import asyncio
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass

import dns.asyncquery
import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from core.providers.domain.base import DnsAnswer, DnsVerdict, DomainName, LifeSigns, witness
from core.providers.domain.nameserver import Nameserver, parse_nameserver

_BUDGET_SECONDS = 2.0
_ATTEMPT_SECONDS = 0.9
_ATTEMPTS = 2
_PARALLEL = 100
_CANARY_LETTERS = 24
_CANARY_SECONDS = 6 * 3600.0
_FAILED_CANARY_SECONDS = 60.0
_SILENCES_TO_PAUSE = 5
_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Probe:
    """A canary question under way or answered; `trusted` is None if nobody answered."""

    task: asyncio.Task[bool | None]
    asked_at: float

    def is_fresh(self, now: float) -> bool:
        if not self.task.done():
            return True
        failed = self.task.cancelled() or self.task.result() is None
        return now < self.asked_at + (_FAILED_CANARY_SECONDS if failed else _CANARY_SECONDS)


@dataclass(slots=True)
class _Health:
    """How a resolver does: one that stays silent five times in a row is left alone for a while."""

    silences: int = 0
    paused_until: float = 0.0

    def heard(self) -> None:
        self.silences = 0

    def silent(self, now: float) -> None:
        self.silences += 1
        if self.silences >= _SILENCES_TO_PAUSE:
            self.silences = 0
            self.paused_until = now + _PAUSE_SECONDS


class DnsStage:
    """Asks recursive resolvers. Belongs to one event loop."""

    def __init__(self, nameservers: Sequence[str], signs: LifeSigns) -> None:
        self._servers = [parse_nameserver(text) for text in nameservers]
        self._health = {server: _Health() for server in self._servers}
        self._signs = signs
        self._slots = asyncio.Semaphore(_PARALLEL)
        self._probes: dict[tuple[Nameserver, str], _Probe] = {}
        self._asked = 0

    async def look_up(self, name: DomainName) -> DnsAnswer:
        """The verdict for one name within two seconds; two resolvers take turns at going first."""
        started = asyncio.get_running_loop().time()
        verdict, detail = DnsVerdict.NONE, "timeout"
        try:
            async with asyncio.timeout(_BUDGET_SECONDS), self._slots:
                for server in self._order():
                    verdict, detail = await self._ask_checked(server, name)
                    if verdict is not DnsVerdict.NONE:
                        break
        except TimeoutError:
            verdict, detail = DnsVerdict.NONE, "timeout"
        return DnsAnswer(verdict, witness("dns", verdict, detail, started))

    async def aclose(self) -> None:
        """Stop the canaries that are still out."""
        for probe in self._probes.values():
            probe.task.cancel()
        await asyncio.gather(*(p.task for p in self._probes.values()), return_exceptions=True)

    def _order(self) -> list[Nameserver]:
        """The resolvers to try, rotated so that the load is shared; a lone one is asked twice."""
        self._asked += 1
        start = self._asked % len(self._servers)
        return ((self._servers[start:] + self._servers[:start]) * _ATTEMPTS)[:_ATTEMPTS]

    async def _ask_checked(self, server: Nameserver, name: DomainName) -> tuple[DnsVerdict, str]:
        """The resolver's verdict, if its canary for the suffix says that it can be believed."""
        canary = self._canary(server, name.tld)
        verdict, detail = await self._ask(server, name.domain)
        if verdict is DnsVerdict.NONE:
            return verdict, detail
        trusted = await asyncio.shield(canary)
        if trusted is None:
            return DnsVerdict.NONE, "canary_unanswered"
        return (verdict, detail) if trusted else (DnsVerdict.NONE, "wildcard_or_rewritten")

    def _canary(self, server: Nameserver, suffix: str) -> asyncio.Task[bool | None]:
        """One question per resolver and suffix for a name that cannot exist, every six hours."""
        now = asyncio.get_running_loop().time()
        probe = self._probes.get((server, suffix))
        if probe is None or not probe.is_fresh(now):
            probe = _Probe(asyncio.create_task(self._sing(server, suffix)), now)
            self._probes[server, suffix] = probe
        return probe.task

    async def _sing(self, server: Nameserver, suffix: str) -> bool | None:
        label = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_CANARY_LETTERS))
        verdict, _ = await self._ask(server, f"{label}.{suffix}")
        return None if verdict is DnsVerdict.NONE else verdict is DnsVerdict.NXDOMAIN

    async def _ask(self, server: Nameserver, domain: str) -> tuple[DnsVerdict, str]:
        """One question, over TCP if the answer does not fit. Absolute name: no search list."""
        loop, health = asyncio.get_running_loop(), self._health[server]
        if loop.time() < health.paused_until:
            return DnsVerdict.NONE, "resolver_paused"
        query = dns.message.make_query(f"{domain}.", dns.rdatatype.NS)
        try:
            async with asyncio.timeout(_ATTEMPT_SECONDS):
                response, _ = await dns.asyncquery.udp_with_fallback(
                    query, server.address, port=server.port,
                    ignore_unexpected=True, ignore_errors=True,
                )  # fmt: skip
        except (TimeoutError, dns.exception.Timeout):
            health.silent(loop.time())
            return DnsVerdict.NONE, "timeout"
        except (OSError, EOFError, dns.exception.DNSException):
            health.silent(loop.time())
            return DnsVerdict.NONE, "unreachable"
        health.heard()
        self._signs.heard()
        return _read(response, domain)


def _read(response: dns.message.Message, domain: str) -> tuple[DnsVerdict, str]:
    """Contract: only NS records that the name itself owns prove a delegation."""
    code = response.rcode()
    if code == dns.rcode.NXDOMAIN:
        return DnsVerdict.NXDOMAIN, "nxdomain"
    if code != dns.rcode.NOERROR:
        return DnsVerdict.NONE, dns.rcode.to_text(code).lower()
    owner = dns.name.from_text(f"{domain}.")
    found = response.get_rrset(response.answer, owner, dns.rdataclass.IN, dns.rdatatype.NS)
    return (DnsVerdict.DELEGATED, "ns") if found else (DnsVerdict.NODATA, "nodata")
