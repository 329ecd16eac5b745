"""Mails on real sockets: how they arrive, and what becomes of them when the server fails."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.notices import smtp
from core.providers.notices.base import Mail
from core.providers.notices.smtp import Security, SmtpMailer, SmtpServer
from tests.integration.test_providers.test_outbound import certificate
from tests.simulators.http_server import deaf_host
from tests.simulators.smtp_server import SmtpSimulator

ID = UUID("019b3c69-0000-7000-8000-000000000000")
MAIL = Mail(ID, "founder@example.com", "Your brand package Nørdlys is ready", "Æ:\n.\n.dot\nEnd\n")
PASSWORD = "canary-password"


@pytest.fixture
async def server() -> AsyncIterator[SmtpSimulator]:
    async with SmtpSimulator() as simulator:
        yield simulator


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path, "localhost")


@pytest.fixture
def tls(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def mailer_to(
    port: int,
    security: Security = "none",
    login: tuple[str, str] | None = None,
    *,
    trusted: Path | None = None,
    host: str = "localhost",
    deadline_s: float = 20.0,
) -> SmtpMailer:
    username, password = login or (None, None)
    server = SmtpServer(
        host,
        port,
        security,
        "Brand Packages <packages@sender.example>",
        username,
        SecretStr(password) if password else None,
    )
    context = ssl.create_default_context(cafile=str(trusted) if trusted else None)
    return SmtpMailer(server, tls=lambda: context, deadline_s=deadline_s)


def read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


async def refusal(mailer: SmtpMailer, mail: Mail = MAIL) -> AppError:
    with pytest.raises((ProviderUnavailableError, ProviderRejectedError)) as caught:
        await mailer.send(mail)
    return caught.value


async def test_a_mail_arrives_as_it_was_written(server: SmtpSimulator) -> None:
    await mailer_to(server.port).send(MAIL)

    received = server.mails[0]
    message = read(received.data)
    assert received.sender.startswith("FROM:<packages@sender.example>")
    assert received.recipients == ["TO:<founder@example.com>"]
    assert str(message["To"]) == "founder@example.com"
    assert str(message["From"]) == "Brand Packages <packages@sender.example>"
    assert str(message["Subject"]) == MAIL.subject
    assert str(message["Message-ID"]) == f"<{ID}@sender.example>"
    assert str(message["Auto-Submitted"]) == "auto-generated"
    assert message["Date"].datetime is not None
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    assert message.get_content().replace("\r\n", "\n") == MAIL.text
    assert received.data.isascii()
    assert server.heard[-1] == "QUIT"


async def test_the_same_mail_again_has_the_same_number(server: SmtpSimulator) -> None:
    for _ in range(2):
        await mailer_to(server.port).send(MAIL)
    first, second = (read(mail.data) for mail in server.mails)
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
async def test_the_password_travels_encrypted(
    tls: ssl.SSLContext, pem: Path, security: Security, implicit: bool
) -> None:
    async with SmtpSimulator(tls=tls, implicit=implicit, login=("packages", PASSWORD)) as server:
        await mailer_to(server.port, security, ("packages", PASSWORD), trusted=pem).send(MAIL)

        assert [(mail.encrypted, mail.user) for mail in server.mails] == [(True, "packages")]


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_a_server_that_cannot_prove_its_name_gets_no_password(
    tls: ssl.SSLContext, pem: Path, security: Security, implicit: bool, host: str
) -> None:
    trusted = None if host == "localhost" else pem  # unknown issuer, or another's name
    async with SmtpSimulator(tls=tls, implicit=implicit, login=("packages", PASSWORD)) as server:
        mailer = mailer_to(
            server.port, security, ("packages", PASSWORD), trusted=trusted, host=host
        )
        error = await refusal(mailer)

        assert isinstance(error, ProviderUnavailableError)
        assert "AUTH" not in server.heard
        assert server.mails == []


async def test_without_the_wanted_encryption_nothing_is_sent() -> None:
    async with SmtpSimulator(login=("packages", PASSWORD)) as server:
        error = await refusal(mailer_to(server.port, "starttls", ("packages", PASSWORD)))

        assert isinstance(error, ProviderUnavailableError)
        assert error.context["reason"] == "SMTPNotSupportedError"
        assert server.heard == ["EHLO"]


async def test_a_wrong_password_may_be_put_right_and_is_not_shown() -> None:
    async with SmtpSimulator(login=("packages", "another")) as server:
        error = await refusal(mailer_to(server.port, "none", ("packages", PASSWORD)))

        assert isinstance(error, ProviderUnavailableError)
        assert (error.context["kind"], error.context["status"]) == ("auth", 535)
        assert PASSWORD not in f"{error!r}{error.context}{error.__cause__!r}"


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "status"),
    [
        ("CONNECT", "421 too busy", ProviderUnavailableError, 421),
        ("CONNECT", "554 no service", ProviderUnavailableError, 554),
        ("MAIL", "421 closing", ProviderUnavailableError, 421),
        ("MAIL", "553 not your name", ProviderRejectedError, 553),
        ("RCPT", "450 mailbox busy", ProviderUnavailableError, 450),
        ("RCPT", "550 no such user", ProviderRejectedError, 550),
        ("DATA", "451 not now", ProviderUnavailableError, 451),
        ("DATA", "554 no mails today", ProviderRejectedError, 554),
        ("END", "452 disk full", ProviderUnavailableError, 452),
        ("END", "554 looks like spam", ProviderRejectedError, 554),
    ],
)
async def test_what_is_refused_for_now_is_told_from_what_always_will_be(
    server: SmtpSimulator, verb: str, reply: str, kind: type[AppError], status: int
) -> None:
    server.replies[verb] = reply
    error = await refusal(mailer_to(server.port))

    assert type(error) is kind
    assert error.context["status"] == status
    assert reply[4:] not in f"{error!r}{error.context}"
    assert server.mails == []


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("failure", ["drop", "flood", "500 " + "x" * 9_000])
async def test_a_broken_conversation_is_tried_again(
    server: SmtpSimulator, verb: str, failure: str
) -> None:
    server.replies[verb] = failure
    assert isinstance(await refusal(mailer_to(server.port)), AppError)
    assert server.mails == []


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("failure", ["silence", "drip"])
async def test_a_server_that_takes_its_time_is_left_at_the_deadline(
    server: SmtpSimulator, verb: str, failure: str
) -> None:
    assert (smtp._DEADLINE_S, smtp._STEP_S) == (20.0, 10.0)
    server.replies[verb] = failure
    error = await refusal(mailer_to(server.port, deadline_s=0.5))

    assert isinstance(error, ProviderUnavailableError)
    assert error.context["kind"] == "timeout"
    assert server.mails == []


async def test_silence_within_tls_is_left_at_the_deadline(tls: ssl.SSLContext, pem: Path) -> None:
    async with SmtpSimulator(tls=tls) as server:
        server.replies["MAIL"] = "silence"
        mailer = mailer_to(server.port, "starttls", trusted=pem, deadline_s=1.0)
        assert (await refusal(mailer)).context["kind"] == "timeout"


@pytest.mark.parametrize(
    ("security", "verb"), [("starttls", "HANDSHAKE"), ("tls", "CONNECT"), ("none", "EHLO")]
)
async def test_no_thread_is_left_behind(
    tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, security: Security, verb: str
) -> None:
    monkeypatch.setattr(smtp, "_STEP_S", 3_600.0)  # only being cut off ends a step
    async with SmtpSimulator(tls=tls if security == "starttls" else None) as server:
        server.replies[verb] = "silence"
        error = await refusal(mailer_to(server.port, security, deadline_s=0.5))
        await asyncio.get_running_loop().shutdown_default_executor()
    assert error.context["kind"] == "timeout"


@pytest.mark.parametrize("parting", ["silence", "drop", "421 what"])
async def test_a_mail_that_was_taken_is_sent_whatever_comes_then(
    server: SmtpSimulator, monkeypatch: pytest.MonkeyPatch, parting: str
) -> None:
    monkeypatch.setattr(smtp, "_PARTING_S", 0.2)
    server.replies["QUIT"] = parting
    await mailer_to(server.port).send(MAIL)
    assert len(server.mails) == 1


async def test_who_does_not_pick_up_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_STEP_S", 0.2)
    with deaf_host() as url:
        mailer = mailer_to(int(url.rpartition(":")[2]), host="127.0.0.1")
        assert (await refusal(mailer)).context["kind"] == "timeout"


async def test_who_is_not_there_is_tried_again() -> None:
    async with SmtpSimulator() as server:
        port = server.port
    assert isinstance(await refusal(mailer_to(port)), ProviderUnavailableError)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Mail(ID, "a@example.com\r\nBcc: victim@example.com", "s", "t"),
        lambda: Mail(ID, "a@example.com, victim@example.com", "s", "t"),
        lambda: Mail(ID, "a@example.com", "s\r\nBcc: victim@example.com", "t"),
        lambda: Mail(ID, "a@example.com", "s\nX: y", "t"),
        lambda: Mail(ID, "", "s", "t"),
        lambda: Mail(ID, "nobody", "s", "t"),
    ],
)
async def test_no_header_is_smuggled_in(server: SmtpSimulator, change: Callable[[], Mail]) -> None:
    assert isinstance(await refusal(mailer_to(server.port), change()), ProviderRejectedError)
    assert server.heard == []


async def test_addresses_of_all_scripts(server: SmtpSimulator) -> None:
    await mailer_to(server.port).send(Mail(ID, "founder@bücher.example", "s", "t"))
    assert server.mails[0].recipients == ["TO:<founder@xn--bcher-kva.example>"]

    error = await refusal(mailer_to(server.port), Mail(ID, "jürgen@bücher.example", "s", "t"))
    assert isinstance(error, ProviderRejectedError)  # this server has no SMTPUTF8
