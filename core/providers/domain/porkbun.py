"""Porkbun's price list (contract, section 1.3): no key, every suffix in one call."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from core.providers.domain.base import Price
from core.providers.domain.money import amount
from core.providers.domain.prices import shipped_prices
from core.providers.domain.vendor_http import CALL_SECONDS, VendorHttp

_BASE = "https://api.porkbun.com"
_PATH = "/api/json/v3/pricing/get"
_HANDSHAKE = "handshake"  # names outside of the DNS that browsers use


class PorkbunPrices:
    """The adapter: fetches, and leaves to others when."""

    name = "porkbun"

    def __init__(
        self,
        url: str | None = None,
        *,
        call_seconds: float = CALL_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._http = VendorHttp(self.name, url or _BASE, call_seconds=call_seconds)
        self._now = now

    async def fetch(self) -> Mapping[str, Price]:
        """List prices by suffix, at least one. Raises as adapters do."""
        reply = await self._http.ask("GET", _PATH)
        self._http.refuse(reply.status, reply.retry_after)
        document = self._http.json_object(reply)
        rows = document.get("pricing")
        if document.get("status") != "SUCCESS" or not isinstance(rows, dict):
            raise self._http.unavailable("bad_payload")
        read = {tld.lower(): self._price(tld.lower(), row) for tld, row in rows.items()}
        prices = {tld: price for tld, price in read.items() if price}
        if not prices:
            raise self._http.unavailable("bad_payload")
        return prices

    def _price(self, tld: str, row: object) -> Price | None:
        """One row; None if it is of another kind, or lacks an amount that may not be nothing."""
        if not isinstance(row, dict) or row.get("specialType") == _HANDSHAKE:
            return None
        registration, renewal = amount(row.get("registration")), amount(row.get("renewal"))
        if not registration or not renewal:
            return None
        return Price(
            kind="list",
            registration=registration,
            renewal=renewal,
            source=self.name,
            as_of=self._now().date(),
            transfer=amount(row.get("transfer")),
            min_years=shipped_prices().min_years(tld),
        )

    async def aclose(self) -> None:
        """Close the connections of the running loop."""
        await self._http.aclose()
