"""The registries' RDAP servers kept up to date: IANA's list, fetched for all processes."""

from core.providers.addresses import AllowedHosts
from core.providers.domain.bootstrap import (
    RdapDirectory,
    RdapServer,
    listed_servers,
    shipped_directory,
)
from core.providers.outbound import Call, Outbound, failure
from core.snapshots import SnapshotStore, StoredCopy

SERVERS = "rdap servers"

_CALL_SECONDS = 10.0
_MAX_BODY_BYTES = 256 * 1024
_LEAST_SHARE = 0.9  # of the shipped suffixes: a list that lost more is not IANA's, or is broken


async def refresh_servers(url: str, store: SnapshotStore, *, loopback: bool = False) -> int:
    """Fetch, check and store the list; how many suffixes it has. Raises as adapters and stores do.

    What is stored is what was understood of it.
    """
    http = Outbound("iana", AllowedHosts((), loopback).including(url))
    try:
        reply = await http.ask(
            Call("GET", url, deadline_s=_CALL_SECONDS, max_bytes=_MAX_BODY_BYTES)
        )
    finally:
        await http.aclose()
    try:
        servers = listed_servers(reply.json())
    except (ValueError, KeyError, TypeError):
        raise failure(http.provider, "bad_payload", reason="shape") from None
    if len(servers) < _LEAST_SHARE * shipped_directory().listed:
        raise failure(http.provider, "bad_payload", reason="short")
    services = [[[suffix], [server.base]] for suffix, server in servers.items()]
    await store.put(SERVERS, {"services": services})
    return len(services)


class StoredDirectory:
    """The stored list, checked again, in front of the shipped ones."""

    def __init__(self, store: SnapshotStore) -> None:
        shipped = shipped_directory()
        self._stored = StoredCopy(store, SERVERS, shipped.behind, shipped)

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts that may be asked."""
        return self._directory.hosts

    def server_for(self, domain: str) -> RdapServer | None:
        """The server of the longest listed suffix of an ASCII domain."""
        return self._directory.server_for(domain)

    async def aclose(self) -> None:
        """Stop what runs in the running loop."""
        await self._stored.aclose()

    @property
    def _directory(self) -> RdapDirectory:
        return self._stored.current()
