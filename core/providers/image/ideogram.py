"""Ideogram: pictures by its second and first API, and vectors (contract, section 5)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

from core.engine_pool import Engine
from core.providers.base import FailureKind, ImageRequest
from core.providers.image.access import ImageAccess
from core.providers.image.bill import Bill
from core.providers.image.polling import (
    POLL_S,
    Answer,
    PollRhythm,
    kind_of_poll,
    until_ready,
)
from core.providers.image.remote import (
    RemoteImageProvider,
    first_entry,
    weighted_colors,
    whole_number,
)
from core.providers.outbound import Call, Files, Reply, failure
from core.providers.room import Loan

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
    most_at_once = 8  # of 10 pictures: one that we have given up may go on
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

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        if self.model == _VECTORS:
            return await self._draw_vectors(request, bill, loan)
        if self.model == _FIRST_API:
            call = self._call("/v1/ideogram-v3/generate", files=_form(self._fields(request)))
        else:
            call = self._call(f"/v2/image/generate/{self.model}", body=self._fields(request))
        with bill.sent(self._access.price_usd):
            reply = await self._api.ask(call, _judge)
        return await self._picture(reply.json(), bill, loan)

    async def _draw_vectors(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        """Vectors are made while one waits, and asked for by the id of the generation."""
        body = {"prompt": self._prompt(request), "quality": "medium"}
        submission = self._call(f"/v2/svg/generate/{_VECTORS}", body=body)
        with bill.sent(self._access.price_usd):
            reply = await self._api.ask(submission, _judge)
        generation = reply.json().get("generation_id")
        if not isinstance(generation, str) or not generation.isalnum():
            raise failure(self.name, "bad_payload")
        bill.charge(self._access.price_usd)
        call = Call(
            "GET",
            f"{self._root}/v2/generations/{generation}",
            headers=self._headers,
            deadline_s=POLL_S,
        )

        async def poll() -> Answer:
            return (await self._api.ask(call, kind_of_poll)).json()

        def is_ready(answer: Answer) -> bool:
            if answer.get("status") != "failed":
                return answer.get("status") == "completed"
            bill.waive()
            policy = "content_policy" in str(answer.get("failure_reason"))
            raise failure(self.name, "moderated" if policy else "transient")

        return await self._picture(await until_ready(self._rhythm, poll, is_ready), bill, loan)

    async def _picture(self, answer: Mapping[str, Any], bill: Bill, loan: Loan) -> bytes:
        """The picture of an answer; one that was made and withheld is billed."""
        entry = first_entry(answer.get("data"))
        if not entry:
            raise failure(self.name, "bad_payload")
        micros = whole_number(answer.get("usage_cost_usd_micros"))
        bill.charge(micros * _MICRO if micros else self._access.price_usd)
        if entry.get("is_image_safe") is False or not entry.get("url"):
            raise failure(self.name, "moderated")
        return await self._download(entry["url"], loan)

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
