"""A stand-in for Recraft, written from the contract (section 8)."""

import base64
from typing import ClassVar

from aiohttp import web

from tests.simulators.image_service import Errors, ImageService, Json, fields_of
from tests.simulators.pictures import svg


class Recraft(ImageService):
    """Vectors from vector models, in the first colour that was asked for.

    `vector` replaces the vectors, and `url_only` answers with a URL whatever was asked.
    """

    ERRORS: ClassVar[Errors] = {
        "refused": (400, {"code": "bad_request", "message": "Prompt refused"}),
        "no_units": (402, {"code": "payment_required", "message": "Not enough units"}),
        "limited": (429, {"code": "too_many_requests", "message": "Slow down"}),
        "internal": (500, {"code": "internal", "message": "Oops"}),
        "no_data": (200, {"created": 1763806000, "credits": 80, "data": []}),
    }

    def __init__(self) -> None:
        super().__init__()
        self.vector: bytes | None = None
        self.url_only = False
        self.fields: Json = {}

    @property
    def url(self) -> str:
        return f"{self.api.url}/v1"

    def unauthorised(self) -> web.Response:
        return web.json_response({"code": "unauthorized", "message": "Bad token"}, status=401)

    async def make(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/v1/users/me":
            return web.json_response({"credits": 1000})
        if request.path not in {
            "/v1/images/generations",
            "/v1/images/generations/vector",
            "/v1/images/generations/raster",
        }:
            return web.json_response({"code": "not_found", "message": "No"}, status=404)
        self.fields = await fields_of(request)
        is_vector = str(self.fields.get("model", "recraftv4_1")).endswith("_vector")
        if is_vector:
            self.content, self.content_type = self.vector or svg(self._color()), "image/svg+xml"
        if self.url_only or self.fields.get("response_format", "url") == "url":
            entry = {"image_id": "5b0e", "url": self.picture_url}
        else:
            entry = {"image_id": "5b0e", "b64_json": base64.b64encode(self.content).decode()}
        return web.json_response(
            {"created": 1763806000, "credits": 80 if is_vector else 35, "data": [entry]}
        )

    def _color(self) -> str:
        colors = self.fields.get("controls", {}).get("colors") or [{"rgb": [0, 0, 0]}]
        return "#" + bytes(colors[0]["rgb"]).hex()
