"""One answer from a row of providers: time, room, health and the record, on a clock that jumps."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest

from core.exceptions import (
    AllProvidersFailedError,
    OverloadedError,
    ProviderRejectedError,
    ProviderUnavailableError,
)
from core.places import WAITING_PER_PLACE, Cap
from core.provider_chain import Candidate, Limits, ProviderChain
from core.provider_stats import CANCELLED
from core.providers.base import BUILTIN, Completion
from core.retries import LONGEST_PAUSE_S
from core.usage import SUCCESS, owe, track_usage
from tests.simulators.virtual_time import run_virtually

FIRST, SECOND = ("first", "small"), ("second", "small")
OTHER = ("first", "large")
ENGINE = (BUILTIN, BUILTIN)


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Line:
    """A chain of providers that answer with their names, as scripted; `asked` is when and who."""

    limits: Limits = field(default_factory=lambda: Limits(10, 20, 4))
    asked: list[tuple[float, str]] = field(default_factory=list)
    told: list[tuple[str, str, str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chain = ProviderChain(
            [FIRST, OTHER, SECOND, ENGINE],
            self.limits,
            clock=now,
            on_call=lambda *call: self.told.append(call),
        )

    def candidate(
        self,
        route: tuple[str, str] = FIRST,
        *,
        seconds: float = 1,
        error: Callable[[], Exception] | None = None,
    ) -> Candidate[Completion]:
        async def call(_seconds: float) -> Completion:
            self.asked.append((now(), "/".join(route)))
            await asyncio.sleep(seconds)
            if error is not None:
                raise error()
            return Completion(route[0], route[0], route[1], 3, 5, Decimal("0.01"))

        return Candidate(*route, call)

    async def answer(self, *candidates: Candidate[Completion]) -> str:
        return (await self.chain.first_answer("names", candidates)).text


def failing(kind: str, **context: Any) -> Callable[[], Exception]:  # Any: as in AppError
    return lambda: ProviderUnavailableError(kind=kind, **context)


def virtually(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    run_virtually(run())


def test_a_hanging_provider_leaves_the_last_one_time() -> None:
    async def scenario() -> None:
        line = Line(Limits(60, 20, 4))
        hanging = line.candidate(FIRST, seconds=3_600)

        assert await line.answer(hanging, line.candidate(SECOND)) == "second"
        assert line.asked == [(0.0, "first/small"), (18.0, "second/small")]
        assert [call[2] for call in line.told] == ["timeout", SUCCESS]

    virtually(scenario)


def test_nothing_takes_longer_than_the_overall_deadline() -> None:
    async def scenario() -> None:
        line = Line(Limits(60, 20, 4))
        slow = [line.candidate(route, seconds=3_600) for route in (FIRST, OTHER, SECOND)]

        with pytest.raises(AllProvidersFailedError):
            await line.answer(*slow)
        assert now() == pytest.approx(20)

    virtually(scenario)


def test_a_hint_keeps_the_model_alone_for_as_long_as_it_says() -> None:
    async def scenario() -> None:
        line = Line()
        busy = line.candidate(FIRST, error=failing("rate_limited", retry_after=45))
        for _ in range(3):
            await line.answer(busy, line.candidate(SECOND))
        assert [who for _, who in line.asked].count("first/small") == 1

        await asyncio.sleep(45)
        await line.answer(line.candidate(FIRST), line.candidate(SECOND))
        assert line.asked[-1][1] == "first/small"

    virtually(scenario)


@pytest.mark.parametrize(
    ("kind", "models_left_alone"),
    [("auth", 2), ("quota", 2), ("model_gone", 1), ("moderated", 0), ("invalid_request", 0)],
)
def test_whose_fault_it_is_decides_who_is_left_alone(kind: str, models_left_alone: int) -> None:
    async def scenario() -> None:
        line = Line()
        await line.answer(line.candidate(FIRST, error=failing(kind)), line.candidate(SECOND))

        blocked = [line.chain.breaker(*route).blocks() for route in (FIRST, OTHER)]
        assert sum(blocked) == models_left_alone
        assert not line.chain.breaker(*SECOND).blocks()

    virtually(scenario)


def test_when_all_fail_the_wait_is_that_of_the_first_to_come_back() -> None:
    async def scenario() -> None:
        line = Line()
        long = line.candidate(FIRST, error=failing("rate_limited", retry_after=300))
        short = line.candidate(SECOND, error=failing("rate_limited", retry_after=30))

        with pytest.raises(AllProvidersFailedError) as caught:
            await line.answer(long, short)
        assert caught.value.context["retry_after"] == 30
        assert isinstance(caught.value.__cause__, ExceptionGroup)

    virtually(scenario)


def test_calls_beyond_the_room_wait_their_turn_and_a_long_queue_is_passed_over() -> None:
    async def scenario() -> None:
        line = Line(Limits(100, 200, 1))
        calls = [
            asyncio.create_task(line.answer(line.candidate())) for _ in range(1 + WAITING_PER_PLACE)
        ]
        await asyncio.sleep(0.1)

        assert await line.answer(line.candidate(), line.candidate(SECOND)) == "second"
        await asyncio.gather(*calls)
        starts = [at for at, who in line.asked if who == "first/small"]
        assert starts == pytest.approx(list(range(1 + WAITING_PER_PLACE)))
        assert not line.chain.breaker(*FIRST).blocks()

    virtually(scenario)


def test_a_full_provider_is_not_waited_for_long_where_another_vendor_is_free() -> None:
    async def scenario() -> None:
        line = Line(Limits(100, 200, 1))
        first = asyncio.create_task(line.answer(line.candidate(seconds=50)))
        await asyncio.sleep(0)

        assert await line.answer(line.candidate(), line.candidate(SECOND)) == "second"
        assert line.asked[-1] == (LONGEST_PAUSE_S, "second/small")
        assert not line.chain.breaker(*FIRST).blocks()
        assert await first == "first"

    virtually(scenario)


@pytest.mark.parametrize("broken", [False, True])
def test_a_full_provider_is_waited_for_where_only_the_engine_is_left(broken: bool) -> None:
    async def scenario() -> None:
        line = Line(Limits(100, 200, 1))
        first = asyncio.create_task(line.answer(line.candidate(seconds=50)))
        await asyncio.sleep(0)
        others = [line.candidate(ENGINE)]
        if broken:
            line.chain.breaker(*SECOND).open_for(600)
            others.insert(0, line.candidate(SECOND))

        assert await line.answer(line.candidate(), *others) == "first"
        assert line.asked[-1] == (50.0, "first/small")
        assert await first == "first"

    virtually(scenario)


def test_providers_of_one_account_share_its_places() -> None:
    async def scenario() -> None:
        cap = Cap("account", 2)
        line = Line(Limits(100, 200, 8, caps={"first": cap, "second": cap}))
        routes = (FIRST, SECOND, FIRST, SECOND)
        await asyncio.gather(*(line.answer(line.candidate(route)) for route in routes))
        assert [at for at, _ in line.asked] == [0, 0, 1, 1]

    virtually(scenario)


def test_a_full_provider_alone_is_overload_and_no_failure_of_it() -> None:
    async def scenario() -> None:
        line = Line(Limits(100, 5, 1))
        first = asyncio.create_task(line.answer(line.candidate(seconds=50)))
        await asyncio.sleep(0)

        with pytest.raises(AllProvidersFailedError) as caught:
            await line.answer(line.candidate())
        causes = caught.value.__cause__
        assert isinstance(causes, ExceptionGroup)
        assert isinstance(causes.exceptions[0], OverloadedError)
        with pytest.raises(AllProvidersFailedError):
            await first

    virtually(scenario)


def test_a_cancelled_call_gives_its_place_and_its_probe_back() -> None:
    async def scenario() -> None:
        line = Line(Limits(100, 200, 1))
        line.chain.breaker(*FIRST).open_for(10)
        await asyncio.sleep(11)
        probe = asyncio.create_task(line.answer(line.candidate(seconds=50)))
        await asyncio.sleep(1)
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe

        assert line.told == [("first", "small", CANCELLED, 1.0)]
        assert await line.answer(line.candidate()) == "first"
        assert line.chain.breaker(*FIRST).state == "closed"

    virtually(scenario)


def test_only_one_of_many_probes_a_provider_that_may_be_well_again() -> None:
    async def scenario() -> None:
        line = Line()
        line.chain.breaker(*FIRST).open_for(10)
        await asyncio.sleep(11)

        answers = await asyncio.gather(
            *(line.answer(line.candidate(), line.candidate(SECOND)) for _ in range(4))
        )
        assert sorted(answers) == ["first", "second", "second", "second"]

    virtually(scenario)


def test_every_call_is_on_record_with_what_it_cost() -> None:
    async def scenario() -> None:
        line = Line()
        costly = failing("bad_payload", cost_usd=Decimal("0.03"))
        with track_usage() as usage:
            await line.answer(line.candidate(error=costly), line.candidate(SECOND, seconds=2))

        assert [(r.provider, r.outcome, r.latency_ms) for r in usage.records] == [
            ("first", "bad_payload", 1000),
            ("second", SUCCESS, 2000),
        ]
        assert usage.cost_usd == Decimal("0.04")

    virtually(scenario)


def owing(seconds: float) -> Candidate[Completion]:
    """A call whose price is known before its answer comes."""

    async def call(_seconds: float) -> Completion:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            owe(Decimal("0.03"))
            raise
        return Completion(*FIRST, FIRST[1], cost_usd=Decimal("0.02"))

    return Candidate(*FIRST, call)


def test_a_call_that_is_left_at_the_deadline_is_on_record_with_what_is_owed() -> None:
    async def scenario() -> None:
        line = Line()
        with track_usage() as usage:
            await line.answer(owing(3_600), line.candidate(SECOND))

        assert [(r.outcome, r.cost_usd) for r in usage.records] == [
            ("timeout", Decimal("0.03")),
            (SUCCESS, Decimal("0.01")),
        ]
        assert line.chain.get_stats()["first"]["cost_usd"] == "0.03"

    virtually(scenario)


def test_a_call_that_is_broken_off_is_on_record_with_what_is_owed() -> None:
    async def scenario() -> None:
        line = Line()
        with track_usage() as usage:
            work = asyncio.create_task(line.answer(owing(5), line.candidate(SECOND)))
            await asyncio.sleep(2)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            await line.answer(owing(5))

        assert [(r.outcome, r.cost_usd, r.latency_ms) for r in usage.records] == [
            (CANCELLED, Decimal("0.03"), 2000),
            (SUCCESS, Decimal("0.02"), 5000),
        ]
        assert line.chain.get_stats()["first"]["cost_usd"] == "0.05"

    virtually(scenario)


def test_a_failure_is_on_record_with_the_tokens_that_it_took() -> None:
    async def scenario() -> None:
        line = Line()
        refused = failing("moderated", input_tokens=12, output_tokens=3)
        with track_usage() as usage:
            await line.answer(line.candidate(error=refused), line.candidate(SECOND))

        assert [(r.input_tokens, r.output_tokens) for r in usage.records] == [(12, 3), (3, 5)]

    virtually(scenario)


def test_an_error_that_no_provider_may_raise_is_not_hidden() -> None:
    async def scenario() -> None:
        line = Line()
        with pytest.raises(ZeroDivisionError):
            await line.answer(line.candidate(error=ZeroDivisionError), line.candidate(SECOND))
        assert await line.answer(line.candidate()) == "first"

    virtually(scenario)


def test_errors_say_nothing_of_what_the_provider_said() -> None:
    async def scenario() -> None:
        line = Line()
        secret = "sk-canary"  # stands for one
        refused = line.candidate(error=lambda: ProviderRejectedError(secret, kind="moderated"))
        with pytest.raises(AllProvidersFailedError) as caught:
            await line.answer(refused)
        assert secret not in str(caught.value)

    virtually(scenario)
