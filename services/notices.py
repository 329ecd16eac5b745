"""Tells users that a generation has ended: one message by webhook, one by mail, if wanted.

Both are called once for each try of a message that the outbox keeps.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.providers.notices.base import Mail, Mailer, WebhookGoneError
from database.models import GenerationStatus, GenerationType
from database.unit_of_work import Database
from services.job_view import job_view
from services.webhooks import WebhookService, message

Json = dict[str, Any]  # Any: JSON values

_NOUNS: Mapping[str, str] = {
    GenerationType.PACKAGE: "brand package",
    GenerationType.NAME: "list of names",
    GenerationType.LOGO: "set of logos",
    GenerationType.COLOR: "palette",
    GenerationType.TAGLINE: "list of taglines",
}
_LONGEST_NAME = 60
# Mail programs turn these into links, and an account's address may be a stranger's.
_LINKED = re.compile(r"[/@]|\w\.\w")
_NO_ADDRESS = ".invalid"  # RFC 2606; stands for accounts that have none


class NoticeService:
    """Says it outside; a short word for the outbox's record is what every method returns."""

    def __init__(
        self,
        database: Database,
        webhooks: WebhookService,
        mailer: Mailer | None,
        *,
        base_url: str,
        kept_days: int,
    ) -> None:
        self.webhooks = webhooks
        self._db = database
        self._mailer = mailer
        self._base_url = base_url
        self._kept_days = kept_days

    async def send_webhook(self, message_id: UUID, generation_id: UUID) -> str:
        """Tell the owner's program. Raises UnavailableError and ProviderRejectedError."""
        notice = await self._db.alone.webhooks.notice(generation_id)
        if notice is None or notice["webhook_id"] is None:
            return "no webhook"
        row = await self._db.alone.progress.job(generation_id, notice["user_id"])
        if row is None:
            return "no generation"
        job = job_view(row, self._kept_days)
        links = {name: path and f"{self._base_url}{path}" for name, path in job["links"].items()}
        body = message(
            f"generation.{notice['status']}",
            notice["finished_at"],
            # Small, as Standard Webhooks asks: the result is behind the link.
            {**job, "result": None, "partial": {}, "links": links},
        )
        try:
            await self.webhooks.send(notice["webhook_id"], notice["webhook_url"], message_id, body)
        except WebhookGoneError:
            return "webhook gone"
        return "delivered"

    async def send_mail(self, message_id: UUID, generation_id: UUID) -> str:
        """Tell the owner by mail. Raises UnavailableError and ProviderRejectedError."""
        if self._mailer is None:
            return "mail is off"
        notice = await self._db.alone.webhooks.notice(generation_id)
        if notice is None:
            return "no generation"
        if not notice["wants_mail"]:
            return "not wanted"
        if notice["status"] == GenerationStatus.CANCELLED:
            return "cancelled"
        if notice["email"].endswith(_NO_ADDRESS):
            return "no address"
        await self._mailer.send(_mail(message_id, notice, self._link(generation_id)))
        return "delivered"

    def _link(self, generation_id: UUID) -> str:
        return f"{self._base_url}/api/generations/{generation_id}"

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self.webhooks.aclose()
        if self._mailer is not None:
            await self._mailer.aclose()


def _mail(message_id: UUID, notice: Mapping[str, Any], link: str) -> Mail:  # Any: column values
    noun, name = _NOUNS[notice["generation_type"]], _shown(notice["project_name"])
    thing = f"{noun} {name}".strip()
    if notice["status"] == GenerationStatus.SUCCESS:
        subject, first = f"Your {thing} is ready", f"Your {thing} is ready:"
    else:
        subject = f"Your {thing} did not work out and cost nothing"
        first = f"Your {thing} did not work out. It cost nothing. What is known:"
    ending = "You asked for this mail in your account, where you can switch it off."
    return Mail(message_id, notice["email"], subject, f"{first}\n{link}\n\n{ending}\n")


def _shown(name: str) -> str:
    """A project's name if it is fit to stand in a subject, else nothing."""
    line = " ".join(name.split())
    return "" if len(line) > _LONGEST_NAME or _LINKED.search(line) else line
