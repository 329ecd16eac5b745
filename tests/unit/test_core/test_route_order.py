"""Among equal routes the healthy and cheap one is asked first, and nobody starves."""

import asyncio
from collections import deque
from decimal import Decimal

import pytest

from core.route_order import EXPLORE_EVERY, RECENTLY_S
from tests.unit.test_core.chain_world import Vendor, World, virtually


async def answers(world: World, times: int) -> list[str]:
    return [await world.ask() for _ in range(times)]


def test_who_failed_just_now_goes_behind_its_equals_for_a_while() -> None:
    async def scenario() -> None:
        first = Vendor("first", group="m", script=deque(["transient"]))
        world = World(first, Vendor("second", group="m"))

        assert await answers(world, 3) == ["second"] * 3
        assert len(first.asked) == 1
        await asyncio.sleep(RECENTLY_S)
        assert await answers(world, 2) == ["first"] * 2

    virtually(scenario)


@pytest.mark.parametrize(("group", "preferred"), [("m", "cheap"), ("", "dear")])
def test_the_cheaper_of_equals_is_asked_first_once_both_are_known(
    group: str, preferred: str
) -> None:
    async def scenario() -> None:
        dear = Vendor("dear", group=group, cost=Decimal("0.05"))
        cheap = Vendor("cheap", group=group, cost=Decimal("0.01"))
        world = World(dear, cheap)
        assert await answers(world, 5) == ["dear"] * 5, "nothing is known of the other"
        for _ in range(5):
            await world.chain.first_answer("names", [cheap.candidate])

        assert await world.ask() == preferred

    virtually(scenario)


def test_the_configured_first_is_still_asked_now_and_then() -> None:
    async def scenario() -> None:
        dear = Vendor("dear", group="m", cost=Decimal("0.05"))
        cheap = Vendor("cheap", group="m", cost=Decimal("0.01"))
        world = World(dear, cheap)
        await answers(world, 5)
        for _ in range(5):
            await world.chain.first_answer("names", [cheap.candidate])

        later = await answers(world, 3 * EXPLORE_EVERY)
        assert later.count("dear") == 3

    virtually(scenario)
