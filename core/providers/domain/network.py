"""Opens the look-ups over the network; an HTTP client and a DNS library come with this module."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import httpx
from httpx_aiohttp import AiohttpTransport

from core.health_board import HealthBoard
from core.provider_chain import OnCall, unobserved
from core.providers.addresses import CheckedResolver
from core.providers.domain.aftermarket import AftermarketStage
from core.providers.domain.availability import Stages
from core.providers.domain.base import DomainChecker, LifeSigns, PriceSource, Status
from core.providers.domain.bootstrap import shipped_directory
from core.providers.domain.cloudflare import RATE as CLOUDFLARE_RATE
from core.providers.domain.cloudflare import CloudflareRegistrar
from core.providers.domain.dns import DnsStage
from core.providers.domain.limiter import Rate, shipped_rates
from core.providers.domain.porkbun import PorkbunPrices
from core.providers.domain.price_refresh import StoredPrices, refresh_prices
from core.providers.domain.rdap import RdapStage
from core.providers.domain.rdap_refresh import StoredDirectory
from core.providers.domain.vendor import Vendor, VendorAccess
from core.providers.domain.vendor_api import VendorApi
from core.providers.domain.vendor_checker import VendorChecker
from core.providers.domain.whoapi import RATE as WHOAPI_RATE
from core.providers.domain.whoapi import WhoApi
from core.providers.domain.whoisxml import RATE as WHOISXML_RATE
from core.providers.domain.whoisxml import WhoisXml
from core.providers.outbound import checked_session, tls_context
from core.snapshots import SnapshotStore

_OPEN = (Status.UNKNOWN, Status.LIKELY_AVAILABLE)
_MAY_BE_BOUGHT = (*_OPEN, Status.AVAILABLE)
_CHECKING: Mapping[str, tuple[Callable[[VendorAccess], Vendor], Rate, Collection[Status]]] = {
    "whoisxml": (WhoisXml, WHOISXML_RATE, _OPEN),
    "whoapi": (WhoApi, WHOAPI_RATE, _OPEN),
    "cloudflare": (CloudflareRegistrar, CLOUDFLARE_RATE, _MAY_BE_BOUGHT),
}
_APIS: tuple[type[VendorApi], ...] = (WhoisXml, WhoApi, CloudflareRegistrar, PorkbunPrices)


def open_stages(
    nameservers: Sequence[str], *, servers: SnapshotStore | None, aftermarket: bool = False
) -> Stages:
    """The look-ups of one event loop; a host without a network answers within two seconds.

    With a store of RDAP `servers` its list is used before the shipped one.
    """
    signs = LifeSigns()
    directory = StoredDirectory(servers) if servers else shipped_directory()
    return Stages(
        dns=DnsStage(nameservers, signs),
        rdap=RdapStage(_open_client(), directory, shipped_rates(), signs),
        signs=signs,
        aftermarket=AftermarketStage(nameservers) if aftermarket else None,
    )


def _open_client() -> httpx.AsyncClient:
    """A client for public addresses alone: a fetched list may name any host."""
    transport = AiohttpTransport(
        verify=tls_context(), client=lambda: checked_session(CheckedResolver())
    )
    return httpx.AsyncClient(transport=transport, trust_env=False)


def open_checkers(
    vendors: Iterable[VendorAccess],
    *,
    on_call: OnCall = unobserved,
    board: HealthBoard | None = None,
) -> list[DomainChecker]:
    """One for each vendor. Raises KeyError: there is no adapter for a provider."""
    checkers: list[DomainChecker] = []
    for access in vendors:
        adapter, rate, asks_about = _CHECKING[access.provider]
        checkers.append(
            VendorChecker(adapter(access), rate, asks_about, on_call=on_call, board=board)
        )
    return checkers


def open_prices(store: SnapshotStore) -> PriceSource:
    """The list that `fetch_prices` has stored."""
    return StoredPrices(store)


async def fetch_prices(access: VendorAccess, store: SnapshotStore) -> int:
    """Store Porkbun's list. Raises as `refresh_prices` does."""
    return await refresh_prices(PorkbunPrices(access), store)


def open_api(access: VendorAccess) -> VendorApi:
    """The adapter alone, for a probe."""
    return next(api for api in _APIS if api.name == access.provider)(access)
