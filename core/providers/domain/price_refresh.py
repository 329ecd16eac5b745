"""List prices kept young: a retailer's list, fetched for all processes, before the shipped one."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Protocol

from pydantic import TypeAdapter

from core.providers.domain.base import Price
from core.providers.domain.prices import PriceList, shipped_prices
from core.snapshots import Json, SnapshotStore, StoredCopy

PRICES = "domain prices"


class PriceFetcher(Protocol):
    """A retailer's list."""

    async def fetch(self) -> Mapping[str, Price]:
        """List prices by suffix. Raises as adapters do."""
        ...

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        ...


async def refresh_prices(fetcher: PriceFetcher, store: SnapshotStore) -> int:
    """Fetch and store the list; how many suffixes it has. Raises as adapters and stores do."""
    try:
        prices = await fetcher.fetch()
    finally:
        await fetcher.aclose()
    await store.put(PRICES, _by_suffix().dump_python(dict(prices), mode="json"))
    return len(prices)


class StoredPrices:
    """The stored list in front of the shipped one."""

    def __init__(self, store: SnapshotStore) -> None:
        self._stored = StoredCopy(store, PRICES, _read, PriceList({}))

    def of(self, tld: str, today: date) -> Price | None:
        """The younger price first."""
        return self._stored.current().of(tld, today) or shipped_prices().of(tld, today)

    async def aclose(self) -> None:
        """Stop what runs in the running loop."""
        await self._stored.aclose()


def _read(content: Json) -> PriceList:
    return PriceList(_by_suffix().validate_python(content))


@cache
def _by_suffix() -> TypeAdapter[dict[str, Price]]:
    return TypeAdapter(dict[str, Price])
