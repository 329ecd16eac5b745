"""Opens the look-ups over the network; an HTTP client and a DNS library come with this module."""

from collections.abc import Callable, Sequence

import httpx
from httpx_aiohttp import AiohttpTransport

from core.provider_chain import OnCall, unobserved
from core.providers.domain.aftermarket import AftermarketStage
from core.providers.domain.availability import Stages
from core.providers.domain.base import DomainChecker, LifeSigns, PriceSource, Status
from core.providers.domain.bootstrap import shipped_directory
from core.providers.domain.cloudflare import RATE as CLOUDFLARE_RATE
from core.providers.domain.cloudflare import CloudflareRegistrar
from core.providers.domain.dns import DnsStage
from core.providers.domain.limiter import Rate, shipped_rates
from core.providers.domain.porkbun import PorkbunPrices
from core.providers.domain.price_refresh import RefreshedPrices
from core.providers.domain.rdap import RdapStage
from core.providers.domain.vendor import Vendor, VendorAccess
from core.providers.domain.vendor_checker import VendorChecker
from core.providers.domain.whoapi import RATE as WHOAPI_RATE
from core.providers.domain.whoapi import WhoApi
from core.providers.domain.whoisxml import RATE as WHOISXML_RATE
from core.providers.domain.whoisxml import WhoisXml

_OPEN = (Status.UNKNOWN, Status.LIKELY_AVAILABLE)
_MAY_BE_BOUGHT = (*_OPEN, Status.AVAILABLE)
_AVAILABILITY: dict[str, tuple[Callable[[VendorAccess], Vendor], Rate]] = {
    "whoisxml": (WhoisXml, WHOISXML_RATE),
    "whoapi": (WhoApi, WHOAPI_RATE),
}
_REGISTRARS: dict[str, tuple[Callable[[VendorAccess], Vendor], Rate]] = {
    "cloudflare": (CloudflareRegistrar, CLOUDFLARE_RATE),
}


def open_stages(nameservers: Sequence[str], *, aftermarket: bool = False) -> Stages:
    """The look-ups of one event loop; a host without a network answers within two seconds."""
    signs = LifeSigns()
    client = httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)
    return Stages(
        dns=DnsStage(nameservers, signs),
        rdap=RdapStage(client, shipped_directory(), shipped_rates(), signs),
        signs=signs,
        aftermarket=AftermarketStage(nameservers) if aftermarket else None,
    )


def open_checkers(
    registrar: VendorAccess | None,
    vendors: Sequence[VendorAccess],
    *,
    on_call: OnCall = unobserved,
) -> list[DomainChecker]:
    """The registrar first: its quotes cost nothing and settle what credits would be spent on.

    Raises KeyError: there is no adapter for a provider.
    """
    checkers: list[DomainChecker] = []
    if registrar is not None:
        sells, pace = _REGISTRARS[registrar.provider]
        checkers.append(VendorChecker(sells(registrar), pace, _MAY_BE_BOUGHT, on_call=on_call))
    for access in vendors:
        adapter, rate = _AVAILABILITY[access.provider]
        checkers.append(VendorChecker(adapter(access), rate, _OPEN, on_call=on_call))
    return checkers


def open_prices(url: str | None = None) -> PriceSource:
    """Porkbun's list, refreshed daily."""
    return RefreshedPrices(PorkbunPrices(url))
