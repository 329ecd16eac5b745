"""Hands mails to an SMTP server (RFC 5321); each has a connection of its own."""

import asyncio
import errno
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE_FORMAT
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import BinaryIO, Literal

from pydantic import SecretStr

from core.exceptions import AppError
from core.providers.base import FailureKind
from core.providers.notices.base import Mail
from core.providers.outbound import failure

_NAME = "smtp"
_STEP_S = 10.0
_DEADLINE_S = 20.0
_PARTING_S = 2.0
_MOST_HEARD = 64 << 10

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mails are handed in, and who is said to write them."""

    host: str
    port: int
    security: Security
    sender: str
    username: str | None = None
    password: SecretStr | None = None


@cache
def _tls() -> ssl.SSLContext:
    """One for the process: it takes some 30 ms to make."""
    return ssl.create_default_context()


class SmtpMailer:
    """The `Mailer` over SMTP.

    The library blocks, and its time-out begins anew with every byte: each step runs in a thread,
    and at the deadline the connection is cut under the step that still waits.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        tls: Callable[[], ssl.SSLContext] = _tls,
        deadline_s: float = _DEADLINE_S,
    ) -> None:
        self._server = server
        self._tls = tls
        self._deadline_s = deadline_s

    async def send(self, mail: Mail) -> None:
        """Hand the mail over. Raises ProviderUnavailableError and ProviderRejectedError."""
        message = _message(mail, self._server.sender)
        session = await asyncio.to_thread(self._session)
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._open(session)
                await self._hand_over(session, message)
            with suppress(smtplib.SMTPException, OSError):  # the mail is in their hands already
                async with asyncio.timeout(_PARTING_S):
                    await asyncio.to_thread(session.quit)
        except TimeoutError:
            raise failure(_NAME, "timeout", reason="deadline") from None
        finally:
            session.cut()

    def _session(self) -> "_Session":
        """A session that is not connected yet."""
        server = self._server
        kind = _TlsSession if server.security == "tls" else _Session
        return kind(server.host, _domain(server.sender), self._tls())

    async def _open(self, session: "_Session") -> None:
        """Connect and log in; whatever fails here is not the mail's fault, and may be repaired."""
        server = self._server
        try:
            code, _ = await asyncio.to_thread(session.connect, server.host, server.port)
            if code != 220:
                raise _failed("transient", code)
            if server.security == "starttls":
                await asyncio.to_thread(session.starttls, context=self._tls())
            if server.username is not None and server.password is not None:
                password = server.password.get_secret_value()
                await asyncio.to_thread(session.login, server.username, password)
        except smtplib.SMTPAuthenticationError as error:
            raise _failed("auth", error.smtp_code) from None
        except TimeoutError:
            raise failure(_NAME, "timeout", reason="connect") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise failure(_NAME, "transient", reason=type(error).__name__) from None

    async def _hand_over(self, session: "_Session", message: EmailMessage) -> None:
        try:
            await asyncio.to_thread(session.send_message, message)
        except smtplib.SMTPRecipientsRefused as error:  # there is one recipient
            (code, _), *_ = error.recipients.values()
            raise _refused(code) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code) from None
        except smtplib.SMTPNotSupportedError:  # an address that only SMTPUTF8 could carry
            raise failure(_NAME, "invalid_request", reason="SMTPUTF8") from None
        except (smtplib.SMTPException, OSError) as error:
            raise failure(_NAME, "transient", reason=type(error).__name__) from None

    async def aclose(self) -> None:
        """Nothing stays open between two mails."""


class _Session(smtplib.SMTP):
    """A session that is told its peer's name without connecting: STARTTLS checks it."""

    def __init__(self, host: str, own_name: str, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=own_name, timeout=_STEP_S)
        self._host = host
        self.context = context
        self._wire: socket.socket | None = None
        self._is_cut = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        if self._is_cut:
            plain.close()
            raise TimeoutError
        self._wire = plain.dup()  # the first handle is gone from sight during a TLS handshake
        return plain

    def cut(self) -> None:
        """End the connection, also under a thread that reads from it."""
        self._is_cut = True
        if self._wire is not None:
            with suppress(OSError):
                self._wire.shutdown(socket.SHUT_RDWR)
            self._wire.close()
        self.close()

    def getreply(self) -> tuple[int, bytes]:
        """One reply. The library would collect one that never ends."""
        if self.file is None and self.sock is not None:
            self.file = _BoundedReader(self.sock.makefile("rb"))
        return super().getreply()


class _BoundedReader:
    """What the library needs of a file, up to a size that no honest server comes near."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = _MOST_HEARD

    def readline(self, limit: int) -> bytes:
        """The next line. Raises OSError."""
        line = self._file.readline(limit)
        self._left -= len(line)
        if self._left < 0:
            raise OSError(errno.EMSGSIZE, "the server says too much")
        return line

    def close(self) -> None:
        """Let go of the connection."""
        self._file.close()


class _TlsSession(_Session):
    """One that is encrypted from the first byte (RFC 8314)."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        return self.context.wrap_socket(plain, server_hostname=host)


def _failed(kind: FailureKind, code: int) -> AppError:
    return failure(_NAME, kind, status=code)


def _refused(code: int) -> AppError:
    """For 5yz the same mail will be refused again (RFC 5321, section 4.2.1)."""
    return _failed("invalid_request" if code >= 500 else "transient", code)


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2]


def _with_ascii_domain(address: str) -> str:
    """Only the part before the sign needs a server that knows SMTPUTF8."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.encode('idna').decode()}"


def _message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as RFC 5322 has it. Raises ProviderRejectedError for what no header can hold."""
    message = EmailMessage(policy=WIRE_FORMAT)
    try:
        message["From"] = sender
        message["To"] = Address(addr_spec=_with_ascii_domain(mail.to))
        message["Subject"] = mail.subject
    except (ValueError, MessageError, IndexError):
        raise failure(_NAME, "invalid_request", reason="headers") from None
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{mail.id}@{_domain(sender)}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    message.set_content(mail.text, cte="quoted-printable")  # not every server takes 8 bits
    return message
