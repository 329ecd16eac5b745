"""Who sent a request, as far as it can be known behind proxies."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from starlette.types import Scope

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

UNKNOWN = "unknown"


class Client(NamedTuple):
    """Who asks: the address, and the group that is counted together."""

    address: str | None
    group: str


class Clients:
    """Who asks; counted together are one IPv4 address, or one IPv6 /64.

    X-Forwarded-For is believed only from trusted proxies, from right to left, up to the first
    address that is not one of them. Raises ValueError for what is no address or network.
    """

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        self._trusted = tuple(ipaddress.ip_network(each, strict=False) for each in trusted_proxies)
        self._known = lru_cache(maxsize=4096)(self._client_of)

    def of(self, scope: Scope) -> Client:
        """A request's client."""
        peer = scope["client"][0] if scope.get("client") else UNKNOWN
        return self._known(peer, _forwarded(scope) if self._trusted else "")

    def _client_of(self, peer: str, hops: str) -> Client:
        address = _address(peer)
        for hop in reversed([hop.strip() for hop in hops.split(",") if hop.strip()]):
            if address is None or not any(address in network for network in self._trusted):
                break
            address = _address(hop)
        if address is None:
            return Client(None, UNKNOWN)
        text = str(address)
        return Client(text, text if address.version == 4 else _network(address))


def _forwarded(scope: Scope) -> str:
    values = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return b",".join(values).decode("latin-1")


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _network(address: Address) -> str:
    return str(ipaddress.ip_network((address, 64), strict=False))
