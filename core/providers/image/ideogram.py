"""Ideogram: pictures by its second and first API, and vectors (contract, section 5)."""

import asyncio
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from core.engine_pool import Engine
from core.providers.base import FailureKind, ImageRequest
from core.providers.image.access import ImageAccess
from core.providers.image.polling import PollRhythm
from core.providers.image.remote import (
    Drawing,
    RemoteImageProvider,
    first_entry,
    weighted_colors,
)
from core.providers.outbound import Call, Files, Reply, failure

_POLL_S = 10.0
_FIRST_API = "ideogram-v3"
_VECTORS = "ideogram-vector-1"
_MICRO = Decimal("0.000001")


class IdeogramImages(RemoteImageProvider):
    """Model "ideogram-v3" is asked by the first API, all others by the second.

    "ideogram-3" is the default because only it follows a palette by colour.
    """

    default_url = "https://api.ideogram.ai"
    default_model = "ideogram-3"
    deadline_s = 120
    result_hosts = ("ideogram.ai", "*.ideogram.ai")
    longest_prompt = 9_500
    hint_s = 5

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        super().__init__(access, engine, deadline_s=deadline_s)
        self._rhythm = PollRhythm(first_s=2, longest_s=3, least_s=2)

    def _free_call(self) -> Call:
        """A quote, for want of a question that is made for this."""
        path = "/v2/image/generate/ideogram-3?dry_run=true"
        return self._call(path, body={"prompt": "A logo", "num_images": 1})

    async def _draw(self, request: ImageRequest) -> Drawing:
        if self.model == _VECTORS:
            return await self._draw_vectors(request)
        if self.model == _FIRST_API:
            call = self._call("/v1/ideogram-v3/generate", files=_form(self._fields(request)))
        else:
            call = self._call(f"/v2/image/generate/{self.model}", body=self._fields(request))
        return await self._picture((await self._api.ask(call, _judge)).json(), None)

    async def _draw_vectors(self, request: ImageRequest) -> Drawing:
        """Vectors are made while one waits, and asked for by the id of the generation."""
        body = {"prompt": self._prompt(request), "quality": "medium"}
        began = time.monotonic()
        reply = await self._api.ask(self._call(f"/v2/svg/generate/{_VECTORS}", body=body), _judge)
        generation = reply.json().get("generation_id")
        if not isinstance(generation, str) or not generation.isalnum():
            raise failure(self.name, "bad_payload")
        poll = Call(
            "GET",
            f"{self._root}/v2/generations/{generation}",
            headers=self._headers,
            deadline_s=_POLL_S,
        )
        for wait in self._rhythm.waits():
            await asyncio.sleep(wait)
            answer = (await self._api.ask(poll)).json()
            if answer.get("status") == "completed":
                self._rhythm.note(time.monotonic() - began)
                return await self._picture(answer, answer.get("usage_cost_usd_micros"))
            if answer.get("status") == "failed":
                policy = "content_policy" in str(answer.get("failure_reason"))
                raise failure(self.name, "moderated" if policy else "transient")
        raise AssertionError("the rhythm has no end")

    async def _picture(self, answer: Mapping[str, Any], micros: object) -> Drawing:
        """The picture of an answer; one that was made and withheld is billed."""
        cost = micros * _MICRO if isinstance(micros, int) else self._access.price_usd
        entry = first_entry(answer.get("data"))
        if not entry:
            raise failure(self.name, "bad_payload")
        if entry.get("is_image_safe") is False or not entry.get("url"):
            raise failure(self.name, "moderated", cost_usd=cost)
        return await self._download(entry["url"], cost)

    def _fields(self, request: ImageRequest) -> dict[str, object]:
        """In the lower case of the second API; only its third model has styles and palettes."""
        fields: dict[str, object] = {
            "prompt": self._prompt(request),
            "magic_prompt": "off",
            "num_images": 1,
        }
        if self.model not in {_FIRST_API, "ideogram-3"}:
            return fields
        fields |= {"rendering_speed": "default", "aspect_ratio": "1x1", "style_type": "design"}
        members = [
            {"color_hex": color, "color_weight": weight}
            for color, weight in weighted_colors(request)
        ]
        return fields | ({"color_palette": {"members": members}} if members else {})

    def _call(
        self, path: str, *, body: dict[str, Any] | None = None, files: Files | None = None
    ) -> Call:
        return Call(
            "POST",
            self._root + path,
            headers=self._headers,
            json=body,
            files=files,
            deadline_s=self._total_s,
        )

    @property
    def _headers(self) -> dict[str, str]:
        return {"Api-Key": self._access.key.get_secret_value()}


def _form(fields: Mapping[str, object]) -> Files:
    """The fields as parts of a form: the first API wants capitals, and the palette as JSON."""
    parts: Files = []
    for name, value in fields.items():
        if name == "color_palette":
            parts.append((name, (None, orjson.dumps(value), "application/json")))
            continue
        text = str(value)
        if name in {"magic_prompt", "rendering_speed", "style_type"}:
            text = text.upper()
        parts.append((name, (None, text.encode(), None)))
    return parts


def _judge(reply: Reply) -> FailureKind | None:
    return "moderated" if reply.status == 422 else None
