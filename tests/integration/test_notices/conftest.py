"""A generation that has ended, its owner's program and its owner's mailbox."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from config.mail_settings import MailSettings
from config.settings import Settings
from database.models import GenerationStatus
from database.unit_of_work import Database
from tests.simulators.smtp_server import SmtpSimulator
from tests.simulators.webhook_receiver import WebhookReceiver
from utils.clock import utc_now

Ended = Callable[..., Awaitable[UUID]]
EMAIL = "founder@example.com"


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    """The owner's program."""
    async with WebhookReceiver() as simulator:
        yield simulator


@pytest.fixture
async def mailbox() -> AsyncIterator[SmtpSimulator]:
    """The mail server."""
    async with SmtpSimulator() as simulator:
        yield simulator


@pytest.fixture
def settings(make_settings: Callable[..., Settings], mailbox: SmtpSimulator) -> Settings:
    """Mail goes to the simulated server, and webhooks may be on this machine."""
    mail = {
        "COMPLETION_MAIL": "smtp",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": mailbox.port,
        "SMTP_SECURITY": "none",
        "MAIL_FROM": "packages@sender.example",
    }
    return make_settings(
        mail=MailSettings.model_validate(mail),
        providers_on_loopback=True,
        public_url="https://api.brands.example",
    )


@pytest.fixture
async def owner(database: Database) -> UUID:
    """Whoever asked for the generation, and wants mail."""
    user = await database.alone.users.create(
        {"email": EMAIL, "password_hash": "x", "wants_mail": True}
    )
    return user.id


@pytest.fixture
def ended(database: Database, owner: UUID) -> Ended:
    """Makes a generation of the owner's that has ended, in a project of this name."""

    async def end(name: str = "Nordlys", **columns: Any) -> UUID:  # Any: column values
        project = await database.alone.projects.create({"user_id": owner, "name": name})
        values = {
            "id": uuid4(),
            "project_id": project.id,
            "user_id": owner,
            "generation_type": "package",
            "status": GenerationStatus.SUCCESS.value,
            "quota_state": "spent",
            "finished_at": utc_now(),
            "output_data": {"names": ["Nordlys"] * 5_000},
        }
        generation = await database.alone.generations.create(values | columns)
        return generation.id

    return end
