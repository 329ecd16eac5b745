"""Which RDAP server is authoritative for a name: the shipped IANA excerpt and an override map."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class RdapServer:
    """A base address ending in `/`. Only IANA's entries are `trusted` to say "no record"."""

    base: str
    trusted: bool = True

    @property
    def host(self) -> str:
        """Host name in lower case: limits are kept per host, not per TLD."""
        return (urlsplit(self.base).hostname or "").lower()


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
        servers = dict(_overridden(orjson.loads(overrides)))
        servers.update(_listed(orjson.loads(bootstrap)))
        return cls(servers)

    def server_for(self, domain: str) -> RdapServer | None:
        """The server of the longest listed suffix of an ASCII domain."""
        suffix = domain
        while suffix:
            if server := self._servers.get(suffix):
                return server
            suffix = suffix.partition(".")[2]
        return None


@cache
def shipped_directory() -> RdapDirectory:
    """The snapshot in `data/`."""
    return RdapDirectory.from_documents(
        (DATA / "rdap_bootstrap.json").read_bytes(), (DATA / "rdap_overrides.json").read_bytes()
    )


def _listed(document: dict[str, Any]) -> dict[str, RdapServer]:  # Any: foreign JSON
    servers = {}
    for suffixes, urls in document["services"]:
        base = next((url for url in urls if url.lower().startswith("https://")), None)
        if base is not None:
            server = RdapServer(base if base.endswith("/") else f"{base}/")
            servers.update({suffix.lower(): server for suffix in suffixes})
    return servers


def _overridden(document: dict[str, Any]) -> dict[str, RdapServer]:  # Any: foreign JSON
    return {
        suffix: RdapServer(base, trusted=False)
        for suffix, base in document.get("servers", {}).items()
    }
