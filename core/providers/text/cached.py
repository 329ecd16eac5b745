"""Gives the answer to a question again that was asked before, for a while."""

import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from core.breaker import Clock
from core.providers.base import Completion, TextProvider, TextRequest

MOST_ANSWERS = 512
MOST_CHARACTERS = 32 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Completion
    until: float


class CachedTextProvider:
    """A provider that pays once for the same prompt, brief, model and temperature.

    The seed of a task is no part of the question. Failures and very long answers are not kept.
    """

    def __init__(
        self, provider: TextProvider, seconds: float, *, clock: Clock = time.monotonic
    ) -> None:
        self.name = provider.name
        self.models = provider.models
        self._provider = provider
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()

    async def complete(self, request: TextRequest) -> Completion:
        """The kept answer, which costs nothing, or a new one. Raises what the provider raises."""
        key = _key(request)
        kept = self._kept.get(key)
        if kept is not None and self._clock() < kept.until:
            self._kept.move_to_end(key)
            return replace(kept.answer, input_tokens=0, output_tokens=0, cost_usd=Decimal(0))
        answer = await self._provider.complete(request)
        if len(answer.text) <= MOST_CHARACTERS:
            self._kept[key] = _Kept(answer, self._clock() + self._seconds)
            self._kept.move_to_end(key)
        while len(self._kept) > MOST_ANSWERS:
            self._kept.popitem(last=False)
        return answer


def _key(request: TextRequest) -> bytes:
    """A digest: briefs are not kept longer than their answers need."""
    kind = request.task.kind if request.task else None
    asked = (
        request.model, request.temperature, request.prompt, request.context, request.brief, kind,
    )  # fmt: skip
    return sha256(repr(asked).encode(errors="replace")).digest()
