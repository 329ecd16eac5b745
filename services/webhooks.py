"""Webhooks of users: where they listen, and messages to them by the Standard Webhooks rules."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson

from core.exceptions import (
    AppError,
    AuthenticationError,
    InvalidInputError,
    NotFoundError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.providers.notices.base import Endpoint, WebhookChannel, WebhookGoneError
from database.unit_of_work import Database
from utils.clock import Clock, utc_now
from utils.ids import uuid7

_SECRET_PREFIX = "whsec_"  # noqa: S105  # of the specification, for scanners of leaked secrets


@dataclass(frozen=True, slots=True)
class UserWebhook:
    """Where a user listens; the secret is told once, when the address is set."""

    url: str
    created_at: datetime
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a trial message; `status` is the receiver's, if it answered."""

    delivered: bool
    status: int | None
    reason: str


class WebhookService:
    """Keeps users' webhooks. A secret is derived from its row's id, so none is stored."""

    def __init__(
        self, database: Database, channel: WebhookChannel, key: bytes, *, clock: Clock = utc_now
    ) -> None:
        self._db = database
        self._channel = channel
        self._key = key
        self._clock = clock

    async def put(self, user_id: UUID, url: str) -> UserWebhook:
        """Set the address, with a new secret. Raises InvalidInputError and AuthenticationError."""
        if problem := self._channel.problem(url):
            field_error = {"path": "body.url", "message": problem, "type": "webhook_url"}
            raise InvalidInputError(f"The webhook cannot be used: {problem}.", fields=[field_error])
        webhook = await self._db.alone.webhooks.put(user_id, url)
        if webhook is None:
            raise AuthenticationError
        secret = _SECRET_PREFIX + base64.b64encode(self._key_of(webhook.id)).decode()
        return UserWebhook(webhook.url, webhook.created_at, secret)

    async def get(self, user_id: UUID) -> UserWebhook:
        """The user's webhook. Raises NotFoundError."""
        webhook = await self._db.alone.webhooks.of_user(user_id)
        if webhook is None:
            raise NotFoundError
        return UserWebhook(webhook.url, webhook.created_at)

    async def delete(self, user_id: UUID) -> None:
        """Forget the user's webhook. Raises NotFoundError."""
        if not await self._db.alone.webhooks.drop(user_id):
            raise NotFoundError

    async def test(self, user_id: UUID) -> Trial:
        """Send one message now. Raises NotFoundError."""
        webhook = await self._db.alone.webhooks.of_user(user_id)
        if webhook is None:
            raise NotFoundError
        body = message("webhook.test", self._clock(), {"note": "It works."})
        try:
            status = await self.send(webhook.id, webhook.url, uuid7(), body)
        except (ProviderUnavailableError, ProviderRejectedError) as error:
            return _failed(error)
        return Trial(delivered=True, status=status, reason="the receiver took the message")

    async def send(self, webhook_id: UUID, url: str, message_id: UUID, body: bytes) -> int:
        """The status of the receiver's answer; a webhook whose receiver is gone is forgotten.

        Raises ProviderUnavailableError, ProviderRejectedError and WebhookGoneError.
        """
        try:
            return await self._channel.send(
                Endpoint(url, self._key_of(webhook_id)), message_id, body
            )
        except WebhookGoneError:
            await self._db.alone.webhooks.delete(webhook_id)
            raise

    def _key_of(self, webhook_id: UUID) -> bytes:
        return hmac.digest(self._key, webhook_id.bytes, "sha256")

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._channel.aclose()


def message(kind: str, moment: datetime, data: Mapping[str, object]) -> bytes:
    """The body of a message (section "Payload structure")."""
    return orjson.dumps({"type": kind, "timestamp": moment, "data": data}, default=str)


def _failed(error: AppError) -> Trial:
    status = error.context.get("status")
    if isinstance(error, WebhookGoneError):
        reason = "the receiver wants no more messages; the webhook was deleted"
    elif isinstance(status, int):
        reason = "the receiver did not answer with a success"
    elif isinstance(error, ProviderRejectedError):
        reason = "the address leads to where messages are not sent"
    elif error.context.get("kind") == "timeout":
        reason = "the receiver took too long to answer"
    else:
        reason = "the receiver cannot be reached"
    return Trial(delivered=False, status=status if isinstance(status, int) else None, reason=reason)
