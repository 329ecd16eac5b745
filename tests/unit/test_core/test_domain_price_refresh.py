"""A retailer's list on its way through the store into an answer."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest

from core.exceptions import ProviderUnavailableError
from core.providers.domain.base import Price
from core.providers.domain.price_refresh import StoredPrices, refresh_prices
from core.snapshots import Json

TODAY = date(2026, 11, 26)
YOUNG = Price(
    "list", Decimal("11.98"), Decimal("12.10"), "porkbun", TODAY, Decimal("11.08"), min_years=2
)
PLAIN = Price("list", Decimal("9.00"), Decimal("9.00"), "porkbun", TODAY)


class Store:
    """Keeps documents as the database does: as JSON."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, name: str) -> tuple[Json, datetime] | None:
        content = self.kept.get(name)
        return (orjson.loads(content), datetime.now(UTC)) if content else None

    async def put(self, name: str, content: Json) -> None:
        self.kept[name] = orjson.dumps(content)


class Fetcher:
    def __init__(self, *, fails: bool = False) -> None:
        self.fails = fails
        self.closed = False

    async def fetch(self) -> Mapping[str, Price]:
        if self.fails:
            raise ProviderUnavailableError(provider="porkbun", kind="transient")
        return {"com": YOUNG, "xn--p1ai": PLAIN}

    async def aclose(self) -> None:
        self.closed = True


async def used(store: Store) -> StoredPrices:
    """The list of a process that has used it before."""
    prices = StoredPrices(store)
    prices.of("com", TODAY)
    await asyncio.sleep(0)
    return prices


async def test_every_process_reads_what_one_has_fetched() -> None:
    store, fetcher = Store(), Fetcher()

    assert await refresh_prices(fetcher, store) == 2

    assert fetcher.closed
    for prices in (await used(store), await used(store)):
        assert prices.of("com", TODAY) == YOUNG
        assert prices.of("xn--p1ai", TODAY) == PLAIN
        shop = prices.of("shop", TODAY)
        assert shop is not None
        assert shop.as_of == date(2026, 8, 22), "the shipped one stays behind"


async def test_a_failed_fetch_changes_nothing() -> None:
    store, broken = Store(), Fetcher(fails=True)
    await refresh_prices(Fetcher(), store)
    before = dict(store.kept)

    with pytest.raises(ProviderUnavailableError):
        await refresh_prices(broken, store)

    assert (store.kept, broken.closed) == (before, True)


async def test_the_shipped_list_serves_until_there_is_another() -> None:
    price = (await used(Store())).of("com", TODAY)

    assert price is not None
    assert price.as_of == date(2026, 8, 22)


async def test_what_was_fetched_grows_old_too() -> None:
    store = Store()
    await refresh_prices(Fetcher(), store)
    prices = await used(store)

    assert prices.of("com", date(2027, 3, 26)) == YOUNG
    assert prices.of("com", date(2027, 3, 27)) is None


@pytest.mark.parametrize("content", [{"com": 7}, {"com": {"kind": "list"}}])
async def test_a_stored_list_of_another_shape_is_not_used(content: Json) -> None:
    store = Store()
    await store.put("domain prices", content)

    price = (await used(store)).of("com", TODAY)

    assert price is not None
    assert price.as_of == date(2026, 8, 22)
