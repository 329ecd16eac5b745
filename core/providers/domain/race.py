"""DNS and RDAP side by side for one name: whoever proves "taken" first ends the race."""

import asyncio

from core.providers.domain.base import (
    DnsAnswer,
    DnsLookup,
    DnsVerdict,
    DomainName,
    RdapAnswer,
    RdapLookup,
    RdapVerdict,
)

_NO_RECORD = frozenset({RdapVerdict.NOT_FOUND, RdapVerdict.NOT_FOUND_LOW_TRUST})


class Race:
    """What came in so far stays in `dns` and `rdap`, also when `run` is cut off."""

    def __init__(self, dns: DnsLookup, rdap: RdapLookup, name: DomainName, deadline: float) -> None:
        self.dns: DnsAnswer | None = None
        self.rdap: RdapAnswer | None = None
        self._dns = dns
        self._rdap = rdap
        self._name = name
        self._deadline = deadline

    async def run(self, head_start: float) -> None:
        """Ask DNS, and RDAP too unless DNS says "taken" within `head_start` seconds."""
        dns = asyncio.create_task(self._ask_dns())
        rdap: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({dns}, timeout=head_start)
            if not self._is_settled():
                rdap = asyncio.create_task(self._ask_rdap())
                await self._until_settled({dns, rdap})
            if self._is_conflict():
                await self._ask_dns()
        finally:
            await _end(dns, rdap)

    async def _ask_dns(self) -> None:
        self.dns = await self._dns.look_up(self._name)

    async def _ask_rdap(self) -> None:
        self.rdap = await self._rdap.look_up(self._name, self._deadline)

    async def _until_settled(self, pending: set[asyncio.Task[None]]) -> None:
        while pending and not self._is_settled():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()

    def _is_settled(self) -> bool:
        return self._is_delegated() or (
            self.rdap is not None and self.rdap.verdict is RdapVerdict.REGISTERED
        )

    def _is_delegated(self) -> bool:
        return self.dns is not None and self.dns.verdict is DnsVerdict.DELEGATED

    def _is_conflict(self) -> bool:
        """NS records, yet no record at the registry: worth a second look at the former."""
        return self._is_delegated() and self.rdap is not None and self.rdap.verdict in _NO_RECORD


async def _end(*tasks: asyncio.Task[None] | None) -> None:
    """Cancel what still runs and wait until it has let go."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
