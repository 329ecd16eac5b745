"""What the webhook endpoints take and give."""

from datetime import datetime

from pydantic import Field

from api.schemas.base_schema import RequestModel, ResponseModel

_URL = "https://example.com/hooks/brand-packages"
_SECRET = "whsec_c2l4dGVlbiBieXRlcyBhbmQgc2l4dGVlbiBtb3JlIQ=="  # noqa: S105  # an example


class WebhookRequest(RequestModel):
    """Where messages shall go."""

    url: str = Field(
        description="By https, on a public host, on port 443 or 8443.",
        max_length=2_000,
        examples=[_URL],
    )


class WebhookRead(ResponseModel):
    """A webhook as its owner sees it."""

    url: str = Field(examples=[_URL])
    created_at: datetime = Field(examples=["2026-11-24T09:30:00Z"])


class WebhookCreated(WebhookRead):
    """A new webhook."""

    secret: str = Field(
        description="Verifies signatures by the Standard Webhooks rules; it is shown only here.",
        examples=[_SECRET],
    )


class WebhookTrial(ResponseModel):
    """What became of a trial message."""

    delivered: bool = Field(examples=[True])
    status: int | None = Field(description="Of the receiver's answer, if any.", examples=[204])
    reason: str = Field(examples=["the receiver took the message"])
