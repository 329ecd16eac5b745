"""Who sent a request, as far as it can be known behind proxies."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

UNKNOWN = "unknown"


def parse_networks(trusted: Iterable[str]) -> tuple[Network, ...]:
    """Addresses or networks of trusted proxies. Raises ValueError."""
    return tuple(ipaddress.ip_network(entry, strict=False) for entry in trusted)


def client_group(scope: Scope, trusted: tuple[Network, ...]) -> str:
    """Who is counted together: one IPv4 address, or one IPv6 /64.

    X-Forwarded-For is believed only from trusted proxies, from right to left, up to the first
    address that is not one of them.
    """
    peer = scope["client"][0] if scope.get("client") else UNKNOWN
    hops = ",".join(Headers(scope=scope).getlist("x-forwarded-for")) if trusted else ""
    return _group_of(peer, hops, trusted)


@lru_cache(maxsize=4096)
def _group_of(peer: str, hops: str, trusted: tuple[Network, ...]) -> str:
    address = _address(peer)
    for hop in reversed([hop.strip() for hop in hops.split(",") if hop.strip()]):
        if address is None or not any(address in network for network in trusted):
            break
        address = _address(hop)
    return UNKNOWN if address is None else _group(address)


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _group(address: Address) -> str:
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
