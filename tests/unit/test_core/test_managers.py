"""Failover: who is asked, who is left alone, and what is recorded."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from core.ai_manager import AIManager
from core.exceptions import (
    AllProvidersFailedError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.failover_manager import FailoverManager
from core.providers.base import (
    Completion,
    GeneratedImage,
    ImageFile,
    ImageRequest,
    TextRequest,
)
from core.usage import track_usage
from tests.simulators.virtual_time import run_virtually


@dataclass
class Provider:
    """A text and image provider that answers with its name, or fails as it is told."""

    name: str
    models: tuple[str, ...] = ("small",)
    failure: Callable[[], Exception] | None = None
    delay_s: float = 0
    asked: list[str] = field(default_factory=list)

    async def complete(self, request: TextRequest) -> Completion:
        self.asked.append(request.model)
        await asyncio.sleep(self.delay_s)
        if self.failure is not None:
            raise self.failure()
        return Completion(self.name, self.name, request.model, 3, 5, Decimal("0.01"))

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        self.asked.append(request.prompt)
        if self.failure is not None:
            raise self.failure()
        file = ImageFile("symbol", "color", "image/png", self.name.encode())
        return GeneratedImage((file,), "compact", "a mark", self.name, self.name)


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 0

    def __call__(self) -> float:
        return self.now


def broken(name: str, kind: str = "transient") -> Provider:
    return Provider(name, failure=lambda: ProviderUnavailableError(kind=kind))


@pytest.mark.asyncio
async def test_the_next_provider_answers_for_a_broken_one() -> None:
    first, second = broken("first"), Provider("second")
    with track_usage() as usage:
        answer = await AIManager([first, second]).generate_text("hello")

    assert answer == "second"
    assert [(record.provider, record.outcome) for record in usage.records] == [
        ("first", "transient"),
        ("second", "success"),
    ]
    assert usage.models_used == ["second/small"]
    assert usage.cost_usd == Decimal("0.01")


@pytest.mark.asyncio
async def test_a_known_model_is_asked_first_whatever_the_order() -> None:
    first, second = Provider("first"), Provider("second", ("large",))

    assert await AIManager([first, second]).generate_text("hello", "large") == "second"
    assert first.asked == []


@pytest.mark.asyncio
async def test_when_all_fail_every_cause_is_kept() -> None:
    with pytest.raises(AllProvidersFailedError) as caught:
        await AIManager([broken("first"), broken("second")]).generate_text("hello")

    assert isinstance(caught.value.__cause__, ExceptionGroup)
    assert len(caught.value.__cause__.exceptions) == 2


@pytest.mark.asyncio
async def test_without_providers_there_is_an_error_and_no_hang() -> None:
    with pytest.raises(AllProvidersFailedError):
        await AIManager([]).generate_text("hello")


@pytest.mark.asyncio
async def test_a_slow_provider_costs_one_deadline() -> None:
    slow, quick = Provider("slow", delay_s=30), Provider("quick")
    with track_usage() as usage:
        answer = await AIManager([slow, quick], deadline_s=0.05).generate_text("hello")

    assert answer == "quick"
    assert usage.records[0].outcome == "timeout"


@pytest.mark.asyncio
async def test_parallel_questions_survive_one_failure() -> None:
    manager = AIManager([Provider("only", ("small", "large"))])

    answers = await manager.generate_parallel([("a", "small"), ("b", "large")])

    assert answers == {"small": "only", "large": "only"}
    with pytest.raises(AllProvidersFailedError):
        await AIManager([broken("x")]).generate_parallel([("a", "small")])


@pytest.mark.asyncio
async def test_a_breaker_opens_probes_once_and_closes() -> None:
    clock = Clock()
    first, last = broken("first"), Provider("last")
    manager = FailoverManager([first, last], clock=clock)
    for _ in range(8):
        assert await manager.generate_with_failover("a logo") == b"last"
    assert len(first.asked) == 5
    assert manager.get_stats()["first"]["breaker"] == "open"

    clock.now += 31
    await manager.generate_with_failover("a logo")
    assert len(first.asked) == 6
    assert manager.get_stats()["first"]["breaker"] == "open"

    first.failure = None
    clock.now += 61
    assert await manager.generate_with_failover("a logo") == b"first"
    assert manager.get_stats()["first"]["breaker"] == "closed"


@pytest.mark.asyncio
async def test_a_refused_request_does_not_hurt_a_providers_health() -> None:
    picky = Provider("picky", failure=lambda: ProviderRejectedError(kind="moderated"))
    manager = FailoverManager([picky, Provider("last")])
    for _ in range(10):
        await manager.generate_with_failover("a logo")

    assert len(picky.asked) == 10
    assert manager.get_stats()["picky"]["breaker"] == "closed"


@pytest.mark.asyncio
async def test_a_bad_key_is_not_tried_again_for_ten_minutes() -> None:
    clock = Clock()
    locked = broken("locked", kind="auth")
    manager = FailoverManager([locked, Provider("last")], clock=clock)
    await manager.generate_with_failover("a logo")
    clock.now += 599
    await manager.generate_with_failover("a logo")
    assert len(locked.asked) == 1

    clock.now += 2
    await manager.generate_with_failover("a logo")
    assert len(locked.asked) == 2


def test_outcomes_seen_elsewhere_count_too() -> None:
    manager = FailoverManager([Provider("only")])
    manager.record_success("only")
    manager.record_failure("only")

    stats = manager.get_stats()["only"]
    assert (stats["successes"], stats["failures"], stats["success_rate"]) == (1, 1, 0.5)
    with pytest.raises(KeyError):
        manager.record_success("unknown")


def test_one_manager_serves_several_event_loops() -> None:
    manager = AIManager([Provider("only")], concurrency=1)

    async def ask_twice() -> list[str]:
        return list(await asyncio.gather(manager.generate_text("a"), manager.generate_text("b")))

    assert asyncio.run(ask_twice()) == ["only", "only"]
    assert asyncio.run(ask_twice()) == ["only", "only"]


def test_in_a_hurry_a_slow_model_is_not_waited_for() -> None:
    async def scenario() -> None:
        manager = AIManager(
            [Provider("a", ("quick",), delay_s=1), Provider("b", ("slow",), delay_s=50)]
        )
        with track_usage() as usage:
            answers = await manager.generate_parallel([("p", "quick"), ("p", "slow")], hurry=True)

        assert answers == {"quick": "a"}
        assert asyncio.get_running_loop().time() == 3
        assert [record.outcome for record in usage.records] == ["success", "cancelled"]

    run_virtually(scenario())


def test_a_failure_ends_nobodys_patience_and_a_spare_model_stands_in() -> None:
    async def scenario() -> None:
        third = Provider("c", ("third",), delay_s=8)
        manager = AIManager(
            [broken("a"), Provider("b", ("second",), delay_s=5), third, Provider("d", ("last",))]
        )
        answers = await manager.generate_parallel(
            [("p", "small"), ("p", "second")], spare=("third",), hurry=True
        )

        assert answers == {"small": "c", "second": "b"}
        assert asyncio.get_running_loop().time() == 8

    run_virtually(scenario())
