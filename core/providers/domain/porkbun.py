"""Porkbun's price list (contract, section 1.3): no key, every suffix in one call."""

from collections.abc import Mapping
from datetime import UTC, datetime

from core.providers.domain.base import Price
from core.providers.domain.money import amount
from core.providers.domain.prices import shipped_prices
from core.providers.domain.vendor_api import VendorApi
from core.providers.outbound import failure

_PATH = "/api/json/v3/pricing/get"
_HANDSHAKE = "handshake"  # names outside of the DNS that browsers use


class PorkbunPrices(VendorApi):
    """The adapter: fetches, and leaves to others when."""

    name = "porkbun"
    default_url = "https://api.porkbun.com"

    async def fetch(self) -> Mapping[str, Price]:
        """List prices by suffix, at least one. Raises as adapters do."""
        return await self._listed({})

    async def probe(self) -> None:
        """See `VendorApi`. Asks for the price of one suffix."""
        await self._listed({"tlds": "com"})

    async def _listed(self, query: Mapping[str, str]) -> Mapping[str, Price]:
        document = (await self._get(_PATH, query)).json()
        rows = document.get("pricing")
        if document.get("status") != "SUCCESS" or not isinstance(rows, dict):
            raise failure(self.name, "bad_payload")
        read = {tld.lower(): self._price(tld.lower(), row) for tld, row in rows.items()}
        prices = {tld: price for tld, price in read.items() if price}
        if not prices:
            raise failure(self.name, "bad_payload")
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
            as_of=datetime.now(UTC).date(),
            transfer=amount(row.get("transfer")),
            min_years=shipped_prices().min_years(tld),
        )
