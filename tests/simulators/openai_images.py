"""A stand-in for OpenAI's image endpoint, written from the contract (section 7)."""

import base64
from typing import ClassVar

from aiohttp import web

from tests.simulators.image_service import Errors, ImageService, Json, fields_of
from tests.simulators.pictures import picture

_RETIRED = ("dall-e", "gpt-image-1")
_LEFTOVERS = {"response_format", "style"}


def _error(
    status: int,
    code: str | None,
    kind: str = "invalid_request_error",
    text: str = "No.",
    **more: str,
) -> tuple[int, Json]:
    return status, {"error": {"message": text, "type": kind, "param": None, "code": code} | more}


class OpenAIImagesService(ImageService):
    """Base64 only; `usage` is what answers say of tokens."""

    ERRORS: ClassVar[Errors] = {
        "moderated": _error(400, "moderation_blocked", "image_generation_user_error"),
        "policy": _error(400, "content_policy_violation"),
        "hard_limit": _error(400, "billing_hard_limit_reached"),
        "invalid": _error(400, None, param="size"),
        "unverified": _error(
            403, None, text="Your organization must be verified to use the model `gpt-image-2`."
        ),
        "unverified_400": _error(
            400, None, text="Your organization must be verified to use the model `gpt-image-2`."
        ),
        "limited": (
            429,
            _error(429, "rate_limit_exceeded")[1] | {"headers": {"Retry-After": "7.5"}},
        ),
        "no_quota": _error(429, "insufficient_quota", "insufficient_quota"),
        "server_error": _error(500, None, "server_error"),
        "overloaded": _error(503, None, "server_error"),
        "no_data": (200, {"created": 1763805000, "data": None}),
        "no_base64": (200, {"created": 1763805000, "data": [{"b64_json": "%%%"}]}),
    }

    def __init__(self) -> None:
        super().__init__()
        self.fields: Json = {}
        self.models: list[Json] = []
        self.usage: object = {"input_tokens": 19, "output_tokens": 1763, "total_tokens": 1782}
        self._opaque = self.content

    @property
    def url(self) -> str:
        return f"{self.api.url}/v1"

    def unauthorised(self) -> web.Response:
        status, body = _error(401, "invalid_api_key")
        return web.json_response(body, status=status)

    async def make(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/v1/models":
            return web.json_response({"object": "list", "data": self.models})
        if request.path != "/v1/images/generations":
            return web.json_response(_error(404, "unknown_url")[1], status=404)
        body = await fields_of(request)
        if _LEFTOVERS & body.keys() or body.get("quality") in {"hd", "standard"}:
            return web.json_response(_error(400, "unknown_parameter")[1], status=400)
        model = str(body.get("model"))
        if model.startswith(_RETIRED):
            return web.json_response(_error(404, "model_not_found")[1], status=404)
        self.fields = body
        content = self.content
        if content is self._opaque and body.get("background") == "transparent":
            content = picture(ground="transparent")
        encoded = base64.b64encode(content).decode()
        return web.json_response(
            {
                "created": 1763805000,
                "output_format": "png",
                "data": [{"b64_json": encoded}],
                "usage": self.usage,
            }
        )
