"""Recraft, whose vector models draw SVG in given colours (contract, section 8)."""

from decimal import Decimal

from core.engine_pool import Engine
from core.providers.base import ImageRequest
from core.providers.image.access import ImageAccess
from core.providers.image.bill import Bill
from core.providers.image.remote import (
    RemoteImageProvider,
    amount,
    first_entry,
    weighted_colors,
)
from core.providers.outbound import Call, Reply, failure
from core.providers.room import Loan

_USD_PER_UNIT = Decimal("0.001")
_WHITE = {"rgb": [255, 255, 255]}
_SHORT_PROMPTS = ("recraftv2", "recraftv3")


class RecraftImages(RemoteImageProvider):
    """All Recraft models; pictures come inside the answer, so that nothing has to be fetched."""

    default_url = "https://external.api.recraft.ai/v1"
    default_model = "recraftv4_1_vector"
    deadline_s = 90
    result_hosts = ("*.recraft.ai",)

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        super().__init__(access, engine, deadline_s=deadline_s)
        self._longest = 1_000 if self.model.startswith(_SHORT_PROMPTS) else self.longest_prompt

    def _free_call(self) -> Call:
        return self._free_get(f"{self._base}/users/me", self._bearer)

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        colors = [
            {"rgb": list(bytes.fromhex(color[1:])), "weight": weight}
            for color, weight in weighted_colors(request)
        ]
        body: dict[str, object] = {
            "prompt": self._prompt(request)[: self._longest],
            "model": self.model,
            "n": 1,
            "size": "1:1",
            "response_format": "b64_json",
            "controls": {"background_color": _WHITE} | ({"colors": colors} if colors else {}),
        }
        if not self.model.endswith("_vector"):
            body["image_format"] = "png"
        with bill.sent(self._access.price_usd):
            reply = await self._posted("/images/generations", body, lambda _: None, loan)
        found = self._found(reply, bill)
        del reply  # it may be large
        return found if isinstance(found, bytes) else await self._download(found, loan)

    def _found(self, reply: Reply, bill: Bill) -> object:
        """The picture, or the address at which it lies."""
        answer = reply.json()
        units = amount(answer.get("credits"))
        bill.charge(self._access.price_usd if units is None else units * _USD_PER_UNIT)
        entry = first_entry(answer.get("data"))
        if not entry:
            raise failure(self.name, "bad_payload")
        return self._decoded(entry["b64_json"]) if "b64_json" in entry else entry.get("url")
