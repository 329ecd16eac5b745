"""A stand-in for a mail server on a real socket, written from RFC 5321, 3207 and 4954."""

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it was handed in, and how."""

    sender: str
    recipients: list[str]
    data: bytes
    encrypted: bool
    user: str | None


class SmtpSimulator:
    """Takes mails on a free port of the loopback while it is entered.

    `tls` lets it offer STARTTLS, or begin with TLS when `implicit`. `replies` replace what it says
    to a verb, to "CONNECT", to the "END" of a mail or in the "HANDSHAKE" of TLS: a line, or
    "silence", "drop", "drip" and "flood". `heard` are all verbs of all sessions.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.replies: dict[str, str] = {}
        self.mails: list[Received] = []
        self.heard: list[str] = []
        self.port = 0
        self._tls = tls
        self._implicit = implicit
        self._login = login
        self._server: asyncio.Server | None = None
        self._sessions: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, ssl=self._tls if self._implicit else None
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for session in self._sessions:
            session.cancel()
        await asyncio.gather(*self._sessions, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._sessions.add(task)
        try:
            await _Session(self, reader, writer).serve()
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # the other side left, or the test is over
        finally:
            writer.transport.abort()

    @property
    def offers(self) -> list[str]:
        """What EHLO tells, but for STARTTLS."""
        return ["AUTH PLAIN LOGIN"] if self._login else []

    @property
    def upgrade(self) -> ssl.SSLContext | None:
        """What STARTTLS leads to."""
        return None if self._implicit else self._tls

    @property
    def begins_encrypted(self) -> bool:
        """Whether there is TLS from the first byte."""
        return self._implicit

    def knows(self, user: str, password: str) -> bool:
        """Whether these two belong together."""
        return self._login == (user, password)


class _Session:
    def __init__(
        self, server: SmtpSimulator, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._encrypted = server.begins_encrypted
        self._user: str | None = None
        self._sender = ""
        self._recipients: list[str] = []

    async def serve(self) -> None:
        await self._say("CONNECT", "220 simulator ESMTP")
        while True:
            line = (await self._reader.readuntil(b"\r\n")).decode().strip()
            verb, _, rest = line.partition(" ")
            self._server.heard.append(verb.upper())
            await self._obey(verb.upper(), rest)
            if verb.upper() == "QUIT":
                return

    async def _obey(self, verb: str, rest: str) -> None:
        match verb:
            case "EHLO":
                upgrade = ["STARTTLS"] if self._server.upgrade and not self._encrypted else []
                lines = ["simulator", *self._server.offers, *upgrade]
                marks = ["-"] * (len(lines) - 1) + [" "]
                told = [f"250{mark}{line}" for mark, line in zip(marks, lines, strict=True)]
                await self._say(verb, "\r\n".join(told))
            case "STARTTLS":
                await self._upgrade()
            case "AUTH":
                await self._authenticate(rest)
            case "MAIL":
                self._sender = rest
                await self._say(verb, "250 ok")
            case "RCPT":
                self._recipients.append(rest)
                await self._say(verb, "250 ok")
            case "DATA":
                await self._take()
            case "QUIT":
                await self._say(verb, "221 bye")
            case _:
                await self._say(verb, "250 ok" if verb == "RSET" else "502 not known")

    async def _upgrade(self) -> None:
        await self._say("STARTTLS", "220 go ahead")
        assert self._server.upgrade is not None
        if "HANDSHAKE" in self._server.replies:
            await self._say("HANDSHAKE", "")
        await self._writer.start_tls(self._server.upgrade)
        self._encrypted = True

    async def _authenticate(self, rest: str) -> None:
        method, _, initial = rest.partition(" ")
        given = base64.b64decode(initial).decode()
        if method == "LOGIN":
            await self._write(b"334 UGFzc3dvcmQ6\r\n")
            password = base64.b64decode(await self._reader.readuntil(b"\r\n")).decode()
            given = f"\0{given}\0{password}"
        _, user, password = given.split("\0")
        if self._server.knows(user, password):
            self._user = user
            await self._say("AUTH", "235 welcome")
        else:
            await self._say("AUTH", "535 5.7.8 the password is wrong")

    async def _take(self) -> None:
        await self._say("DATA", "354 go ahead")
        if not self._server.replies.get("DATA", "354").startswith("354"):
            return
        raw = await self._reader.readuntil(b"\r\n.\r\n")
        data = b"\r\n".join(
            line.removeprefix(b".") for line in raw.removesuffix(b".\r\n").split(b"\r\n")
        )
        if self._server.replies.get("END", "250").startswith("250"):
            self._server.mails.append(
                Received(self._sender, self._recipients, data, self._encrypted, self._user)
            )
        await self._say("END", "250 taken")

    async def _say(self, verb: str, usual: str) -> None:
        reply = self._server.replies.get(verb, usual)
        if reply == "drop":
            raise EOFError
        if reply == "silence":
            await asyncio.Event().wait()
        while reply == "drip":  # a time-out that begins anew with each byte never fires
            await self._write(b"2")
            await asyncio.sleep(0.02)
        while reply == "flood":
            await self._write(b"250-and another thing\r\n" * 1_000)
        await self._write(reply.encode() + b"\r\n")

    async def _write(self, data: bytes) -> None:
        self._writer.write(data)
        with contextlib.suppress(ConnectionResetError):
            await self._writer.drain()
        if self._writer.is_closing():
            raise EOFError
