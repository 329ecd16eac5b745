"""The decision table with vendors: DNS, RDAP and three services on real sockets."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from httpx_aiohttp import AiohttpTransport

from core.providers.domain.network import open_checkers
from core.usage import track_usage
from services.domain_service import DomainResult, DomainService
from tests.integration.test_domains.conftest import build
from tests.integration.test_domains.vendor_world import access, assert_no_secret
from tests.simulators import registrar as cf
from tests.simulators import whoapi as wa
from tests.simulators import whoisxml as wx
from tests.simulators.dns_server import DnsServer, Mode
from tests.simulators.rdap_server import RdapSimulator, not_found, registered, reply
from tests.simulators.registrar import RegistrarSimulator, refused, sold
from tests.simulators.whoapi import WhoApiSimulator
from tests.simulators.whoisxml import WhoisXmlSimulator

pytestmark = pytest.mark.usefixtures("key_is_never_logged")
NX, NS, NODATA, NO = Mode.NXDOMAIN, Mode.DELEGATED, Mode.NODATA, Mode.SERVFAIL


@dataclass
class Market:
    """All simulators, and services that ask some of them."""

    dns: DnsServer
    rdap: RdapSimulator
    whoisxml: WhoisXmlSimulator
    whoapi: WhoApiSimulator
    registrar: RegistrarSimulator
    services: list[DomainService]

    def service(self, *vendors: str, registrar: bool = False) -> DomainService:
        """A service that asks the registrar, if wanted, and then the vendors in order."""
        known = {
            "whoisxml": access(self.whoisxml.url, wx.KEY, "whoisxml"),
            "whoapi": access(self.whoapi.url, wa.KEY, "whoapi"),
            "cloudflare": access(self.registrar.url, cf.KEY, "cloudflare"),
        }
        chosen = ["cloudflare", *vendors] if registrar else vendors
        checkers = open_checkers(known[vendor] for vendor in chosen)
        service = build([self.dns.address], self.rdap, AiohttpTransport, checkers=checkers)
        self.services.append(service)
        return service


@pytest.fixture
async def market(dns: DnsServer, rdap: RdapSimulator) -> AsyncIterator[Market]:
    async with WhoisXmlSimulator() as x, WhoApiSimulator() as a, RegistrarSimulator() as r:
        market = Market(dns, rdap, x, a, r, [])
        yield market
        for service in market.services:
            await service.aclose()


async def one(service: DomainService, domain: str) -> DomainResult:
    (result,) = await service.check_batch([domain])
    assert_no_secret(json.dumps(result))
    return result


def sources(result: DomainResult) -> list[str]:
    return [item["source"].partition(":")[0] for item in result["evidence"]]


PREMIUM = {"currency": "USD", "registration_cost": "4,000.00", "renewal_cost": "120.00"}
Set = Callable[[Market], None]


def quote(row: dict[str, object]) -> Set:
    return lambda market: market.registrar.rows.update({"brand.com": row, "brand.so": row})


def value(text: str) -> Set:
    return lambda market: market.whoisxml.values.update({"brand.io": text, "brand.so": text})


@pytest.mark.parametrize(
    ("domain", "delegation", "setting", "detail", "confidence", "note", "source"),
    [
        ("brand.com", NX, quote(sold()), "available", 0.99, None, "cloudflare"),
        ("brand.so", NX, quote(sold()), "available", 0.99, None, "cloudflare"),
        ("brand.so", NO, quote(sold()), "available", 0.99, None, "cloudflare"),
        ("brand.com", NX, quote(refused("domain_premium")), "premium", 0.99, None, "cloudflare"),
        ("brand.com", NX, quote(refused("domain_unavailable")), "reserved", 0.9,
         "unregistered_not_sold", "cloudflare"),
        ("brand.so", NX, quote(refused("domain_unavailable")), "taken", 0.93, None, "cloudflare"),
        ("brand.com", NX, quote(refused("extension_not_supported")), "available", 0.95,
         "unregistered", "rdap"),
        ("brand.so", NX, quote(refused("extension_not_supported")), "likely_available", 0.7,
         None, "dns"),
    ],
)  # fmt: skip
async def test_rows_with_a_quote(
    market: Market, domain: str, delegation: Mode, setting: Set, detail: str, confidence: float,
    note: str | None, source: str,
) -> None:  # fmt: skip
    market.dns.names[domain] = delegation
    setting(market)

    result = await one(market.service(registrar=True), domain)

    assert (result["detail"], result["confidence"], result["note"], result["source"]) == (
        detail, confidence, note, source,
    )  # fmt: skip
    assert sources(result) == ["dns", "rdap", "cloudflare"]


@pytest.mark.parametrize(
    ("domain", "delegation", "text", "detail", "confidence", "note"),
    [
        ("brand.io", NX, "AVAILABLE", "available", 0.96, None),
        ("brand.io", NX, "UNAVAILABLE", "taken", 0.70, "conflict"),
        ("brand.io", NODATA, "AVAILABLE", "available", 0.96, None),
        ("brand.io", NX, "UNDETERMINED", "likely_available", 0.88, None),
        ("brand.so", NX, "AVAILABLE", "available", 0.93, None),
        ("brand.so", NO, "AVAILABLE", "available", 0.93, None),
        ("brand.so", NX, "UNAVAILABLE", "taken", 0.93, None),
        ("brand.so", NO, "UNAVAILABLE", "taken", 0.93, None),
        ("brand.so", NX, "UNDETERMINED", "likely_available", 0.70, None),
        ("brand.so", NO, "UNKNOWN", "unknown", None, None),
    ],
)
async def test_rows_with_an_availability_service(
    market: Market,
    domain: str,
    delegation: Mode,
    text: str,
    detail: str,
    confidence: float | None,
    note: str | None,
) -> None:
    market.dns.names[domain] = delegation
    value(text)(market)

    result = await one(market.service("whoisxml"), domain)

    assert (result["detail"], result["confidence"], result["note"]) == (detail, confidence, note)
    assert sources(result) == ["dns", "rdap", "whoisxml"]


async def test_what_dns_or_the_registry_settle_is_not_paid_for(market: Market) -> None:
    market.dns.names["taken.com"] = NS
    market.rdap.script("held.com", registered("client hold"))
    service = market.service("whoisxml", "whoapi", registrar=True)

    details = [(await one(service, domain))["detail"] for domain in ("taken.com", "held.com")]

    assert details == ["taken", "taken"]
    assert market.whoisxml.seen + market.whoapi.seen + market.registrar.seen == []


async def test_a_quote_leaves_nothing_to_pay_for(market: Market) -> None:
    result = await one(market.service("whoisxml", "whoapi", registrar=True), "brand.so")

    assert result["detail"] == "available"
    assert market.whoisxml.seen + market.whoapi.seen == []


async def test_a_premium_quote_shows_its_own_price_only(market: Market) -> None:
    quote(refused("domain_premium", pricing=PREMIUM))(market)
    pricing = (await one(market.service(registrar=True), "brand.com"))["pricing"]

    assert pricing is not None
    assert (pricing["kind"], pricing["registration"], pricing["renewal"], pricing["premium"]) == (
        "quote", "4000.00", "120.00", True,
    )  # fmt: skip
    assert (pricing["source"], len(pricing["as_of"])) == ("cloudflare", 10)

    quote(refused("domain_premium"))(market)
    assert (await one(market.service(registrar=True), "brand.com"))["pricing"] is None


async def test_a_quote_goes_before_the_list_price(market: Market) -> None:
    pricing = (await one(market.service(registrar=True), "brand.com"))["pricing"]

    assert pricing is not None
    assert (pricing["kind"], pricing["registration"], pricing["renewal"]) == (
        "quote", "10.46", "11.20",
    )  # fmt: skip
    assert pricing["tco_3y"] == "32.86"


async def test_vendors_are_asked_in_order_until_one_knows(market: Market) -> None:
    market.whoisxml.values["brand.so"] = "UNDETERMINED"
    market.whoapi.taken["brand.so"] = 1

    result = await one(market.service("whoisxml", "whoapi"), "brand.so")

    assert (result["detail"], result["source"]) == ("taken", "whoapi")
    assert sources(result) == ["dns", "rdap", "whoapi", "whoisxml"]

    market.whoapi.seen.clear()
    assert (await one(market.service("whoapi", "whoisxml"), "brand.gg"))["source"] == "whoapi"
    assert market.whoapi.asked == ["brand.gg"]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("restricted", "auth"), ("reset", "transient"), ("html", "bad_payload"), ("500", "transient")],
)
async def test_a_batch_with_one_vendor_down(market: Market, mode: str, kind: str) -> None:
    market.whoisxml.modes.extend([mode] * 100)
    names = [f"brand{i}.so" for i in range(10)]
    market.whoapi.taken |= dict.fromkeys(names[::2], "1")

    results = await market.service("whoisxml", "whoapi").check_batch(names)

    assert [r["domain"] for r in results] == names
    assert [r["detail"] for r in results] == ["taken", "available"] * 5
    assert {r["source"] for r in results} == {"whoapi"}
    said = {e["detail"] for r in results for e in r["evidence"] if e["source"] == "whoisxml"}
    assert kind in said
    assert said <= {kind, "paused"}


async def test_a_vendor_that_hangs_does_not_keep_the_next_one_from_answering(
    market: Market,
) -> None:
    market.whoisxml.modes.extend(["hang"] * 100)
    service = market.service("whoisxml", "whoapi")
    targets = [f"brand{i}" for i in range(3)]

    found = await service.check_names(targets, ["so"])

    assert {found[name][0]["detail"] for name in targets} <= {"available", "likely_available"}
    details = {e["detail"] for name in targets for e in found[name][0]["evidence"]}
    assert "timeout" in details


@pytest.mark.parametrize(("delegation", "detail"), [(NX, "likely_available"), (NO, "unknown")])
async def test_all_vendors_down_is_an_honest_unknown(
    market: Market, delegation: Mode, detail: str
) -> None:
    market.dns.names["brand.so"] = delegation
    market.whoisxml.modes.extend(["unpaid"] * 5)
    market.whoapi.modes.extend(["status:36"] * 5)
    market.registrar.modes.extend(["403"] * 5)

    result = await one(market.service("whoisxml", "whoapi", registrar=True), "brand.so")

    assert (result["status"], result["detail"]) == ("unknown", detail)
    assert (result["domain_available"], result["reason"]) == (None, "provider_error")
    failed = {e["source"]: e["detail"] for e in result["evidence"] if e["verdict"] == "failed"}
    assert failed == {"cloudflare": "auth", "whoisxml": "auth", "whoapi": "quota"}


async def test_a_throttled_registry_is_no_reason_to_guess(market: Market) -> None:
    market.dns.names["brand.com"] = NO
    market.rdap.script("brand.com", reply(503))
    market.whoisxml.values["brand.com"] = "UNAVAILABLE"

    result = await one(market.service("whoisxml"), "brand.com")

    assert (result["detail"], result["source"]) == ("taken", "whoisxml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("AVAILABLE", 600), ("UNAVAILABLE", 86_400), ("UNDETERMINED", 300)],
)
async def test_answers_are_kept_as_long_as_their_kind_lasts(
    market: Market, text: str, seconds: int
) -> None:
    value(text)(market)
    service = market.service("whoisxml")

    first = await one(service, "brand.so")
    again = await one(service, "brand.so")

    assert again == {**first, "cached": True}
    assert market.whoisxml.asked == ["brand.so"]
    assert lifetime(first) == seconds


@pytest.mark.parametrize("row", [sold(), refused("domain_premium"), refused("domain_unavailable")])
async def test_a_quote_is_kept_for_ten_minutes(market: Market, row: dict[str, object]) -> None:
    quote(row)(market)
    service = market.service(registrar=True)

    first = await one(service, "brand.com")
    assert (await one(service, "brand.com"))["cached"]

    assert len(market.registrar.seen) == 1
    assert lifetime(first) == 600


def lifetime(result: DomainResult) -> float:
    assert result["expires_at"] is not None
    until = datetime.fromisoformat(result["expires_at"])
    return (until - datetime.fromisoformat(result["checked_at"])).total_seconds()


async def test_one_call_quotes_twenty_names(market: Market) -> None:
    names = [f"brand{i}.com" for i in range(20)]
    market.registrar.rows["brand3.com"] = None

    results = await market.service(registrar=True).check_batch(names)

    assert [sorted(call) for call in market.registrar.asked] == [sorted(names)]
    prices = [r["pricing"]["kind"] for r in results if r["pricing"]]
    assert prices.count("quote") == 19
    assert results[3]["source"] == "rdap"


async def test_paid_calls_are_recorded(market: Market) -> None:
    with track_usage() as usage:
        await market.service("whoisxml", registrar=True).check_batch(["brand.com", "brand.gg"])
        market.registrar.rows["other.gg"] = refused("extension_not_supported")
        await market.service("whoisxml", registrar=True).check_batch(["other.gg"])

    assert [(r.provider, r.task, r.outcome) for r in usage.records] == [
        ("cloudflare", "domains", "success"),
        ("cloudflare", "domains", "success"),
        ("whoisxml", "domains", "success"),
    ]


async def test_without_vendors_nothing_changes(market: Market) -> None:
    market.rdap.default = not_found()

    result = await one(market.service(), "brand.com")

    assert (result["detail"], result["source"], result["aftermarket"]) == (
        "available",
        "rdap",
        None,
    )
    assert sources(result) == ["dns", "rdap"]
    assert not [name for name in market.dns.log if name.startswith("_for-sale")]


# --- Marketplace hints -------------------------------------------------------------------------


def seller(market: Market) -> DomainService:
    service = build([market.dns.address], market.rdap, AiohttpTransport, aftermarket=True)
    market.services.append(service)
    return service


async def test_an_owner_who_sells(market: Market) -> None:
    market.dns.names["brand.com"] = NS
    market.dns.texts["_for-sale.brand.com"] = [
        '"v=FORSALE1;fval=USD750"', '"v=FORSALE1;furi=https://sell.test/brand.com"',
        '"v=FORSALE1;ftxt=<b>buy</b>"',
    ]  # fmt: skip
    result = await one(seller(market), "brand.com")

    assert result["aftermarket"] == {
        "source": "for_sale_record",
        "price": "750",
        "currency": "USD",
        "url": "https://sell.test/brand.com",
    }
    assert sources(result) == ["dns", "aftermarket"]
    assert "<b>" not in json.dumps(result)


async def test_a_script_is_no_link(market: Market) -> None:
    market.dns.names["brand.com"] = NS
    market.dns.texts["_for-sale.brand.com"] = ['"v=FORSALE1;furi=javascript:alert(1)"']

    hint = (await one(seller(market), "brand.com"))["aftermarket"]

    assert hint == {"source": "for_sale_record", "price": None, "currency": None, "url": None}


async def test_a_marketplaces_name_servers(market: Market) -> None:
    market.dns.names["brand.com"] = NS
    market.dns.hosts["brand.com"] = ["NS1.Afternic.com.", "ns2.afternic.com."]

    hint = (await one(seller(market), "brand.com"))["aftermarket"]

    assert hint is not None
    assert hint["source"] == "afternic.com"


async def test_taken_and_not_for_sale(market: Market) -> None:
    market.dns.names["brand.com"] = NS

    result = await one(seller(market), "brand.com")

    assert result["aftermarket"] is None
    assert result["evidence"][-1]["verdict"] == "no_hint"
