"""A stand-in for Stability AI, written from the contract (section 6)."""

import base64
from typing import ClassVar

from aiohttp import web

from tests.simulators.image_service import Errors, ImageService, Json, parts_of


def _error(status: int, name: str, text: str) -> tuple[int, Json]:
    return status, {"id": "4212a4b66fbe1ced", "name": name, "errors": [text]}


class Stability(ImageService):
    """Bytes or JSON, by `Accept`; `json_only` gives JSON whatever was asked."""

    ERRORS: ClassVar[Errors] = {
        "bad_request": _error(400, "bad_request", "prompt: is required"),
        "no_credits": _error(402, "payment_required", "not enough credits"),
        "flagged": _error(403, "content_moderation", "your request was flagged"),
        "forbidden": _error(403, "forbidden", "no access"),
        "too_large": _error(413, "payload_too_large", "over 10 MiB"),
        "language": _error(422, "invalid_language", "English only"),
        "blocked": _error(429, "rate_limit_exceeded", "blocked for 60 seconds"),
        "internal": _error(500, "internal_error", "unexpected"),
    }

    def __init__(self) -> None:
        super().__init__()
        self.json_only = False
        self.fields: dict[str, str] = {}

    def unauthorised(self) -> web.Response:
        status, body = _error(401, "unauthorized", "missing or invalid key")
        return web.json_response(body, status=status)

    async def make(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/v1/user/balance":
            return web.json_response({"credits": 812.35})
        path = request.path.removeprefix("/v2beta/stable-image/generate/")
        if path not in {"core", "ultra", "sd3"}:
            return web.json_response(_error(404, "not_found", "no such path")[1], status=404)
        if request.content_type != "multipart/form-data":
            return web.json_response(self.ERRORS["bad_request"][1], status=400)
        self.fields = {part.name: part.content.decode() for part in await parts_of(request)}
        reason = "CONTENT_FILTERED" if request["mode"] == "filtered" else "SUCCESS"
        if self.json_only or request.headers.get("Accept") == "application/json":
            body = {
                "image": base64.b64encode(self.content).decode(),
                "finish_reason": reason,
                "seed": 343940597,
            }
            response = web.json_response(body)
            response.headers["Content-Type"] = "application/json; type=image/png"
            return response
        return web.Response(
            body=self.content,
            content_type=self.content_type,
            headers={"finish-reason": reason, "seed": "343940597"},
        )
