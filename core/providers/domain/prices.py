"""List prices per suffix: what retailers publish, never a quote for one name."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import orjson

from core.providers.domain.base import Price
from core.providers.domain.bootstrap import DATA

_MAX_AGE = timedelta(days=120)
_PROMO_FACTOR = 2


class PriceList:
    """Prices by public suffix. Entries too old to be honest are not shown."""

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = prices

    @classmethod
    def from_document(cls, content: bytes) -> "PriceList":
        """Read the shape of `data/prices.json`, taking the first listed retailer of each suffix.

        Raises:
            ValueError, KeyError, TypeError: the document does not have that shape.
        """
        document = orjson.loads(content)
        return cls(
            {tld: price for tld, row in document["tlds"].items() if (price := _row(document, row))}
        )

    def of(self, tld: str, today: date) -> Price | None:
        """The list price, or None if there is none or it is older than 120 days."""
        price = self._prices.get(tld)
        return price if price and today - price.as_of <= _MAX_AGE else None

    def min_years(self, tld: str) -> int:
        """How many years the registry sells at least; this does not age as prices do."""
        price = self._prices.get(tld)
        return price.min_years if price else 1

    async def aclose(self) -> None:
        """Nothing is open."""


@cache
def shipped_prices() -> PriceList:
    """The snapshot in `data/`."""
    return PriceList.from_document((DATA / "prices.json").read_bytes())


def is_promo(price: Price) -> bool:
    """Whether the first year is a lure: renewal at least twice the registration."""
    return price.renewal >= _PROMO_FACTOR * price.registration


def three_years(price: Price) -> Decimal:
    """The cost of owning a name for three years, in whole terms of `min_years`."""
    terms = -(-3 // price.min_years)
    return (price.registration + (terms - 1) * price.renewal) * price.min_years


def _row(document: dict[str, Any], row: dict[str, Any]) -> Price | None:  # Any: foreign JSON
    for retailer in document["retailers"]:
        if retailer in row:
            registration, renewal = row[retailer]
            return Price(
                kind="list",
                registration=Decimal(registration),
                renewal=Decimal(renewal),
                source=retailer,
                as_of=date.fromisoformat(document["as_of"]),
                min_years=row.get("min_years", 1),
                currency=document["currency"],
                note=row.get("note"),
            )
    return None
