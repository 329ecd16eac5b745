"""OpenAI's image models, also by the name of the retired "dalle" (contract, section 7)."""

from decimal import Decimal

from core.engine_pool import Engine
from core.providers.base import FailureKind, ImageRequest, failure_kind
from core.providers.image.access import ImageAccess
from core.providers.image.bill import Bill
from core.providers.image.remote import RemoteImageProvider, first_entry, whole_number
from core.providers.outbound import Call, Reply
from core.providers.prices import cost_of_tokens
from core.providers.room import Loan
from core.providers.text.chat_errors import failure_of


class OpenAIImages(RemoteImageProvider):
    """GPT image models; a retired DALL-E model means the default one."""

    default_url = "https://api.openai.com/v1"
    default_model = "gpt-image-2.6-flare"
    deadline_s = 180
    longest_prompt = 32_000

    def __init__(
        self, access: ImageAccess, engine: Engine, *, deadline_s: float | None = None
    ) -> None:
        super().__init__(access, engine, deadline_s=deadline_s)
        if self.model.startswith("dall-e"):
            self.model = self.default_model

    def _free_call(self) -> Call:
        return self._free_get(f"{self._base}/models", self._bearer)

    def _models_call(self) -> Call:
        return self._free_call()

    async def _draw(self, request: ImageRequest, bill: Bill, loan: Loan) -> bytes:
        body = {
            "model": self.model,
            "prompt": self._prompt(request),
            "size": "1024x1024",
            "quality": "medium",
            "background": "transparent",
            "output_format": "png",
            "n": 1,
        }
        with bill.sent(self._access.price_usd):
            reply = await self._posted("/images/generations", body, _judge, loan)
        answer = reply.json()
        usage = answer.get("usage")
        if isinstance(usage, dict):
            bill.input_tokens = whole_number(usage.get("input_tokens"))
            bill.output_tokens = whole_number(usage.get("output_tokens"))
        bill.charge(self._price(bill))
        return self._decoded(first_entry(answer.get("data")).get("b64_json"))

    def _price(self, bill: Bill) -> Decimal:
        """That of the tokens written where both are known; those read are next to nothing."""
        prices = (Decimal(0), self._access.output_price_usd)
        return cost_of_tokens(0, bill.output_tokens, prices) or self._access.price_usd


def _judge(reply: Reply) -> FailureKind | None:
    error = reply.json_or_empty().get("error")
    if not isinstance(error, dict):
        return None
    if "must be verified" in str(error.get("message")):
        return "auth"  # the organisation, by a status of either 403 or 400
    return failure_kind(failure_of(reply.status, reply.headers, error))
