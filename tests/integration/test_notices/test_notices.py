"""What users are told of the end of a generation, and when they are told nothing."""

import email
from collections.abc import Callable
from datetime import datetime
from email.policy import default
from uuid import UUID, uuid4

import pytest

from config.settings import Settings
from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from database.unit_of_work import Database
from services.container import Container
from services.notice_wiring import open_notices
from services.notices import NoticeService
from tests.integration.test_notices.conftest import EMAIL, Ended
from tests.simulators.smtp_server import SmtpSimulator
from tests.simulators.webhook_receiver import WebhookReceiver

MESSAGE = UUID("019b3c69-0000-7000-8000-000000000000")


@pytest.fixture
def notices(container: Container) -> NoticeService:
    return container.notices


@pytest.fixture
async def listening(notices: NoticeService, receiver: WebhookReceiver, owner: UUID) -> None:
    receiver.secret = (await notices.webhooks.put(owner, receiver.address)).secret


def subject_and_text(mailbox: SmtpSimulator) -> tuple[str, str]:
    message = email.message_from_bytes(mailbox.mails[-1].data, policy=default)
    text = message.get_body().get_content()  # type: ignore[union-attr]  # it has one
    return str(message["Subject"]), text.replace("\r\n", "\n")


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("status", ["success", "failed", "cancelled"])
async def test_a_program_hears_how_a_generation_ended(
    notices: NoticeService, receiver: WebhookReceiver, ended: Ended, status: str
) -> None:
    generation_id = await ended(status=status)
    assert await notices.send_webhook(MESSAGE, generation_id) == "delivered"

    heard = receiver.messages[str(MESSAGE)]
    assert set(heard) == {"type", "timestamp", "data"}
    assert heard["type"] == f"generation.{status}"
    assert datetime.fromisoformat(heard["timestamp"]).tzinfo is not None
    assert heard["data"]["id"] == str(generation_id)
    assert heard["data"]["status"] == status
    link = f"https://api.brands.example/api/generations/{generation_id}"
    assert heard["data"]["links"]["self"] == link
    assert len(receiver.seen[0].body) < 20_000


@pytest.mark.usefixtures("listening")
async def test_a_program_hears_why_it_failed(
    notices: NoticeService, receiver: WebhookReceiver, ended: Ended
) -> None:
    generation_id = await ended(
        status="failed", error_code="GENERATION_FAILED", error_message="It took too long."
    )
    await notices.send_webhook(MESSAGE, generation_id)
    expected = {"code": "GENERATION_FAILED", "error": "It took too long."}
    assert receiver.messages[str(MESSAGE)]["data"]["error"] == expected


@pytest.mark.usefixtures("listening")
async def test_the_same_message_again_is_the_same(
    notices: NoticeService, receiver: WebhookReceiver, ended: Ended
) -> None:
    generation_id = await ended()
    receiver.modes.append("503:9")
    with pytest.raises(ProviderUnavailableError) as caught:
        await notices.send_webhook(MESSAGE, generation_id)
    assert caught.value.context["retry_after"] == 9
    await notices.send_webhook(MESSAGE, generation_id)

    first, second = receiver.seen
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(MESSAGE)


async def test_who_has_no_webhook_hears_nothing(notices: NoticeService, ended: Ended) -> None:
    assert await notices.send_webhook(MESSAGE, await ended()) == "no webhook"
    assert await notices.send_webhook(MESSAGE, uuid4()) == "no webhook"


@pytest.mark.usefixtures("listening")
async def test_a_receiver_that_is_gone_is_forgotten(
    notices: NoticeService, receiver: WebhookReceiver, ended: Ended
) -> None:
    generation_id = await ended()
    receiver.modes.append("410")
    assert await notices.send_webhook(MESSAGE, generation_id) == "webhook gone"
    assert await notices.send_webhook(MESSAGE, generation_id) == "no webhook"
    assert len(receiver.seen) == 1


