"""Opens the look-ups over the network; an HTTP client and a DNS library come with this module."""

from collections.abc import Sequence

import httpx
from httpx_aiohttp import AiohttpTransport

from core.providers.domain.availability import Stages
from core.providers.domain.base import LifeSigns
from core.providers.domain.bootstrap import shipped_directory
from core.providers.domain.dns import DnsStage
from core.providers.domain.limiter import shipped_rates
from core.providers.domain.rdap import RdapStage


def open_stages(nameservers: Sequence[str]) -> Stages:
    """The look-ups of one event loop; a host without a network answers within two seconds."""
    signs = LifeSigns()
    client = httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)
    return Stages(
        dns=DnsStage(nameservers, signs),
        rdap=RdapStage(client, shipped_directory(), shipped_rates(), signs),
        signs=signs,
    )
