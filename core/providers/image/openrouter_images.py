"""OpenRouter's image endpoint: many vendors' models by one key (contract, sections 3.3 and 3.5)."""

from collections.abc import Mapping
from typing import Any

from core.providers.base import FailureKind, ImageRequest, failure_kind
from core.providers.image.bill import Bill
from core.providers.image.remote import (
    RemoteImageProvider,
    amount,
    first_entry,
    whole_number,
)
from core.providers.model_ends import models_call
from core.providers.outbound import Call, Reply
from core.providers.room import Loan
from core.providers.text.chat_errors import failure_of


class OpenRouterImages(RemoteImageProvider):
    """Vector models are asked for SVG, all others for PNG; a failure costs nothing."""

    default_url = "https://openrouter.ai/api/v1"
    default_model = "black-forest-labs/flux.2-pro"
    deadline_s = 180

    def _free_call(self) -> Call:
        return self._free_get(f"{self._base}/key", self._bearer)

    def _models_call(self) -> Call:
        return models_call(f"{self._base}/models?output_modalities=image", self._bearer)

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        body: dict[str, object] = {
            "model": self.model,
            "prompt": self._prompt(request),
            "n": 1,
            "aspect_ratio": "1:1",
            "output_format": "svg" if self.model.endswith("-vector") else "png",
        }
        if self.model.startswith("openai/"):
            body["background"] = "transparent"
        reply = await self._posted("/images", body, _judge, loan)
        answer = reply.json()
        if "error" in answer:
            raise self._api.failed(reply, _judge(reply) or "bad_payload")
        usage = answer.get("usage")
        told: Mapping[str, Any] = usage if isinstance(usage, dict) else {}
        cost = amount(told.get("cost"))
        bill.charge(self._access.price_usd if cost is None else cost)
        bill.input_tokens = whole_number(told.get("prompt_tokens"))
        bill.output_tokens = whole_number(told.get("completion_tokens"))
        return self._decoded(first_entry(answer.get("data")).get("b64_json"))


def _judge(reply: Reply) -> FailureKind | None:
    """The kind by the error object, whose number goes before the HTTP status."""
    error = reply.json_or_empty().get("error")
    if not isinstance(error, dict):
        return None
    return failure_kind(failure_of(reply.status, reply.headers, error))
