"""What ways of telling users have in common; who calls them decides when to try again."""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from core.exceptions import ProviderRejectedError


class WebhookGoneError(ProviderRejectedError):
    """The receiver wants no more messages."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a user listens, and the key that proves to them who speaks."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)


class WebhookChannel(Protocol):
    """Speaks to users' programs."""

    def problem(self, url: str) -> str | None:
        """Why nothing can be sent to an address, as far as its text tells; None if it can."""
        ...

    async def send(self, endpoint: Endpoint, message_id: UUID, body: bytes) -> int:
        """The status of the receiver's answer, a 2xx; a repeated message has the same id.

        Raises ProviderUnavailableError for what may work later, with the seconds that the
        receiver asks for as `retry_after`, ProviderRejectedError, and WebhookGoneError.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text for one reader; a repeated mail has the same id."""

    id: UUID
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)


class Mailer(Protocol):
    """Speaks to users by mail."""

    async def send(self, mail: Mail) -> None:
        """Hand the mail over.

        Raises UnavailableError for what may work later, and ProviderRejectedError.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        ...
