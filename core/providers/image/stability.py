"""Stability AI's stable image API: one form, one picture (contract, section 6)."""

from core.providers.base import FailureKind, ImageRequest
from core.providers.image.bill import Bill
from core.providers.image.remote import MAX_BASE64_BYTES, RemoteImageProvider
from core.providers.outbound import Call, Reply, failure
from core.providers.room import Loan

_PATHS = ("core", "ultra", "sd3")


class StabilityImages(RemoteImageProvider):
    """Models "core" and "ultra", and the names of the third generation."""

    default_url = "https://api.stability.ai"
    default_model = "core"
    deadline_s = 60
    hint_s = 60  # who asks too often is shut out for a minute

    def _free_call(self) -> Call:
        return self._free_get(f"{self._root}/v1/user/balance", self._bearer)

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        fields = {
            "prompt": self._prompt(request),
            "aspect_ratio": "1:1",
            "output_format": "png",
        }
        path = self.model
        if path not in _PATHS:
            fields["model"], path = path, "sd3"
        call = Call(
            "POST",
            f"{self._root}/v2beta/stable-image/generate/{path}",
            headers={**self._bearer, "Accept": "image/*"},
            files=[(name, (None, text.encode(), None)) for name, text in fields.items()],
            deadline_s=self._total_s,
            max_bytes=MAX_BASE64_BYTES,
            loan=loan,
        )
        with bill.sent(self._access.price_usd):
            reply = await self._api.ask(call, _judge)
        return self._content(reply, bill)

    def _content(self, reply: Reply, bill: Bill) -> bytes:
        """The picture, as it came or out of JSON; a filtered one is only a blur, at no price."""
        answer = reply.json() if reply.media_type == "application/json" else None
        told = reply.headers.get("finish-reason") if answer is None else answer.get("finish_reason")
        if told == "CONTENT_FILTERED":
            raise failure(self.name, "moderated")
        if not reply.body or reply.media_type.startswith("text/"):
            raise failure(self.name, "bad_payload")
        bill.charge(self._access.price_usd)
        return reply.body if answer is None else self._decoded(answer.get("image"))


def _judge(reply: Reply) -> FailureKind | None:
    if reply.status == 403 and reply.json_or_empty().get("name") == "content_moderation":
        return "moderated"
    return None