async def test_a_webhook_set_meanwhile_survives_the_old_one(
    notices: NoticeService, receiver: WebhookReceiver, owner: UUID, database: Database
) -> None:
    await notices.webhooks.put(owner, receiver.address)
    old = await database.alone.webhooks.of_user(owner)
    new = await notices.webhooks.put(owner, receiver.address)
    receiver.modes.append("410")
    assert old is not None
    with pytest.raises(ProviderRejectedError):
        await notices.webhooks.send(old.id, old.url, MESSAGE, b"{}")

    receiver.secret = new.secret
    assert (await notices.webhooks.test(owner)).delivered


@pytest.mark.usefixtures("listening")
async def test_a_program_hears_of_the_job_without_its_result(
    notices: NoticeService, receiver: WebhookReceiver, ended: Ended
) -> None:
    generation_id = await ended()

    await notices.send_webhook(MESSAGE, generation_id)

    data = receiver.messages[str(MESSAGE)]["data"]
    assert (data["id"], data["progress"], data["result"]) == (str(generation_id), 1.0, None)
    job = f"https://api.brands.example/api/generations/{generation_id}"
    assert (data["links"]["self"], data["links"]["events"]) == (job, f"{job}/events")


@pytest.mark.parametrize(
    ("columns", "subject"),
    [
        ({}, "Your brand package Nordlys is ready"),
        ({"generation_type": "logo"}, "Your set of logos Nordlys is ready"),
        ({"status": "failed"}, "Your brand package Nordlys did not work out and cost nothing"),
    ],
)
async def test_an_owner_gets_a_mail_with_the_link(
    notices: NoticeService, mailbox: SmtpSimulator, ended: Ended,
    columns: dict[str, str], subject: str,
) -> None:  # fmt: skip
    generation_id = await ended(**columns)
    assert await notices.send_mail(MESSAGE, generation_id) == "delivered"

    assert mailbox.mails[0].recipients == [f"TO:<{EMAIL}>"]
    told, text = subject_and_text(mailbox)
    assert told == subject
    assert f"\nhttps://api.brands.example/api/generations/{generation_id}\n" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Æther & Søn", "Æther & Søn"),
        ("A\r\nBcc: victim@example.com", ""),
        ("A\nB\tC", "A B C"),
        ("click evil.example now", ""),
        ("https://evil.example/", ""),
        ("Dr. Sommer", "Dr. Sommer"),
        ("x" * 61, ""),
    ],
)
async def test_a_name_cannot_become_a_header_or_a_link(
    notices: NoticeService, mailbox: SmtpSimulator, ended: Ended, name: str, shown: str
) -> None:
    await notices.send_mail(MESSAGE, await ended(name))

    subject, text = subject_and_text(mailbox)
    assert subject == f"Your brand package {shown}".rstrip() + " is ready"
    assert "evil" not in text
    assert b"victim" not in mailbox.mails[0].data


async def test_no_mail_where_none_is_wanted(
    notices: NoticeService, mailbox: SmtpSimulator, ended: Ended, owner: UUID, database: Database
) -> None:
    assert await notices.send_mail(MESSAGE, await ended(status="cancelled")) == "cancelled"
    assert await notices.send_mail(MESSAGE, uuid4()) == "no generation"
    generation_id = await ended()
    await database.alone.users.update(owner, {"email": f"{owner}@no-address.invalid"})
    assert await notices.send_mail(MESSAGE, generation_id) == "no address"
    await database.alone.users.update(owner, {"wants_mail": False})
    assert await notices.send_mail(MESSAGE, generation_id) == "not wanted"
    assert mailbox.heard == []


async def test_no_mail_where_it_is_off(
    make_settings: Callable[..., Settings], database: Database, ended: Ended
) -> None:
    notices = open_notices(make_settings(), database, b"k" * 32)
    assert await notices.send_mail(MESSAGE, await ended()) == "mail is off"


async def test_a_mail_server_that_refuses_is_tried_again_or_not(
    notices: NoticeService, mailbox: SmtpSimulator, ended: Ended
) -> None:
    generation_id = await ended()
    mailbox.replies["RCPT"] = "450 later"
    with pytest.raises(ProviderUnavailableError):
        await notices.send_mail(MESSAGE, generation_id)
    mailbox.replies["RCPT"] = "550 never"
    with pytest.raises(ProviderRejectedError):
        await notices.send_mail(MESSAGE, generation_id)
