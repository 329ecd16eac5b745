"""The RDAP stage: ask the authoritative server, politely, within a deadline."""

import asyncio
import logging
import secrets
from collections.abc import Collection

import httpx

from core.providers.addresses import ForbiddenAddressError
from core.providers.domain.base import (
    DomainName,
    LifeSigns,
    RdapAnswer,
    RdapVerdict,
    witness,
)
from core.providers.domain.bootstrap import RdapServer, RdapServers
from core.providers.domain.limiter import (
    REFUSED_SECONDS,
    HostBusyError,
    HostClosedError,
    HostGate,
    HostGates,
    Rates,
)
from core.providers.domain.rdap_answer import Reading, read_reply
from core.providers.domain.rdap_http import Reply, fetch
from core.providers.replies import TRANSPORT_ERRORS, UnusableReplyError

_CALL_SECONDS = 4.0
_PARALLEL = 24
_ATTEMPTS = 2
_MAX_JITTER = 0.5
_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_REFUSED = frozenset({401, 403})
_RANDOM = secrets.SystemRandom()


class RdapStage:
    """Asks registries. Belongs to one event loop and owns the client that it is given.

    `http_hosts` may be asked without TLS; it is empty outside of tests. `call_seconds` bounds one
    request from its start to the last byte of the body.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        directory: RdapServers,
        rates: Rates,
        signs: LifeSigns,
        *,
        http_hosts: Collection[str] = frozenset(),
        call_seconds: float = _CALL_SECONDS,
    ) -> None:
        for library in ("httpx", "httpcore"):  # they write whole addresses at INFO and DEBUG
            logging.getLogger(library).setLevel(logging.WARNING)
        self._client = client
        self._directory = directory
        self._gates = HostGates(rates)
        self._signs = signs
        self._http_hosts = frozenset(http_hosts)
        self._call_seconds = call_seconds
        self._slots = asyncio.Semaphore(_PARALLEL)

    async def look_up(self, name: DomainName, deadline: float) -> RdapAnswer:
        """The registry's record of one name; failures are answers too."""
        started = asyncio.get_running_loop().time()
        server = self._directory.server_for(name.domain)
        if server is None:
            reading = Reading(RdapVerdict.NO_SERVER, "no_rdap_for_tld")
        else:
            reading = await self._ask(server, name.domain, deadline)
        source = f"rdap:{server.host}" if server else "rdap"
        evidence = witness(source, reading.verdict, reading.detail, started)
        return RdapAnswer(
            reading.verdict, evidence, reading.lifecycle, reading.expires_on, reading.registrar
        )

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._directory.aclose()
        await self._client.aclose()

    async def _ask(self, server: RdapServer, domain: str, deadline: float) -> Reading:
        """Up to two attempts; the second only after a throttle or an outage that may pass."""
        gate = self._gates.of(server)
        reading = Reading(RdapVerdict.RATE_LIMITED, "own_pace")
        for attempt in range(_ATTEMPTS):
            try:
                async with gate.turn(deadline), self._slots:
                    reading, may_retry = await self._attempt(server, domain, gate)
            except HostBusyError:
                return reading
            except HostClosedError:
                return Reading(RdapVerdict.FAILED, "host_paused")
            if not may_retry:
                break
            if reading.verdict is RdapVerdict.FAILED and attempt + 1 < _ATTEMPTS:
                await asyncio.sleep(_RANDOM.uniform(0.0, _MAX_JITTER))
        return reading

    async def _attempt(
        self, server: RdapServer, domain: str, gate: HostGate
    ) -> tuple[Reading, bool]:
        """One request: its reading, and whether another try could help."""
        try:
            async with asyncio.timeout(self._call_seconds):
                reply = await fetch(self._client, f"{server.base}domain/{domain}", self._may_visit)
        except (httpx.ConnectTimeout, httpx.ConnectError):
            gate.unreached()
            return Reading(RdapVerdict.FAILED, "unreachable"), False
        except (TimeoutError, httpx.TimeoutException):
            gate.failed()
            return Reading(RdapVerdict.FAILED, "timeout"), True
        except ForbiddenAddressError:
            gate.unreached()
            return Reading(RdapVerdict.FAILED, "address_not_allowed"), False
        except UnusableReplyError as exc:
            self._signs.heard()
            return Reading(RdapVerdict.FAILED, str(exc).replace(" ", "_")), False
        except TRANSPORT_ERRORS:
            return Reading(RdapVerdict.FAILED, "connection_failed"), True
        self._signs.heard()
        return _judge(reply, server, domain, gate)

    def _may_visit(self, url: httpx.URL) -> bool:
        """Only hosts of the directory, over https on its own port."""
        if url.host in self._http_hosts:
            return url.scheme in {"http", "https"}
        is_plain = url.scheme == "https" and url.port is None and not url.userinfo
        return is_plain and url.host in self._directory.hosts


def _judge(reply: Reply, server: RdapServer, domain: str, gate: HostGate) -> tuple[Reading, bool]:
    if reply.status == 429:
        gate.throttled(reply.retry_after)
        return Reading(RdapVerdict.RATE_LIMITED, "http_429"), True
    if reply.status in _TRANSIENT:
        gate.failed()
        return Reading(RdapVerdict.FAILED, f"http_{reply.status}"), True
    if reply.status in _REFUSED:
        gate.close(REFUSED_SECONDS)
        return Reading(RdapVerdict.FAILED, f"http_{reply.status}"), False
    gate.succeeded()
    return read_reply(reply, domain, trusted=server.trusted), False
