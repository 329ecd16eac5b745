"""What the adapters of all domain vendors share: address, key, limits, what a status means."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

import httpx

from core.providers.addresses import AllowedHosts
from core.providers.base import FailureKind
from core.providers.domain.vendor import VendorAccess
from core.providers.outbound import Call, Outbound, Reply, bearer, kind_of_status

CALL_SECONDS = 10.0
_MAX_BODY_BYTES = 256 * 1024
_TELLING = frozenset({400, 401, 402, 403, 408, 422, 429})


def get_call(url: str, query: Mapping[str, str]) -> Call:
    """A GET with parameters that anybody may see."""
    return Call("GET", str(httpx.URL(url, params=query)))


class VendorApi(ABC):
    """One vendor's API. A subclass says where it is, and translates.

    The key, if there is one, is the parameter `key_parameter` of the query, or else a bearer token.
    `hint_s` is how long to leave a vendor alone that limits the rate and does not say for how long.
    """

    name: str
    default_url: ClassVar[str]
    other_hosts: ClassVar[tuple[str, ...]] = ()
    key_parameter: ClassVar[str | None] = None
    hint_s: ClassVar[float | None] = None

    def __init__(self, access: VendorAccess, *, call_seconds: float = CALL_SECONDS) -> None:
        self._access = access
        self._call_seconds = call_seconds
        self._base = (access.url or self.default_url).rstrip("/")
        hosts = AllowedHosts(self.other_hosts, access.loopback).including(self._base)
        self._http = Outbound(self.name, hosts, hint_s=self.hint_s)

    @abstractmethod
    async def probe(self) -> None:
        """Find out whether the vendor is there, and whether our key is accepted if that is free.

        Raises ProviderUnavailableError and ProviderRejectedError.
        """

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._http.aclose()

    async def _get(self, path: str, query: Mapping[str, str]) -> Reply:
        return await self._ask(get_call(self._base + path, query))

    async def _ask(self, call: Call) -> Reply:
        """The reply to a call that succeeded. Raises as `probe` does."""
        return await self._http.ask(self._complete(call), lambda reply: self._kind(reply.status))

    def _complete(self, call: Call) -> Call:
        """With the key and the limits."""
        key, parameter = self._access.key, self.key_parameter
        return replace(
            call,
            headers={} if parameter or not key else bearer(key),
            sealed={parameter: key} if parameter and key else {},
            deadline_s=self._call_seconds,
            max_bytes=_MAX_BODY_BYTES,
        )

    def _kind(self, status: int) -> FailureKind:
        """What a failure means; what no vendor documents has been answered by somebody else."""
        return kind_of_status(status) if status in _TELLING or status >= 500 else "bad_payload"
