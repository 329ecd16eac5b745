"""List prices kept young: fetched once a day in the background, the shipped ones behind them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Protocol

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.base import failure_kind
from core.providers.domain.base import Price
from core.providers.domain.prices import PriceList, shipped_prices
from utils.logger import get_logger

_FRESH_SECONDS = 24 * 3600.0
_RETRY_SECONDS = 600.0

log = get_logger("domain_prices")


class PriceFetcher(Protocol):
    """A retailer's list."""

    @property
    def name(self) -> str:
        """The retailer."""
        ...

    async def fetch(self) -> Mapping[str, Price]:
        """List prices by suffix. Raises as adapters do."""
        ...

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        ...


class RefreshedPrices:
    """A fetched list in front of a shipped one; `clock` gives monotonic seconds."""

    def __init__(
        self,
        fetcher: PriceFetcher,
        shipped: PriceList | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher = fetcher
        self._shipped = shipped or shipped_prices()
        self._clock = clock
        self._fetched = PriceList({})
        self._due_at = clock()
        self._task: asyncio.Task[None] | None = None

    def of(self, tld: str, today: date) -> Price | None:
        """The younger price first."""
        return self._fetched.of(tld, today) or self._shipped.of(tld, today)

    def refresh_soon(self) -> None:
        """Fetch in the background when a day has passed; after a failure, in ten minutes."""
        if self._clock() < self._due_at:
            return
        self._due_at = self._clock() + _RETRY_SECONDS
        self._task = asyncio.create_task(self._refresh())

    async def aclose(self) -> None:
        """Stop the fetch, if it runs in this loop, and close its connections."""
        task = self._task
        if task is not None and task.get_loop() is asyncio.get_running_loop():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await self._fetcher.aclose()

    async def _refresh(self) -> None:
        try:
            prices = await self._fetcher.fetch()
        except (ProviderUnavailableError, ProviderRejectedError) as error:
            log.warning(
                "prices of {} are not refreshed: {}", self._fetcher.name, failure_kind(error)
            )
            return
        self._fetched = PriceList(prices)
        self._due_at = self._clock() + _FRESH_SECONDS
