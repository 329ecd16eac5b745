"""List prices that are fetched once a day, on a clock that jumps."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from decimal import Decimal

import pytest

from core.exceptions import ProviderUnavailableError
from core.providers.domain.base import Price
from core.providers.domain.price_refresh import RefreshedPrices
from tests.simulators.virtual_time import run_virtually

TODAY = date(2026, 11, 26)
DAY = 24 * 3_600.0
YOUNG = Price("list", Decimal("11.98"), Decimal("12.10"), "porkbun", TODAY)


def now() -> float:
    return asyncio.get_running_loop().time()


class Fetcher:
    name = "porkbun"

    def __init__(self) -> None:
        self.fetched: list[float] = []
        self.fails = 0
        self.closed = False

    async def fetch(self) -> Mapping[str, Price]:
        self.fetched.append(now())
        await asyncio.sleep(1)
        if self.fails > 0:
            self.fails -= 1
            raise ProviderUnavailableError(provider=self.name, kind="transient")
        return {"com": YOUNG}

    async def aclose(self) -> None:
        self.closed = True


def virtually(scenario: Callable[[Fetcher, RefreshedPrices], Awaitable[None]]) -> None:
    async def run() -> None:
        fetcher = Fetcher()
        await scenario(fetcher, RefreshedPrices(fetcher, clock=now))

    run_virtually(run())


def com(prices: RefreshedPrices, today: date = TODAY) -> Price:
    price = prices.of("com", today)
    assert price is not None
    return price


def test_the_shipped_list_serves_until_the_fetched_one_is_there() -> None:
    async def scenario(fetcher: Fetcher, prices: RefreshedPrices) -> None:
        prices.refresh_soon()
        assert com(prices).as_of == date(2026, 8, 22)
        await asyncio.sleep(2)

        assert com(prices) == YOUNG
        shop = prices.of("shop", TODAY)
        assert shop is not None
        assert shop.as_of == date(2026, 8, 22)

    virtually(scenario)


def test_one_fetch_a_day_however_often_it_is_asked_for() -> None:
    async def scenario(fetcher: Fetcher, prices: RefreshedPrices) -> None:
        for _ in range(100):
            prices.refresh_soon()
            await asyncio.sleep(DAY / 50)
        assert fetcher.fetched == pytest.approx([0.0, DAY + DAY / 50], abs=DAY / 50)

    virtually(scenario)


def test_a_failed_fetch_is_repeated_after_ten_minutes_and_harms_nothing() -> None:
    async def scenario(fetcher: Fetcher, prices: RefreshedPrices) -> None:
        fetcher.fails = 1
        prices.refresh_soon()
        await asyncio.sleep(2)
        prices.refresh_soon()
        assert com(prices).as_of == date(2026, 8, 22)
        assert len(fetcher.fetched) == 1

        await asyncio.sleep(600)
        prices.refresh_soon()
        await asyncio.sleep(2)
        assert com(prices) == YOUNG

    virtually(scenario)


def test_what_was_fetched_grows_old_too() -> None:
    async def scenario(fetcher: Fetcher, prices: RefreshedPrices) -> None:
        prices.refresh_soon()
        await asyncio.sleep(2)
        assert prices.of("com", date(2027, 3, 26)) == YOUNG
        assert prices.of("com", date(2027, 3, 27)) is None

    virtually(scenario)


def test_closing_stops_a_fetch() -> None:
    async def scenario(fetcher: Fetcher, prices: RefreshedPrices) -> None:
        prices.refresh_soon()
        await asyncio.sleep(0.5)
        await prices.aclose()
        await asyncio.sleep(5)

        assert fetcher.closed
        assert com(prices).as_of == date(2026, 8, 22)

    virtually(scenario)
