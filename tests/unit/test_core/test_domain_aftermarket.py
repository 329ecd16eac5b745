"""Reading `_for-sale` records, which anybody may write."""

from decimal import Decimal

import pytest

from core.providers.domain.aftermarket import read_hosts, read_records
from core.providers.domain.base import Aftermarket

SAFE = ("https://sell.test/a?b=1", "http://sell.test", "mailto:owner@sell.test")
UNSAFE = (
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "//sell.test",
    "https://",
    "https:///path",
    "https://user@sell.test",
    "https://user:secret@sell.test",
    "https://[::1",
    "https://sell.test/a b",
    "https://sell.test/\u202e",
    "mailto:",
    "mailto://owner@sell.test",
    "ftp://sell.test",
    "",
)


@pytest.mark.parametrize("link", SAFE)
def test_web_and_mail_links_are_kept(link: str) -> None:
    assert read_records([f"v=FORSALE1;furi={link}"]) == Aftermarket("for_sale_record", url=link)


@pytest.mark.parametrize("link", UNSAFE)
def test_other_links_are_dropped(link: str) -> None:
    assert read_records([f"v=FORSALE1;furi={link}"]) == Aftermarket("for_sale_record")


@pytest.mark.parametrize(
    ("content", "price", "currency"),
    [
        ("fval=USD750", Decimal(750), "USD"),
        ("fval=EUR1200.50", Decimal("1200.50"), "EUR"),
        ("fval=750", None, None),
        ("fval=usd750", None, None),
        ("fval=USD", None, None),
        ("fval=USD-1", None, None),
        ("fval=USD1e9", None, None),
        ("fval=USD" + "9" * 13, None, None),
        ("fval=USD٧٥٠", None, None),
        ("ftxt=USD750", None, None),
        ("", None, None),
    ],
)
def test_prices(content: str, price: Decimal | None, currency: str | None) -> None:
    hint = read_records([f"v=FORSALE1;{content}"])

    assert hint == Aftermarket("for_sale_record", price, currency)


@pytest.mark.parametrize(
    "records", [[], ["v=spf1 -all"], ["v=FORSALE2;fval=USD1"], ["v=FORSALE1;" + "x" * 250]]
)
def test_other_records_are_no_offer(records: list[str]) -> None:
    assert read_records(records) is None


@pytest.mark.parametrize(
    ("hosts", "market"),
    [
        (["ns1.sedoparking.com"], "sedoparking.com"),
        (["ns1.host.test", "ns2.dan.com"], "dan.com"),
        (["notdan.com"], None),
        (["dan.com.host.test"], None),
        ([], None),
    ],
)
def test_name_servers(hosts: list[str], market: str | None) -> None:
    assert read_hosts(hosts) == (Aftermarket(market) if market else None)
