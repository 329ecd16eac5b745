"""Which failures are repeated at the same provider, how soon, and how many may be."""

from collections import deque
from decimal import Decimal
from typing import Any

import pytest

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.base import BUILTIN
from core.retries import RetryBudget, pause_before_retry
from tests.unit.test_core.chain_world import Vendor, World, busy, engine, now, virtually


@pytest.mark.parametrize(
    ("context", "pauses"),
    [
        ({"kind": "transient"}, [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]),
        ({"kind": "rate_limited"}, [0.25, 0.5, 1.0, 2.0, 4.0, 4.0]),
        ({"kind": "rate_limited", "retry_after": 7.5}, [7.5, 7.5]),
        ({"kind": "transient", "retry_after": 3}, [3, 3]),
        ({"kind": "transient", "retry_after": -3}, [0.25]),
        ({"kind": "transient", "retry_after": "soon"}, [0.25]),
        ({"kind": "rate_limited", "retry_after": 60}, [None]),
        ({"kind": "bad_payload"}, [0, None]),
        ({"kind": "transient", "accepted": True}, [None]),
        ({"kind": "bad_payload", "cost_usd": Decimal("0.04")}, [None]),
        *(
            ({"kind": kind}, [None])
            for kind in ("auth", "quota", "moderated", "invalid_request", "model_gone", "timeout")
        ),
    ],
)
def test_the_kind_of_a_failure_decides_about_its_repetition(
    context: dict[str, Any], pauses: list[float | None]
) -> None:  # Any: as in AppError
    error = ProviderUnavailableError(**context)

    given = [pause_before_retry(error, n, 60, draw=lambda: 0.5) for n in range(len(pauses))]

    assert given == pauses


def test_a_pause_that_does_not_fit_is_none() -> None:
    assert pause_before_retry(busy(5), 0, 5) is None
    assert pause_before_retry(busy(5), 0, 5.5) == 5


def test_the_budget_is_ten_and_a_fifth_of_the_calls_of_ten_seconds() -> None:
    seconds = [0.0]
    budget = RetryBudget(lambda: seconds[0])
    for _ in range(100):
        budget.note_call()
    assert sum(budget.claim() for _ in range(100)) == 30

    seconds[0] = 9.9
    assert not budget.claim()
    seconds[0] = 10.0
    assert sum(budget.claim() for _ in range(100)) == 10


def test_an_outage_does_not_multiply_the_calls() -> None:
    async def scenario() -> None:
        models = [Vendor("vendor", f"m{n}", always="bad_payload", seconds=0) for n in range(40)]
        well = Vendor("vendor", "well", seconds=0)
        world = World(*models, well, attempts=2)
        for model in models:
            await world.chain.first_answer("names", [model.candidate, well.candidate])
        calls = sum(len(vendor.asked) for vendor in world.vendors)
        repeated = world.chain.get_stats()["vendor"]["retries"]
        assert repeated == calls - 80
        assert repeated <= 10 + 0.2 * calls + 1

    virtually(scenario)


@pytest.mark.parametrize(("attempts", "calls"), [(1, 1), (2, 2), (3, 3)])
def test_a_provider_is_asked_as_often_as_the_table_says(attempts: int, calls: int) -> None:
    async def scenario() -> None:
        sick, second = Vendor("sick", always="transient"), Vendor("second")
        assert await World(sick, second, attempts=attempts).ask() == "second"
        assert len(sick.asked) == calls

    virtually(scenario)


def test_the_models_of_a_provider_share_its_repetitions() -> None:
    async def scenario() -> None:
        models = [Vendor("vendor", name, always="transient") for name in ("a", "b")]
        assert await World(*models, Vendor("second"), attempts=3).ask() == "second"
        assert [len(model.asked) for model in models] == [3, 1]

    virtually(scenario)


def test_a_dead_host_is_found_out_once_and_not_anew_with_each_model() -> None:
    async def scenario() -> None:
        models = [Vendor("vendor", name, always="transient") for name in "abcde"]
        world = World(*models, engine(), attempts=3)
        assert await world.ask() == BUILTIN
        assert [len(model.asked) for model in models] == [3, 1, 1, 0, 0]
        assert {world.state(model) for model in models} == {"open"}

        began = now()
        assert await world.ask() == BUILTIN
        assert now() - began == pytest.approx(0.1), "the engine's own time"
        assert sum(len(model.asked) for model in models) == 5

    virtually(scenario)


def test_a_model_that_fails_says_nothing_about_one_that_works() -> None:
    async def scenario() -> None:
        sick, well = Vendor("vendor", "a", always="transient"), Vendor("vendor", "b")
        world = World(sick, well)
        for _ in range(10):
            assert await world.ask() == "vendor"
        assert (world.state(sick), world.state(well)) == ("open", "closed")
        assert len(well.asked) == 10

    virtually(scenario)


def test_two_vendors_are_asked_what_the_first_refuses_and_no_third() -> None:
    async def scenario() -> None:
        refusal = ProviderRejectedError(kind="moderated")
        vendors = [Vendor(name, always=refusal) for name in "abc"]
        world = World(*vendors, engine())
        for _ in range(6):
            assert await world.ask() == BUILTIN
        assert [len(vendor.asked) for vendor in vendors] == [6, 6, 0]
        assert {world.state(vendor) for vendor in vendors} == {"closed"}

    virtually(scenario)


def test_a_call_is_told_the_seconds_that_it_has() -> None:
    async def scenario() -> None:
        slow, last = Vendor("slow", seconds=3_600), Vendor("last")
        await World(slow, last, overall_s=50).ask()
        assert slow.allowed == pytest.approx([45])
        assert last.allowed == pytest.approx([5])

    virtually(scenario)


def test_a_wait_for_a_hint_leaves_its_place_to_others() -> None:
    async def scenario() -> None:
        lone = Vendor("lone", script=deque([busy(6)]))
        assert await World(lone, attempts=2).ask() == "lone"
        assert lone.asked == pytest.approx([0, 6.1], abs=0.01)

    virtually(scenario)
