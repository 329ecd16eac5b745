"""Where requests to providers may go: hosts by name, and the network addresses behind them."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, Self

import httpx
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

_HTTPS_PORT = 443
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# `ipaddress` calls some of these global although they lead back into a network of ours.
_NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # protocol assignments, Teredo among them
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*", re.IGNORECASE)  # WHATWG URL, "ends in a number checker"
_HOST = re.compile(rb"[a-z0-9_.:-]+")  # names in ASCII, and numbers of both versions
_PUBLIC_IPV6 = ipaddress.ip_network("2000::/3")  # leaves out NAT64, mapped and compatible forms


class ForbiddenAddressError(Exception):
    """A URL or the address behind its host is one where we do not go."""


def is_public(address: str) -> bool:
    """Whether a numeric address is an ordinary one of the internet."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not found.is_global or found.is_multicast or found.is_reserved or found.is_unspecified:
        return False
    if any(found in network for network in _NOT_PUBLIC):
        return False
    return found.version == 4 or found in _PUBLIC_IPV6


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Hosts(Protocol):
    """Where requests may go; `loopback` also lets simulators on this machine be reached."""

    @property
    def loopback(self) -> bool:
        """Whether this machine is among them."""
        ...

    def allows(self, url: httpx.URL) -> bool:
        """Whether a request may go to this URL, as far as its text tells."""
        ...


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts of one provider as "host" or "host:port"; a star stands for any part of a name.

    Only https goes there. `loopback` also lets simulators on this machine be reached, by http and
    on any port.
    """

    names: tuple[str, ...]
    loopback: bool = False

    def allows(self, url: httpx.URL) -> bool:
        """Whether a request may go to this URL, as far as its text tells."""
        if url.userinfo or not _read_alike(url):
            return False
        if url.host in _LOOPBACK_HOSTS:
            return self.loopback and url.scheme in {"http", "https"}
        target = f"{url.host}:{url.port or _HTTPS_PORT}"
        return url.scheme == "https" and any(
            _pattern(name).fullmatch(target) for name in self.names
        )

    def including(self, base_url: str) -> Self:
        """With the host of an address that the operator has configured."""
        url = httpx.URL(base_url)
        return type(self)((*self.names, f"{url.host}:{url.port or _HTTPS_PORT}"), self.loopback)


@dataclass(frozen=True, slots=True)
class PublicHosts:
    """Any host of the internet, by https and on few ports, so that nobody scans others through us.

    What its name leads to is checked when it is resolved. `loopback` is that of `AllowedHosts`.
    """

    ports: frozenset[int] = frozenset({443, 8443})
    loopback: bool = False

    def allows(self, url: httpx.URL) -> bool:
        """Whether a request may go to this URL, as far as its text tells."""
        return self.problem(url) is None

    def problem(self, url: httpx.URL) -> str | None:
        """Why no request may go to this URL, for whoever gave it."""
        is_simulator = self.loopback and url.scheme == "http" and url.host in _LOOPBACK_HOSTS
        if url.scheme != "https" and not is_simulator:
            return "the address must begin with https://"
        if url.userinfo:
            return "the address may hold no user name or password"
        if not (_read_alike(url) and _HOST.fullmatch(url.raw_host)):
            return "the address has no host that is understood"
        if is_simulator:
            return None
        if not self._is_outside(url.host):
            return "the host must be a public one"
        if (url.port or _HTTPS_PORT) not in self.ports:
            return f"the port must be one of {sorted(self.ports)}"
        return None

    def _is_outside(self, host: str) -> bool:
        """Numbers are judged here, for they are not resolved; `0x7f.1` is a number to some."""
        labels = host.rstrip(".").split(".")
        if ":" in host or _NUMBER.fullmatch(labels[-1]):
            return is_public(host)
        return len(labels) > 1 and labels[-1] != "localhost"


def _read_alike(url: httpx.URL) -> bool:
    """Whether the library that connects finds the same host and port in the text."""
    try:
        other = yarl.URL(str(url))
    except ValueError:
        return False
    ports = {"https": 443, "http": 80}
    return other.host == url.host and other.port == (url.port or ports.get(url.scheme))


def _pattern(name: str) -> re.Pattern[str]:
    host, _, port = name.partition(":")
    parts = map(re.escape, host.split("*"))
    return re.compile(f"{'[a-z0-9.-]+'.join(parts)}:{port or _HTTPS_PORT}")


class CheckedResolver(AbstractResolver):
    """Resolves a host once and refuses it if any of its addresses is not public.

    The connector connects to exactly the addresses that it is given here, while the host's name
    stays in the request and in the TLS handshake.
    """

    def __init__(self, *, loopback: bool = False, lookup: AbstractResolver | None = None) -> None:
        self._loopback = loopback
        self._lookup = lookup or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses. Raises ForbiddenAddressError and OSError."""
        found = await self._lookup.resolve(host, port, family)
        if not found or not self._all_allowed(entry["host"] for entry in found):
            raise ForbiddenAddressError("the host leads to an address that is not public")
        return found

    def _all_allowed(self, addresses: Iterable[str]) -> bool:
        return all(
            is_public(address) or (self._loopback and _is_loopback(address))
            for address in addresses
        )

    async def close(self) -> None:
        """Let go of the look-up."""
        await self._lookup.close()
