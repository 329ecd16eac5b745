"""A stand-in for Ideogram, both of its APIs, written from the contract (section 5)."""

import asyncio
import json
from typing import Any, ClassVar
from uuid import uuid4

from aiohttp import web

from tests.simulators.image_service import KEY, Errors, ImageService, Json, fields_of, parts_of

_ENUMS = ("rendering_speed", "magic_prompt", "style_type")
_MOST_IN_FLIGHT = 10
_UNSAFE = "Prompt provided failed safety check due to the inclusion of prohibited content."


class Ideogram(ImageService):
    """Pictures of either API, and vectors to be polled for; `states` is what the polls tell.

    A picture is in flight for `drawing_s`.
    """

    ERRORS: ClassVar[Errors] = {
        "bad_request": (400, {"error": "Invalid aspect ratio"}),
        "no_funds": (402, {"error": "Payment required", "reject_reason": "insufficient_funds"}),
        "forbidden": (403, {"error": "No access"}),
        "too_large": (413, {"error": "Upload too large"}),
        "unsafe_prompt": (422, {"error": _UNSAFE}),
        "in_flight": (
            429,
            {
                "error": "Too many requests",
                "reject_reason": "inflight_limit",
                "max_inflight_requests": _MOST_IN_FLIGHT,
            },
        ),
        "no_data": (200, {"created": "2026-11-22T10:05:11Z", "data": []}),
    }

    def __init__(self) -> None:
        super().__init__()
        self.states = ["pending", "completed"]
        self.in_flight = self.most_in_flight = 0
        self.drawing_s = 0.0
        self.fields: Json = {}
        self._generations: dict[str, list[str]] = {}

    def is_authorised(self, request: web.Request) -> bool:
        return request.headers.get("Api-Key") == KEY and "Authorization" not in request.headers

    def unauthorised(self) -> web.Response:
        return web.json_response({"error": "Invalid API key"}, status=401)

    async def make(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        if path.startswith("/v2/generations/"):
            return self._poll(path.rpartition("/")[2])
        if path == "/v1/ideogram-v3/generate":
            return await self._picture(request, await _form(request), upper=True)
        if path.startswith("/v2/image/generate/"):
            return await self._picture(request, await fields_of(request), upper=False)
        if path == "/v2/svg/generate/ideogram-vector-1":
            return self._begin()
        return web.json_response({"error": "Not found"}, status=404)

    async def _picture(
        self, request: web.Request, fields: Json | None, *, upper: bool
    ) -> web.StreamResponse:
        if fields is None or not _is_spelled(fields, upper=upper):
            return web.json_response({"error": "Invalid field"}, status=400)
        if request.query.get("dry_run") == "true":
            quote = {"object": "price_quote", "usd_micros": 60_000, "qualifier": "exact"}
            return web.json_response(quote)
        count = int(fields.get("num_images", 1))
        if self.in_flight + count > _MOST_IN_FLIGHT:
            return web.json_response(self.ERRORS["in_flight"][1], status=429)
        await self._drawn(count)
        self.fields = fields
        entry = {"url": self.picture_url, "is_image_safe": True, "resolution": "1024x1024"}
        if request["mode"] == "withheld":
            entry |= {"url": None, "is_image_safe": False}
        return web.json_response({"created": "2026-11-22T10:05:11Z", "data": [entry] * count})

    async def _drawn(self, count: int) -> None:
        self.in_flight += count
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.drawing_s)
        finally:
            self.in_flight -= count

    def _begin(self) -> web.Response:
        generation = uuid4().hex
        self._generations[generation] = list(self.states)
        return web.json_response({"generation_id": generation, "generation_kind": "svg"})

    def _poll(self, generation: str) -> web.Response:
        left = self._generations.get(generation)
        if not left:
            return web.json_response({"error": "Not found"}, status=404)
        state = left.pop(0)
        answer: Json = {"generation_id": generation, "status": state.partition(":")[0]}
        if answer["status"] == "completed":
            entry = {"object_type": "svg.generation", "url": self.picture_url, "width": 1024}
            answer |= {"data": [entry], "usage_cost_usd_micros": 160_000}
        if answer["status"] == "failed":
            answer["failure_reason"] = state.partition(":")[2]
        return web.json_response(answer)


async def _form(request: web.Request) -> Json | None:
    """The parts of a form; None when the palette is not declared as JSON."""
    found: Json = {}
    for part in await parts_of(request):
        if part.name != "color_palette":
            found[part.name] = part.content.decode()
        elif part.content_type != "application/json":
            return None
        else:
            found[part.name] = json.loads(part.content)
    return found


def _is_spelled(fields: Json, *, upper: bool) -> bool:
    """Whether all enumerations are in capitals, or none is, and a prompt is there."""
    values: list[Any] = [fields[name] for name in _ENUMS if name in fields]
    return bool(fields.get("prompt")) and all(
        value == (value.upper() if upper else value.lower()) for value in values
    )
