"""Answers that are given again, and to which questions."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest

from core.exceptions import ProviderUnavailableError
from core.providers.base import BrandTask, Completion, TextRequest
from core.providers.text import cached
from core.providers.text.cached import CachedTextProvider

QUESTION = TextRequest("names", "small", 0.9, task=BrandTask("names", "bakery", seed=1), brief="b")

pytestmark = pytest.mark.asyncio


@dataclass
class Model:
    """Answers with a counter."""

    name: str = "some"
    models: tuple[str, ...] = ("small", "large")
    text: str = ""
    asked: list[TextRequest] = field(default_factory=list)
    fails: bool = False

    async def complete(self, request: TextRequest) -> Completion:
        self.asked.append(request)
        if self.fails:
            raise ProviderUnavailableError
        answer = self.text or f"answer {len(self.asked)}"
        return Completion(answer, self.name, request.model, 3, 5, Decimal("0.1"))


async def test_the_same_question_is_paid_once_until_its_time_is_over() -> None:
    model, now = Model(), 0.0
    provider = CachedTextProvider(model, 60, clock=lambda: now)
    first = await provider.complete(QUESTION)
    assert first.cost_usd == Decimal("0.1")

    now = 59.9
    again = await provider.complete(replace(QUESTION, task=BrandTask("names", "bakery", seed=2)))
    assert (again.text, again.cost_usd, again.input_tokens) == ("answer 1", Decimal(0), 0)

    now = 60.0
    assert (await provider.complete(QUESTION)).text == "answer 2"


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, prompt="lines"),
        replace(QUESTION, model="large"),
        replace(QUESTION, temperature=0.7),
        replace(QUESTION, brief="another"),
        replace(QUESTION, context="patterns"),
        replace(QUESTION, task=None),
    ],
)
async def test_another_question_is_asked(other: TextRequest) -> None:
    model = Model()
    provider = CachedTextProvider(model, 60)
    await provider.complete(QUESTION)
    await provider.complete(other)
    assert model.asked == [QUESTION, other]


async def test_failures_and_endless_answers_are_not_kept() -> None:
    for model in (Model(fails=True), Model(text="x" * (cached.MOST_CHARACTERS + 1))):
        provider = CachedTextProvider(model, 60)
        for _ in range(2):
            try:
                await provider.complete(QUESTION)
            except ProviderUnavailableError:
                assert model.fails
        assert len(model.asked) == 2


async def test_room_is_bounded_and_the_longest_unused_goes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "MOST_ANSWERS", 2)
    model = Model()
    provider = CachedTextProvider(model, 60)
    for prompt in ("a", "b", "a", "c", "a", "b"):
        await provider.complete(replace(QUESTION, prompt=prompt))
    assert [request.prompt for request in model.asked] == ["a", "b", "c", "b"]
