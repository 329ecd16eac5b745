"""A stand-in for a PostgreSQL pooler, in front of a real server: session or transaction mode.

In transaction mode a client has a server connection only while its transaction runs, and the next
transaction goes to the connection that has rested longest. So whatever a client leaves behind in a
session is missing for itself and in the way of others, as with Supavisor and PgBouncer. Like them
it refuses settings in the start-up packet (contract supabase.md section 6).
"""

import asyncio
import struct
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

_STARTUP = 196_608
_CANCEL = 80_877_102
_ENCRYPTION = (80_877_103, 80_877_104)
_KNOWN = {
    "user", "database", "application_name", "client_encoding", "DateStyle", "TimeZone",
    "standard_conforming_strings",
}  # fmt: skip
_ENDS_WITH_READY = b"QSF"  # query, sync, function call

_DISCARD = b"DISCARD ALL\0"


def _packed(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], await reader.readexactly(struct.unpack("!I", head[1:])[0] - 4)


@dataclass(eq=False)
class _Server:
    """One connection to PostgreSQL and the client that has it."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    greeting: bytes
    client: "_Client | None" = None
    task: asyncio.Task[None] | None = None


@dataclass(eq=False)
class _Client:
    """One connection of ours; `outstanding` counts the answers that are still to come."""

    writer: asyncio.StreamWriter
    server: _Server | None = None
    outstanding: int = 0


class Pooler:
    """Listens on a free port of the loopback while it is entered; `socket` is the server's."""

    def __init__(
        self, socket: str, database: str, mode: Literal["session", "transaction"], size: int = 4
    ) -> None:
        self._socket, self._database, self._mode, self._size = socket, database, mode, size
        self._resting: asyncio.Queue[_Server] = asyncio.Queue()
        self._servers: list[_Server] = []
        self._listener: asyncio.Server | None = None
        self.most_clients = 0
        self._clients = 0

    @property
    def url(self) -> str:
        """How a client reaches the pooler."""
        assert self._listener is not None
        port = self._listener.sockets[0].getsockname()[1]
        return f"postgresql://postgres:@127.0.0.1:{port}/{self._database}"

    async def __aenter__(self) -> Self:
        for _ in range(self._size):
            await self._open_server()
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        assert self._listener is not None
        self._listener.close()
        for server in self._servers:
            await self._close(server)

    async def leftovers(self) -> list[str]:
        """What clients left in the sessions: named statements and changed settings."""
        found: list[str] = []
        query = (
            b"select 'statement ' || name from pg_prepared_statements union all "
            b"select 'setting ' || name from pg_settings where source = 'session'\0"
        )
        for _ in range(self._size):
            server = await self._resting.get()
            assert server.task is not None
            server.task.cancel()
            with suppress(asyncio.CancelledError):
                await server.task
            rows = await self._ask(server, query)
            found += [row.decode() for row in rows]
            self._rest(server)
        return found

    async def _open_server(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._socket)
        parameters = f"user\0postgres\0database\0{self._database}\0\0".encode()
        packet = struct.pack("!I", _STARTUP) + parameters
        writer.write(struct.pack("!I", len(packet) + 4) + packet)
        greeting = b""
        while True:
            kind, body = await _message(reader)
            if kind in b"SK":  # settings and the cancel key; the log-in itself is ours
                greeting += _packed(kind, body)
            if kind == b"E":
                raise ConnectionRefusedError(body)
            if kind == b"Z":
                break
        server = _Server(reader, writer, greeting)
        self._servers.append(server)
        self._rest(server)

    def _rest(self, server: _Server) -> None:
        server.client = None
        if server.task is None or server.task.done():
            server.task = asyncio.create_task(self._answer(server))
        self._resting.put_nowait(server)

    async def _close(self, server: _Server) -> None:
        if server.task is not None:
            server.task.cancel()
        server.writer.close()
        with suppress(OSError):
            await server.writer.wait_closed()

    async def _ask(self, server: _Server, query: bytes) -> list[bytes]:
        """The first column of a query's rows."""
        server.writer.write(_packed(b"Q", query))
        rows: list[bytes] = []
        while (message := await _message(server.reader))[0] != b"Z":
            if message[0] == b"D":
                length = struct.unpack("!I", message[1][2:6])[0]
                rows.append(message[1][6 : 6 + length])
        return rows

    async def _answer(self, server: _Server) -> None:
        """Hand the server's messages to whoever has it; take it back when they are done."""
        while True:
            kind, body = await _message(server.reader)
            client = server.client
            if client is None:
                continue
            client.writer.write(_packed(kind, body))
            if kind == b"Z":
                client.outstanding -= 1
                is_done = client.outstanding == 0 and body == b"I"
                if is_done and self._mode == "transaction":
                    client.server = None
                    self._rest(server)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer)
        self._clients += 1
        self.most_clients = max(self.most_clients, self._clients)
        try:
            if await self._greet(reader, client):
                await self._relay(reader, client)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._clients -= 1
            await self._leave(client)
            writer.close()

    async def _greet(self, reader: asyncio.StreamReader, client: _Client) -> bool:
        while True:
            size, code = struct.unpack("!II", await reader.readexactly(8))
            body = await reader.readexactly(size - 8)
            if code in _ENCRYPTION:
                client.writer.write(b"N")
                continue
            break
        names = body.split(b"\0")[:-2:2]
        unknown = [name.decode() for name in names if name.decode() not in _KNOWN]
        if code == _CANCEL or unknown:
            text = f"SFATAL\0C08P01\0Munsupported startup parameter: {unknown}\0\0"
            client.writer.write(_packed(b"E", text.encode()))
            await client.writer.drain()
            return False
        if self._mode == "session":
            await self._take(client)
        greeting = self._servers[0].greeting
        ready = _packed(b"Z", b"I")
        client.writer.write(_packed(b"R", struct.pack("!I", 0)) + greeting + ready)
        return True

    async def _take(self, client: _Client) -> _Server:
        server = await self._resting.get()
        client.server, server.client = server, client
        return server

    async def _relay(self, reader: asyncio.StreamReader, client: _Client) -> None:
        while True:
            kind, body = await _message(reader)
            if kind == b"X":
                return
            server = client.server or await self._take(client)
            client.outstanding += kind in _ENDS_WITH_READY
            server.writer.write(_packed(kind, body))

    async def _leave(self, client: _Client) -> None:
        """Clean a session that ended in order; end one that was left in a transaction."""
        server, client.server = client.server, None
        if server is None:
            return
        server.client = None
        assert server.task is not None
        server.task.cancel()
        with suppress(asyncio.CancelledError):
            await server.task
        if client.outstanding == 0 and self._mode == "session":
            await self._ask(server, _DISCARD)
            self._rest(server)
            return
        self._servers.remove(server)
        await self._close(server)
        await self._open_server()
