"""OpenRouter's image endpoint: many vendors' models by one key (contract, sections 3.3 and 3.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from core.providers.base import FailureKind, ImageRequest
from core.providers.image.remote import (
    MAX_BASE64_BYTES,
    Drawing,
    RemoteImageProvider,
    amount,
    first_entry,
    whole_number,
)
from core.providers.outbound import Call, Reply, kind_of_status

_REFUSALS = frozenset({"content_policy_violation", "refusal"})


class OpenRouterImages(RemoteImageProvider):
    """Vector models are asked for SVG, all others for PNG; a failure costs nothing."""

    default_url = "https://openrouter.ai/api/v1"
    default_model = "black-forest-labs/flux.2-pro"
    deadline_s = 180

    def _free_call(self) -> Call:
        return self._free_get(f"{self._base}/key", self._bearer)

    async def _draw(self, request: ImageRequest) -> Drawing:
        body: dict[str, object] = {
            "model": self.model,
            "prompt": self._prompt(request),
            "n": 1,
            "aspect_ratio": "1:1",
            "output_format": "svg" if self.model.endswith("-vector") else "png",
        }
        if self.model.startswith("openai/"):
            body["background"] = "transparent"
        reply = await self._api.ask(
            Call(
                "POST",
                f"{self._base}/images",
                headers=self._bearer,
                json=body,
                deadline_s=self._total_s,
                max_bytes=MAX_BASE64_BYTES,
            ),
            _judge,
        )
        answer = reply.json()
        if "error" in answer:
            raise self._api.failed(reply, _judge(reply) or "bad_payload")
        usage = answer.get("usage")
        told: Mapping[str, Any] = usage if isinstance(usage, dict) else {}
        cost = amount(told.get("cost"))
        cost = self._access.price_usd if cost is None else cost
        return Drawing(
            self._decoded(first_entry(answer.get("data")).get("b64_json"), cost),
            cost,
            input_tokens=whole_number(told.get("prompt_tokens")),
            output_tokens=whole_number(told.get("completion_tokens")),
        )


@dataclass(frozen=True, slots=True)
class _Told:
    """What an error's envelope says."""

    status: int
    metadata: Mapping[str, Any]
    is_of_the_model: bool
    retries: bool

    @classmethod
    def by(cls, reply: Reply) -> Self | None:
        error = reply.json_or_empty().get("error")
        if not isinstance(error, dict):
            return None
        number = error.get("code") or error.get("http_status")
        metadata = error.get("metadata")
        return cls(
            status=number if isinstance(number, int) else reply.status,
            metadata=metadata if isinstance(metadata, dict) else {},
            is_of_the_model=isinstance(error.get("availability"), dict),
            retries="retry-after" in reply.headers,
        )


def _judge(reply: Reply) -> FailureKind | None:
    """The kind by the envelope, whose number goes before the HTTP status."""
    told = _Told.by(reply)
    if told is None:
        return None
    kinds: Mapping[int, FailureKind | None] = {
        400: _of_400(told),
        402: "rate_limited" if told.retries else "quota",
        403: _of_403(told),
        408: "timeout",
    }
    return kinds.get(told.status) or kind_of_status(told.status)


def _of_400(told: _Told) -> FailureKind | None:
    if told.metadata.get("error_type") in _REFUSALS:
        return "moderated"
    return "model_gone" if told.is_of_the_model else None


def _of_403(told: _Told) -> FailureKind:
    if "limit_source" in told.metadata:
        return "quota"
    return "model_gone" if told.is_of_the_model else "moderated"
