"""OpenAI's image models, also by the name of the retired "dalle" (contract, section 7)."""

from collections.abc import Mapping
from typing import Any

from core.engine_pool import Engine
from core.providers.base import FailureKind, ImageRequest, failure_kind
from core.providers.image.access import ImageAccess
from core.providers.image.remote import (
    MAX_BASE64_BYTES,
    Drawing,
    RemoteImageProvider,
    first_entry,
    whole_number,
)
from core.providers.outbound import Call, Reply
from core.providers.text.chat_errors import failure_of


class OpenAIImages(RemoteImageProvider):
    """GPT image models; a retired DALL-E model means the default one."""

    default_url = "https://api.openai.com/v1"
    default_model = "gpt-image-2.6-flare"
    deadline_s = 180
    longest_prompt = 32_000

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        super().__init__(access, engine, deadline_s=deadline_s)
        if self.model.startswith("dall-e"):
            self.model = self.default_model

    def _free_call(self) -> Call:
        return self._free_get(f"{self._base}/models", self._bearer)

    async def _draw(self, request: ImageRequest) -> Drawing:
        body = {
            "model": self.model,
            "prompt": self._prompt(request),
            "size": "1024x1024",
            "quality": "medium",
            "background": "transparent",
            "output_format": "png",
            "n": 1,
        }
        reply = await self._api.ask(
            Call(
                "POST",
                f"{self._base}/images/generations",
                headers=self._bearer,
                json=body,
                deadline_s=self._total_s,
                max_bytes=MAX_BASE64_BYTES,
            ),
            _judge,
        )
        answer = reply.json()
        cost = self._access.price_usd
        usage = answer.get("usage")
        tokens: Mapping[str, Any] = usage if isinstance(usage, dict) else {}
        return Drawing(
            self._decoded(first_entry(answer.get("data")).get("b64_json"), cost),
            cost,
            input_tokens=whole_number(tokens.get("input_tokens")),
            output_tokens=whole_number(tokens.get("output_tokens")),
        )


def _judge(reply: Reply) -> FailureKind | None:
    error = reply.json_or_empty().get("error")
    if not isinstance(error, dict):
        return None
    if "must be verified" in str(error.get("message")):
        return "auth"  # the organisation, by a status of either 403 or 400
    return failure_kind(failure_of(reply.status, reply.headers, error))
