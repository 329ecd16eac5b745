"""What went wrong in the failover of others and must not in ours.

One scenario for each of the reports in section 9.2 of the contract of text and image providers,
under its number there. What an adapter must see in an answer (13 to 16) is tested with it, too;
17, that no key follows an address which a provider made up, is about adapters alone.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable

import pytest
from loguru import logger

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.provider_stats import ProviderStats
from core.providers.base import BUILTIN
from tests.unit.test_core.chain_world import Vendor, World, busy, engine, now, virtually

Scenario = Callable[[], Awaitable[None]]


async def a_lone_provider_is_left_alone_and_costs_nothing_then() -> None:
    lone = Vendor("lone", always="transient")
    world = World(lone, attempts=3)
    await world.ask(patient=False)
    await world.ask(patient=False)
    assert (len(lone.asked), world.state(lone)) == (5, "open")

    began = now()
    assert await world.ask(patient=False) == "nobody"
    assert (now(), len(lone.asked)) == (began, 5)


async def every_attempt_of_one_request_counts() -> None:
    sick = Vendor("sick", always="transient")
    world = World(sick, engine(), attempts=5)

    assert await world.ask() == BUILTIN
    assert (len(sick.asked), world.state(sick)) == (5, "open")


async def a_later_failure_only_makes_the_pause_longer() -> None:
    sick = Vendor("sick")
    breaker = World(sick).chain.breaker("sick", "small")
    breaker.open_for(100)
    breaker.open_for(5)
    assert breaker.retry_after_s == 100
    breaker.open_for(200)
    assert breaker.retry_after_s == 200


async def failures_in_a_row_open_whatever_the_rate() -> None:
    sick = Vendor("sick")
    world = World(sick, engine())
    for _ in range(50):
        await world.ask()
    sick.always = "transient"
    for _ in range(25):
        await world.ask()
    assert len(sick.asked) == 50 + 5


async def hosts_that_are_gone_and_slow_ones_count() -> None:
    for failure in (ProviderUnavailableError("no connection"), "timeout"):
        sick = Vendor("sick", always=failure)
        world = World(sick, engine())
        for _ in range(8):
            await world.ask()
        assert (len(sick.asked), world.state(sick)) == (5, "open")


async def a_hint_is_kept_to_or_the_next_is_asked() -> None:
    fits, stand_in = Vendor("fits", script=deque([busy(4)])), Vendor("next")
    assert await World(fits, stand_in, attempts=2).ask() == "fits"
    assert fits.asked[1] - fits.asked[0] == pytest.approx(4.1, abs=0.01)

    late = Vendor("late", script=deque([busy(100)]))
    began = now()
    assert await World(late, stand_in, attempts=2).ask() == "next"
    assert now() - began == pytest.approx(0.2)


async def one_layer_repeats_and_within_the_deadline() -> None:
    sick, last = Vendor("sick", always="transient", seconds=50), Vendor("last")
    began = now()
    assert await World(sick, last, attempts=9, overall_s=60).ask() == "last"
    assert now() - began <= 60
    assert len(sick.asked) == 2


async def when_all_are_left_alone_the_first_to_return_is_awaited() -> None:
    one, other = Vendor("one"), Vendor("other")
    world = World(one, other)
    world.chain.breaker("one", "small").open_for(80)
    world.chain.breaker("other", "small").open_for(20)
    assert await world.ask() == "other"
    assert now() == pytest.approx(20.1, abs=0.01)

    world.chain.breaker("one", "small").open_for(200)
    world.chain.breaker("other", "small").open_for(300)
    began = now()
    assert await world.ask() == "nobody"
    assert (now(), world.error.context["retry_after"]) == (began, 200)


async def stand_ins_are_judged_like_the_first() -> None:
    first, second = Vendor("first", always="transient"), Vendor("second", always="transient")
    world = World(first, second, engine())
    for _ in range(10):
        await world.ask()
    assert [len(first.asked), len(second.asked)] == [5, 5]
    waits = {p: s["models"]["small"]["retry_after_s"] for p, s in list(stats(world).items())[:2]}
    assert all(0 < seconds <= 30 for seconds in waits.values())


async def its_state_can_be_looked_at() -> None:
    sick = Vendor("sick", always="transient")
    world = World(sick, engine())
    for _ in range(6):
        await world.ask()
    seen = stats(world)["sick"]["models"]["small"]

    assert seen["breaker"] == "open"
    assert seen["last_failure"] == "transient"
    assert (seen["successes"], seen["failures"], seen["openings"]) == (0, 5, 1)
    assert 29 < seen["retry_after_s"] < 30
    assert 0 < seen["since_s"] < 1


async def repetitions_end_with_the_opening_and_one_trial_decides() -> None:
    sick = Vendor("sick", always="transient")
    world = World(sick, engine(), attempts=9)
    await world.ask()
    assert len(sick.asked) == 5, "the opening ends the repetitions of the same request"

    breaker, waits = world.chain.breaker("sick", "small"), []
    for trial in range(1, 4):
        waits.append(math.ceil(breaker.retry_after_s))
        await asyncio.sleep(breaker.retry_after_s + 0.1)
        await asyncio.gather(*(world.ask() for _ in range(3)))
        assert len(sick.asked) == 5 + trial
    assert waits == [30, 60, 90]

    sick.always = None
    await asyncio.sleep(breaker.retry_after_s + 0.1)
    assert await world.ask() == "sick"
    assert world.state(sick) == "closed"


async def health_never_takes_the_last_one_away() -> None:
    sick, last = Vendor("sick", always="transient"), engine()
    last.always = "transient"
    world = World(sick, last)
    for _ in range(12):
        await world.ask()
    assert (len(sick.asked), len(last.asked)) == (5, 12)
    last.always = None
    assert await world.ask() == BUILTIN


async def a_success_that_is_none_fails_over_and_counts() -> None:
    odd, second = Vendor("odd", always="bad_payload"), Vendor("second")
    world = World(odd, second)
    for _ in range(7):
        assert await world.ask() == "second"
    assert (len(odd.asked), world.state(odd)) == (5, "open")
    assert stats(world)["odd"]["successes"] == 0


async def an_empty_answer_is_asked_for_once_more_and_at_once() -> None:
    odd, second = Vendor("odd", always="bad_payload"), Vendor("second")
    assert await World(odd, second, attempts=3).ask() == "second"
    assert odd.asked == pytest.approx([0, 0.1])

    empty = ProviderUnavailableError(kind="bad_payload", reference="gen-1763800000-hp41")
    recovers = Vendor("recovers", script=deque([empty]))
    lines: list[str] = []
    sink = logger.add(lines.append, format="{message}")
    assert await World(recovers, second, attempts=3).ask() == "recovers"
    logger.remove(sink)
    assert lines == ["recovers (small) failed: bad_payload, gen-1763800000-hp41\n"]


async def every_cause_is_kept() -> None:
    broken = ProviderUnavailableError("upstream is down", kind="transient", status=502)
    refused = ProviderRejectedError("no such field", kind="invalid_request")
    world = World(Vendor("broken", always=broken), Vendor("refused", always=refused))
    await world.ask()

    causes = world.error.__cause__
    assert isinstance(causes, ExceptionGroup)
    assert list(causes.exceptions) == [broken, refused]
    assert [stats(world)[who]["models"]["small"]["last_failure"] for who in ("broken", "refused")] \
        == ["transient", "invalid_request"]  # fmt: skip


async def a_model_that_is_gone_is_left_alone_and_its_sisters_are_not() -> None:
    gone, sister = Vendor("vendor", "old", always="model_gone"), Vendor("vendor", "new")
    world = World(gone, sister, attempts=3)
    for _ in range(3):
        assert await world.ask() == "vendor"
    assert (len(gone.asked), len(sister.asked)) == (1, 3)
    assert world.chain.breaker("vendor", "old").retry_after_s > 590


async def what_others_say_is_kept_out_of_errors_and_statistics() -> None:
    canary = "sk-canary https://media.example/?key=canary"
    sick = Vendor("sick", always=ProviderUnavailableError(canary, kind="auth"))
    world = World(sick)
    await world.ask()
    assert "canary" not in f"{world.error} {world.error.details} {stats(world)}"


def stats(world: World) -> dict[str, ProviderStats]:
    return world.chain.get_stats()


LESSONS: dict[str, Scenario] = {
    "1": a_lone_provider_is_left_alone_and_costs_nothing_then,
    "2": every_attempt_of_one_request_counts,
    "3": a_later_failure_only_makes_the_pause_longer,
    "4": failures_in_a_row_open_whatever_the_rate,
    "5": hosts_that_are_gone_and_slow_ones_count,
    "6": a_hint_is_kept_to_or_the_next_is_asked,
    "7": one_layer_repeats_and_within_the_deadline,
    "8": when_all_are_left_alone_the_first_to_return_is_awaited,
    "9": stand_ins_are_judged_like_the_first,
    "10": its_state_can_be_looked_at,
    "11": repetitions_end_with_the_opening_and_one_trial_decides,
    "12": health_never_takes_the_last_one_away,
    "13": a_success_that_is_none_fails_over_and_counts,
    "14": an_empty_answer_is_asked_for_once_more_and_at_once,
    "15": every_cause_is_kept,
    "15 and no text of it told": what_others_say_is_kept_out_of_errors_and_statistics,
    "16": a_model_that_is_gone_is_left_alone_and_its_sisters_are_not,
}


@pytest.mark.parametrize("number", LESSONS)
def test_a_report_about_others_does_not_apply_to_us(number: str) -> None:
    virtually(LESSONS[number])
