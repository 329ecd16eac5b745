"""A DNS server on a loopback port, over UDP and TCP, that answers or misbehaves as told."""

import asyncio
from enum import StrEnum
from typing import Self

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset


class Mode(StrEnum):
    """How the server treats a question."""

    DELEGATED = "delegated"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TRUNCATED = "truncated"  # delegated, but the answer needs TCP
    PARENT_NS = "parent_ns"  # NS records that belong to another name
    GARBAGE = "garbage"


_HOSTS = ["ns1.host.test.", "ns2.host.test."]
_RCODES = {
    Mode.NXDOMAIN: dns.rcode.NXDOMAIN,
    Mode.SERVFAIL: dns.rcode.SERVFAIL,
    Mode.REFUSED: dns.rcode.REFUSED,
}


class DnsServer:
    """An async context manager. `names` go before `zones` (whole suffixes), those before `mode`.

    Answers take `delay` seconds, those for names in `delays` as long as it says there.
    `texts` are TXT records by name, `hosts` the name servers of delegated names.
    `log` holds every question's name, without the final dot, in order of arrival.
    """

    def __init__(self, mode: Mode = Mode.NXDOMAIN) -> None:
        self.mode = mode
        self.names: dict[str, Mode] = {}
        self.zones: dict[str, Mode] = {}
        self.delay = 0.0
        self.delays: dict[str, float] = {}
        self.texts: dict[str, list[str]] = {}
        self.hosts: dict[str, list[str]] = {}
        self.log: list[str] = []
        self.port = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._tcp: asyncio.Server | None = None
        self._late: set[asyncio.TimerHandle] = set()

    @property
    def address(self) -> str:
        """As a setting of name servers holds it."""
        return f"127.0.0.1:{self.port}"

    def asked(self, name: str) -> int:
        """How often a name was asked for."""
        return self.log.count(name)

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._serve_tcp, "127.0.0.1", 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: _Udp(self), ("127.0.0.1", self.port)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        for handle in self._late:
            handle.cancel()
        if self._transport and self._tcp:
            self._transport.close()
            self._tcp.close()
            await self._tcp.wait_closed()

    def answer_udp(self, wire: bytes, peer: tuple[str, int]) -> None:
        """Answer one datagram, now or after the name's delay."""
        query = dns.message.from_wire(wire)
        name = _name(query)
        self.log.append(name)
        reply = self._reply(query, self._mode_of(name), over_tcp=False)
        if reply is None or self._transport is None:
            return
        delay = self.delays.get(name, self.delay)
        self._late.add(
            asyncio.get_running_loop().call_later(delay, self._transport.sendto, reply, peer)
        )

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        query = dns.message.from_wire(await reader.readexactly(length))
        reply = self._reply(query, self._mode_of(_name(query)), over_tcp=True)
        if reply is not None:
            writer.write(len(reply).to_bytes(2, "big") + reply)
            await writer.drain()
        writer.close()
        await writer.wait_closed()

    def _mode_of(self, name: str) -> Mode:
        if name in self.names:
            return self.names[name]
        return self.zones.get(name.partition(".")[2], self.mode)

    def _reply(self, query: dns.message.Message, mode: Mode, *, over_tcp: bool) -> bytes | None:
        if mode is Mode.TIMEOUT:
            return None
        if mode is Mode.GARBAGE:
            return b"\x00\x01garbage"
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        response.set_rcode(_RCODES.get(mode, dns.rcode.NOERROR))
        owner = query.question[0].name
        if (texts := self.texts.get(_name(query))) is not None:
            response.set_rcode(dns.rcode.NOERROR)
            response.answer.append(dns.rrset.from_text_list(owner, 300, "IN", "TXT", texts))
        elif mode is Mode.TRUNCATED and not over_tcp:
            response.flags |= dns.flags.TC
        elif mode in {Mode.DELEGATED, Mode.TRUNCATED}:
            response.answer.append(_ns(owner, self.hosts.get(_name(query), _HOSTS)))
        elif mode is Mode.PARENT_NS:
            response.answer.append(_ns(owner.parent(), _HOSTS))
        return response.to_wire()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.answer_udp(data, addr)


def _name(query: dns.message.Message) -> str:
    return query.question[0].name.to_text(omit_final_dot=True).lower()


def _ns(owner: dns.name.Name, hosts: list[str]) -> dns.rrset.RRset:
    return dns.rrset.from_text_list(owner, 300, "IN", "NS", hosts)
