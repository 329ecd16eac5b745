"""List prices: exact decimals, honest dates, and sums that count renewals."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.providers.domain.base import Price
from core.providers.domain.prices import PriceList, is_promo, shipped_prices, three_years

TODAY = date(2026, 11, 22)
TLDS = ("com", "io", "ai", "co", "app", "dev", "net", "org", "me", "xyz", "so", "tech")


def shipped(tld: str) -> Price:
    price = shipped_prices().of(tld, TODAY)
    assert price is not None
    return price


@pytest.mark.parametrize("tld", TLDS)
def test_every_preset_has_a_price_with_source_and_date(tld: str) -> None:
    price = shipped(tld)

    assert price.registration > 0
    assert price.renewal > 0
    assert (price.kind, price.currency, price.as_of) == ("list", "USD", date(2026, 8, 22))
    assert price.source in {"porkbun", "dynadot", "cloudflare"}


def test_prices_are_exact() -> None:
    assert str(shipped("io").registration) == "28.12"
    assert str(shipped("io").renewal) == "51.80"


def test_old_prices_are_not_shown() -> None:
    assert shipped_prices().of("com", date(2026, 12, 20)) is not None
    assert shipped_prices().of("com", date(2026, 12, 21)) is None


def test_unknown_suffixes_have_no_price() -> None:
    assert shipped_prices().of("co.uk", TODAY) is None


@pytest.mark.parametrize(
    ("tld", "cost"), [("com", "33.24"), ("shop", "64.88"), ("ai", "330.80"), ("io", "131.72")]
)
def test_three_years_of_ownership(tld: str, cost: str) -> None:
    assert three_years(shipped(tld)) == Decimal(cost)


@pytest.mark.parametrize(("tld", "promo"), [("com", False), ("shop", True), ("io", False)])
def test_a_first_year_far_below_the_renewal_is_a_promotion(tld: str, promo: bool) -> None:
    assert is_promo(shipped(tld)) is promo


def test_promotion_starts_at_twice_the_price() -> None:
    price = replace(shipped("com"), registration=Decimal("10.00"), renewal=Decimal("20.00"))

    assert is_promo(price)
    assert not is_promo(replace(price, renewal=Decimal("19.99")))


def test_first_listed_retailer_is_taken_and_empty_rows_are_left_out() -> None:
    content = b"""{"retailers": ["a", "b"], "as_of": "2026-11-01", "currency": "USD",
        "tlds": {"x": {"b": ["2", "3"]}, "y": {"b": ["2", "3"], "a": ["1", "1"]}, "z": {}}}"""
    prices = PriceList.from_document(content)

    assert [p and p.source for p in (prices.of(t, TODAY) for t in "xyz")] == ["b", "a", None]
