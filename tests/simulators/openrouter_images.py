"""A stand-in for OpenRouter's image endpoint, written from the contract (3.3 and 3.5)."""

import base64
from typing import ClassVar

from aiohttp import web

from tests.simulators.image_service import Errors, ImageService, Json, fields_of
from tests.simulators.pictures import svg


def _error(code: int, *, status: int | None = None, **more: object) -> tuple[int, Json]:
    headers = more.pop("headers", None)
    error = {"code": code, "message": "Provider returned error", **more}
    return status or code, {"error": error} | ({"headers": headers} if headers else {})


class OpenRouterImagesService(ImageService):
    """Base64 with the cost in US dollars; a failed generation is not billed."""

    ERRORS: ClassVar[Errors] = {
        "invalid": _error(400, metadata={"error_type": "invalid_request"}),
        "refusal": _error(400, metadata={"error_type": "content_policy_violation"}),
        "unknown_model": _error(400, availability={"code": "model_not_found"}),
        "no_credits": _error(402, metadata={"limit_source": "openrouter_credits"}),
        "budget_in_flight": _error(
            402,
            metadata={"limit_source": "openrouter_in_flight_budget"},
            headers={"Retry-After": "4"},
        ),
        "flagged": _error(403, metadata={"reasons": ["violence"], "flagged_input": "x"}),
        "budget_spent": _error(403, metadata={"limit_source": "key"}),
        "region": _error(403, availability={"code": "region_restricted"}),
        "model_gone": _error(404, availability={"code": "model_deprecated"}),
        "timed_out": _error(408),
        "too_large": _error(413),
        "limited": _error(429, headers={"Retry-After": "9"}),
        "masked": _error(500, metadata={"error_type": "server"}),
        "upstream": _error(502, metadata={"error_type": "provider_unavailable"}),
        "edge": _error(524),
        "overloaded": _error(529),
        "error_in_200": _error(502, status=200),
        "error_by_http_status": (200, {"error": {"http_status": 429, "error_type": "x"}}),
        "error_without_number": (200, {"error": {"message": "?"}}),
        "no_data": (200, {"created": 1, "data": []}),
    }

    def __init__(self) -> None:
        super().__init__()
        self.fields: Json = {}
        self.models: list[Json] = []

    @property
    def url(self) -> str:
        return f"{self.api.url}/api/v1"

    def unauthorised(self) -> web.Response:
        return web.json_response(_error(401)[1], status=401)

    async def make(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/api/v1/key":
            return web.json_response({"data": {"limit_remaining": 9.5}})
        if request.path == "/api/v1/models" and request.query_string == "output_modalities=image":
            return web.json_response({"data": self.models})
        if request.path != "/api/v1/images":
            return web.json_response(_error(404)[1], status=404)
        self.fields = await fields_of(request)
        is_vector = self.fields.get("output_format") == "svg"
        content = svg() if is_vector else self.content
        entry = {"b64_json": base64.b64encode(content).decode()}
        if is_vector:
            entry["media_type"] = "image/svg+xml"
        usage = {"prompt_tokens": 0, "completion_tokens": 4175, "total_tokens": 4175, "cost": 0.04}
        return web.json_response({"created": 1, "data": [entry], "usage": usage})
