"""Where the caller's programs are told that a generation has ended."""

from fastapi import APIRouter, status

from api.dependencies import CurrentUser, Services
from api.schemas.error_schemas import error_responses
from api.schemas.webhook_schemas import WebhookCreated, WebhookRead, WebhookRequest, WebhookTrial
from middleware.auth import GuardedRoute

router = APIRouter(
    prefix="/api/users/me/webhook",
    tags=["users"],
    route_class=GuardedRoute,
    responses=error_responses(401, 429, 500, 503),
)


@router.put("", responses=error_responses(413, 415, 422))
async def put_webhook(
    body: WebhookRequest, user: CurrentUser, services: Services
) -> WebhookCreated:
    """Set your webhook. Each time it gets a new secret, and the old one signs no more.

    Messages are of type `generation.success`, `generation.failed` and `generation.cancelled`.
    Answer with a 2xx within ten seconds; other answers are tried again for some hours, and 410
    deletes the webhook. A message may come twice, with the same `webhook-id`.
    """
    webhook = await services.notices.webhooks.put(user.user_id, body.url)
    return WebhookCreated.model_validate(webhook, from_attributes=True)


@router.get("", responses=error_responses(404))
async def get_webhook(user: CurrentUser, services: Services) -> WebhookRead:
    """Your webhook, without its secret."""
    webhook = await services.notices.webhooks.get(user.user_id)
    return WebhookRead.model_validate(webhook, from_attributes=True)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT, responses=error_responses(404))
async def delete_webhook(user: CurrentUser, services: Services) -> None:
    """Have no webhook any more."""
    await services.notices.webhooks.delete(user.user_id)


@router.post("/test", responses=error_responses(404))
async def test_webhook(user: CurrentUser, services: Services) -> WebhookTrial:
    """Send a message of type `webhook.test` to your webhook now, and hear what became of it."""
    trial = await services.notices.webhooks.test(user.user_id)
    return WebhookTrial.model_validate(trial, from_attributes=True)
