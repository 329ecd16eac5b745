"""An RDAP server on a loopback port that answers, or misbehaves, as told for each domain."""

import asyncio
import gzip
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

Send = Callable[[asyncio.StreamWriter, str], Awaitable[None]]
HTML = "<!DOCTYPE html><title>Domain search</title><h1>Not what you want</h1>"
_REASONS = {200: "OK", 404: "Not Found", 429: "Too Many Requests"}


def record(domain: str, *statuses: str, **members: object) -> dict[str, object]:
    """A domain object of RFC 9083 with the given EPP statuses and further members."""
    return {
        "objectClassName": "domain",
        "ldhName": domain.upper(),
        "status": list(statuses or ("active",)),
        "events": [{"eventAction": "expiration", "eventDate": "2027-03-01T00:00:00Z"}],
        "entities": [
            {
                "objectClassName": "entity",
                "roles": ["registrar"],
                "vcardArray": ["vcard", [["fn", {}, "text", "Example Registrar"]]],
            }
        ],
    } | members


def reply(
    status: int,
    body: object = b"",
    content_type: str = "application/rdap+json",
    headers: Mapping[str, str] | None = None,
) -> Send:
    """A complete response; a dictionary becomes JSON."""
    content = body if isinstance(body, bytes) else _encoded(body)
    fields = {"Content-Type": content_type, "Content-Length": str(len(content))} | dict(
        headers or {}
    )

    async def send(writer: asyncio.StreamWriter, _: str) -> None:
        await _write(writer, _head(status, fields) + content)

    return send


def registered(*statuses: str) -> Send:
    """200 with the record of whichever name was asked."""

    async def send(writer: asyncio.StreamWriter, domain: str) -> None:
        await reply(200, record(domain, *statuses))(writer, domain)

    return send


def not_found() -> Send:
    """404 with an RDAP error object."""
    return reply(404, {"errorCode": 404, "title": "Not Found"})


def throttled(retry_after: str | None = None) -> Send:
    """429, with or without `Retry-After`."""
    return reply(429, headers={"Retry-After": retry_after} if retry_after else {})


def redirect(location: str, status: int = 302) -> Send:
    """A redirect; `{domain}` in the location stands for the asked name."""

    async def send(writer: asyncio.StreamWriter, domain: str) -> None:
        await reply(status, headers={"Location": location.format(domain=domain)})(writer, domain)

    return send


def gzip_bomb(megabytes: int = 64) -> Send:
    """A small packed body that unpacks to many megabytes."""
    packed = gzip.compress(b" " * (megabytes << 20))
    return reply(200, packed, headers={"Content-Encoding": "gzip"})


def huge_body(megabytes: int = 8) -> Send:
    """A long body of unknown length."""

    async def send(writer: asyncio.StreamWriter, _: str) -> None:
        head = {"Content-Type": "application/rdap+json", "Connection": "close"}
        writer.write(_head(200, head))
        for _sent in range(megabytes * 16):
            await _write(writer, b" " * 65_536)

    return send


def hang() -> Send:
    """Accept the request and never answer."""

    async def send(_: asyncio.StreamWriter, __: str) -> None:
        await asyncio.sleep(3600)

    return send


def drip(every: float = 0.05) -> Send:
    """One byte at a time, for ever: no single read ever times out."""

    async def send(writer: asyncio.StreamWriter, _: str) -> None:
        writer.write(_head(200, {"Content-Type": "application/rdap+json", "Connection": "close"}))
        while True:
            await _write(writer, b" ")
            await asyncio.sleep(every)

    return send


def cut_off() -> Send:
    """Close the connection in the middle of the body."""

    async def send(writer: asyncio.StreamWriter, _: str) -> None:
        await _write(writer, _head(200, {"Content-Length": "1000"}) + b"{")

    return send


@dataclass
class RdapSimulator:
    """An async context manager. A list of behaviours is used up one by one; its last one stays.

    `log` holds (loop time, domain) of every request, `headers` those of the last one.
    """

    default: Send = field(default_factory=not_found)
    log: list[tuple[float, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    port: int = 0

    def __post_init__(self) -> None:
        self._scripts: dict[str, list[Send]] = defaultdict(lambda: [self.default])
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def base(self) -> str:
        """The base address, as a bootstrap entry has it."""
        return f"http://127.0.0.1:{self.port}/rdap/"

    def script(self, domain: str, *sends: Send) -> None:
        """What to do when asked for `domain`."""
        self._scripts[domain] = list(sends)

    def asked(self, domain: str) -> int:
        """How often a domain was asked for."""
        return sum(1 for _, name in self.log if name == domain)

    @property
    def domains(self) -> Sequence[str]:
        """Every domain asked for, in order."""
        return [name for _, name in self.log]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection keeps the misbehaviours apart."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.split("\r\n")
            domain = request.split(" ")[1].rpartition("/")[2]
            self.headers = {
                name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
            }
            self.log.append((asyncio.get_running_loop().time(), domain))
            await self._next(domain)(writer, domain)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def _next(self, domain: str) -> Send:
        script = self._scripts[domain]
        return script.pop(0) if len(script) > 1 else script[0]


def _encoded(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Status')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if "Connection" not in headers:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _write(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()
