"""Which RDAP server is authoritative for a name: the shipped IANA excerpt and an override map."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import orjson

DATA = Path(__file__).parent / "data"

_SUFFIX = re.compile(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){0,3}", re.IGNORECASE)
# A public name and a plain path, so that no entry can lead to an address of ours: neither a number
# in any spelling, nor a port, nor somebody's user name.
_BASE = re.compile(
    r"https://([a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}(/[a-z0-9._~/-]{0,200})?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RdapServer:
    """A base address ending in `/`. Only IANA's entries are `trusted` to say "no record"."""

    base: str
    trusted: bool = True

    @property
    def host(self) -> str:
        """Host name in lower case: limits are kept per host, not per TLD."""
        return (urlsplit(self.base).hostname or "").lower()


class RdapServers(Protocol):
    """Knows whom to ask."""

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts that may be asked."""
        ...

    def server_for(self, domain: str) -> RdapServer | None:
        """The server of the longest listed suffix of an ASCII domain."""
        ...

    async def aclose(self) -> None:
        """Stop what runs in the running loop."""
        ...


class RdapDirectory:
    """Maps suffixes to servers; longest match wins, as RFC 9224 section 4 asks."""

    def __init__(self, servers: Mapping[str, RdapServer]) -> None:
        self._servers = {suffix.lower(): server for suffix, server in servers.items()}
        self.hosts = frozenset(server.host for server in self._servers.values())

    @classmethod
    def from_documents(cls, bootstrap: bytes, overrides: bytes = b"{}") -> "RdapDirectory":
        """Read IANA's `dns.json` and our override map; http-only services are left out.

        Raises:
            ValueError, KeyError, TypeError: a document does not have the expected shape.
        """
        servers = _overridden(orjson.loads(overrides))
        return cls(servers | listed_servers(orjson.loads(bootstrap)))

    def behind(self, document: Mapping[str, Any]) -> Self:  # Any: foreign JSON
        """These servers where a younger document of IANA's shape lists none. Raises as above."""
        return type(self)(self._servers | listed_servers(document))

    @property
    def listed(self) -> int:
        """How many suffixes have a server of IANA's list."""
        return sum(server.trusted for server in self._servers.values())

    def server_for(self, domain: str) -> RdapServer | None:
        """The server of the longest listed suffix of an ASCII domain."""
        suffix = domain
        while suffix:
            if server := self._servers.get(suffix):
                return server
            suffix = suffix.partition(".")[2]
        return None

    async def aclose(self) -> None:
        """Nothing is open."""


@cache
def shipped_directory() -> RdapDirectory:
    """The snapshot in `data/`."""
    return RdapDirectory.from_documents(
        (DATA / "rdap_bootstrap.json").read_bytes(), (DATA / "rdap_overrides.json").read_bytes()
    )


def listed_servers(document: Mapping[str, Any]) -> dict[str, RdapServer]:  # Any: foreign JSON
    """The servers by suffix in a document of IANA's shape; those without https are left out.

    Raises ValueError, KeyError and TypeError.
    """
    servers = {}
    for suffixes, urls in document["services"]:
        if not all(_SUFFIX.fullmatch(suffix) for suffix in suffixes):
            raise ValueError("not a list of suffixes")
        base = next((url for url in urls if _BASE.fullmatch(url)), None)
        if base is not None:
            server = RdapServer(base if base.endswith("/") else f"{base}/")
            servers.update({suffix.lower(): server for suffix in suffixes})
    return servers


def _overridden(document: dict[str, Any]) -> dict[str, RdapServer]:  # Any: foreign JSON
    return {
        suffix: RdapServer(base, trusted=False)
        for suffix, base in document.get("servers", {}).items()
    }
