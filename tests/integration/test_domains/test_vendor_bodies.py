"""What each vendor says in a body, every documented error among it."""

import json
from contextlib import AsyncExitStack
from decimal import Decimal

import pytest

from core.providers.base import failure_kind
from core.providers.domain.base import ApiVerdict
from core.providers.domain.cloudflare import CloudflareRegistrar
from core.providers.domain.porkbun import PorkbunPrices
from core.providers.domain.vendor import VendorAnswer
from tests.integration.test_domains.vendor_world import asked, called, failure, opened
from tests.simulators import whoisxml
from tests.simulators.porkbun import PorkbunSimulator, row
from tests.simulators.registrar import RegistrarSimulator, refused, sold
from tests.simulators.whoisxml import WhoisXmlSimulator

pytestmark = pytest.mark.usefixtures("key_is_never_logged")
A = ApiVerdict

# --- WhoisXML ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("AVAILABLE", A.AVAILABLE),
        ("UNAVAILABLE", A.TAKEN),
        ("UNDETERMINED", A.NONE),
        ("UNKNOWN", A.NONE),
        ("", A.NONE),
        ("available", A.NONE),
    ],
)
async def test_whoisxml_values(stack: AsyncExitStack, value: str, verdict: ApiVerdict) -> None:
    simulator, vendor = await opened(stack, "whoisxml")
    assert isinstance(simulator, WhoisXmlSimulator)
    simulator.values["brand.com"] = value

    assert (await asked(vendor)).verdict is verdict


async def test_whoisxml_is_sent_all_four_parameters(stack: AsyncExitStack) -> None:
    simulator, vendor = await opened(stack, "whoisxml")
    await asked(vendor, "xn--bcher-kva.com")

    assert simulator.seen[0].query == {
        "apiKey": whoisxml.KEY,
        "domainName": "xn--bcher-kva.com",
        "mode": "DNS_AND_WHOIS",
        "credits": "DA",
        "outputFormat": "JSON",
    }


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("restricted", "auth"),
        ("restricted_list", "auth"),
        ("unauthorised", "auth"),
        ("unpaid", "auth"),
        ("older", "auth"),
        ("older_in_200", "auth"),
        ("code_in_200", "auth"),
        ("rate_in_200", "rate_limited"),
        ("odd_error", "bad_payload"),
        ("bad_parameter", "invalid_request"),
        ("bad_name", "invalid_request"),
        ("rate", "rate_limited"),
        ("no_info", "bad_payload"),
        ("info_is_text", "bad_payload"),
        ("other_name", "bad_payload"),
        ("list", "bad_payload"),
    ],
)
async def test_whoisxml_errors(stack: AsyncExitStack, mode: str, kind: str) -> None:
    simulator, vendor = await opened(stack, "whoisxml")
    simulator.modes.append(mode)

    error = await failure(vendor)

    assert failure_kind(error) == kind
    hint = error.context.get("retry_after")
    assert (hint is not None) == (kind == "rate_limited")
    if hint is not None:
        assert isinstance(hint, float)
        assert 0 < hint <= 1, "the next second brings a new allowance"


# --- WhoAPI ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ('"0"', A.AVAILABLE),
        ("0", A.AVAILABLE),
        ('"1"', A.TAKEN),
        ("1", A.TAKEN),
        ("null", A.NONE),
        ("true", A.NONE),
        ('"2"', A.NONE),
        ("[]", A.NONE),
    ],
)
async def test_whoapi_values(stack: AsyncExitStack, value: str, verdict: ApiVerdict) -> None:
    simulator, vendor = await opened(stack, "whoapi")
    simulator.modes.append(f"taken:{value}")

    assert (await asked(vendor)).verdict is verdict


@pytest.mark.parametrize("body", ['{"status":"0"}', '{"status":0,"status_desc":"ok"}'])
async def test_whoapi_without_a_value_is_unknown(stack: AsyncExitStack, body: str) -> None:
    simulator, vendor = await opened(stack, "whoapi")
    simulator.modes.append(f"raw:{body}")

    assert (await asked(vendor)).verdict is A.NONE


QUIET = {
    **dict.fromkeys((1, 2, 3, 5, 6), "refused_as_invalid"),
    **dict.fromkeys((4, 7), "tld_unsupported"),
    **dict.fromkeys((32, 42), "undetermined"),
}
LOUD = {
    **dict.fromkeys((8, 9, 11, 19, 20, 21, 22, 23, 24, 25, 37, 38, 39, 40, 41), "invalid_request"),
    **dict.fromkeys((10, 12, 13, 14, 15), "auth"),
    16: "rate_limited",
    **dict.fromkeys((17, 18, 33, 34, 35, 36), "quota"),
    **dict.fromkeys((26, 27, 28, 29, 30, 31), "transient"),
    43: "bad_payload",
    99: "bad_payload",
}
RETRY = {16: 60.0, **dict.fromkeys(range(26, 32), 1.0)}


def test_every_documented_status_is_covered() -> None:
    assert {*QUIET, *LOUD} >= set(range(1, 43))


@pytest.mark.parametrize(("status", "detail"), QUIET.items())
async def test_whoapi_statuses_that_say_nothing(
    stack: AsyncExitStack, status: int, detail: str
) -> None:
    simulator, vendor = await opened(stack, "whoapi")
    simulator.modes.append(f"status:{status}")

    answer = await asked(vendor)

    assert (answer.verdict, answer.detail) == (A.NONE, detail)
    assert answer.tld_unsupported is (detail == "tld_unsupported")


@pytest.mark.parametrize(("status", "kind"), LOUD.items())
async def test_whoapi_statuses_that_fail(stack: AsyncExitStack, status: int, kind: str) -> None:
    simulator, vendor = await opened(stack, "whoapi")
    simulator.modes.append(f"status:{status}")

    error = await failure(vendor)

    assert failure_kind(error) == kind
    assert error.context.get("retry_after") == RETRY.get(status)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"status":null}', '{"status":"0x"}', "[" * 9999])
async def test_whoapi_nonsense(stack: AsyncExitStack, text: str) -> None:
    simulator, vendor = await opened(stack, "whoapi")
    simulator.modes.append(f"raw:{text}")

    assert failure_kind(await failure(vendor)) == "bad_payload"


# --- Cloudflare Registrar ----------------------------------------------------------------------


async def quoted(stack: AsyncExitStack, row: dict[str, object], domain: str) -> VendorAnswer:
    simulator, vendor = await opened(stack, "cloudflare")
    assert isinstance(simulator, RegistrarSimulator)
    simulator.rows[domain] = row
    return await asked(vendor, domain)


PREMIUM = {"currency": "USD", "registration_cost": "4,000.00", "renewal_cost": "4000.00"}


@pytest.mark.parametrize(
    ("row", "verdict", "detail"),
    [
        (sold(), A.QUOTED, "registrable"),
        (sold(tier="premium"), A.QUOTED_PREMIUM, "premium"),
        (refused("domain_premium"), A.QUOTED_PREMIUM, "premium"),
        (refused("domain_premium", pricing=PREMIUM), A.QUOTED_PREMIUM, "premium"),
        (refused("domain_unavailable"), A.QUOTED_UNAVAILABLE, "domain_unavailable"),
        (refused("extension_not_supported"), A.NONE, "extension_not_supported"),
        (refused("extension_not_supported_via_api"), A.NONE, "extension_not_supported_via_api"),
        (refused("extension_disallows_registration"), A.NONE, "extension_disallows_registration"),
        (refused("something_new"), A.NONE, "no_reason"),
        ({"registrable": False}, A.NONE, "no_reason"),
        ({"registrable": "true"}, A.NONE, "no_reason"),
        (sold(pricing=None), A.NONE, "no_price"),
        (sold(pricing={}), A.NONE, "no_price"),
        (sold("0.00"), A.NONE, "no_price"),
        (sold("-1"), A.NONE, "no_price"),
        (sold("1e9"), A.NONE, "no_price"),
        (sold("NaN"), A.NONE, "no_price"),
        (sold(pricing=PREMIUM | {"currency": "<b>"}), A.NONE, "no_price"),
    ],
)
async def test_registrar_rows(
    stack: AsyncExitStack, row: dict[str, object], verdict: ApiVerdict, detail: str
) -> None:
    answer = await quoted(stack, row, "brand.com")

    assert (answer.verdict, answer.detail) == (verdict, detail)
    assert (answer.price is None) == (
        verdict not in {A.QUOTED, A.QUOTED_PREMIUM} or not row.get("pricing")
    )


async def test_a_quote_has_both_prices_date_source_and_term(stack: AsyncExitStack) -> None:
    price = (await quoted(stack, sold("160.00", "80.00"), "brand.ai")).price

    assert price is not None
    assert (price.kind, price.source, price.currency) == ("quote", "cloudflare", "USD")
    assert (price.registration, price.renewal) == (Decimal("160.00"), Decimal("80.00"))
    assert (price.transfer, price.min_years, price.premium) == (None, 2, False)


async def test_a_premium_quote_is_marked(stack: AsyncExitStack) -> None:
    price = (await quoted(stack, refused("domain_premium", pricing=PREMIUM), "brand.app")).price

    assert price is not None
    assert (price.registration, price.premium) == (Decimal("4000.00"), True)


@pytest.mark.parametrize("mode", ["ok", "shuffled"])
async def test_answers_are_matched_by_name(stack: AsyncExitStack, mode: str) -> None:
    simulator, vendor = await opened(stack, "cloudflare")
    assert isinstance(simulator, RegistrarSimulator)
    assert isinstance(vendor, CloudflareRegistrar)
    simulator.modes.append(mode)
    simulator.rows |= {"a.com": refused("domain_unavailable"), "b.com": None}

    answers = await vendor.ask(["a.com", "b.com", "c.com"])

    assert {domain: said.verdict for domain, said in answers.items()} == {
        "a.com": A.QUOTED_UNAVAILABLE,
        "c.com": A.QUOTED,
    }


@pytest.mark.parametrize(
    "mode",
    ["failure_in_200", "success_as_text", "no_result", "domains_is_object", "list", "raw:nonsense"],
)
async def test_registrar_nonsense(stack: AsyncExitStack, mode: str) -> None:
    simulator, vendor = await opened(stack, "cloudflare")
    simulator.modes.append(mode)

    assert failure_kind(await failure(vendor)) == "bad_payload"


async def test_rows_that_are_none_are_left_out(stack: AsyncExitStack) -> None:
    simulator, vendor = await opened(stack, "cloudflare")
    body = {"success": True, "result": {"domains": ["brand.com", None, 7, {"name": None}]}}
    simulator.modes.append(f"raw:{json.dumps(body)}")

    assert await called(vendor) == {}


# --- Porkbun -----------------------------------------------------------------------------------


async def test_the_price_list_keeps_only_what_is_plainly_a_price(stack: AsyncExitStack) -> None:
    _, vendor = await opened(stack, "porkbun")
    assert isinstance(vendor, PorkbunPrices)

    prices = await vendor.fetch()

    assert sorted(prices) == ["ai", "com", "free", "inc", "so"]
    assert (prices["inc"].registration, prices["inc"].renewal) == (
        Decimal("257.98"),
        Decimal("2060.25"),
    )
    assert prices["free"].transfer == Decimal("0.00")
    assert (prices["ai"].min_years, prices["com"].min_years) == (2, 1)
    assert {(p.kind, p.source) for p in prices.values()} == {("list", "porkbun")}


async def test_a_list_of_a_thousand_suffixes_fits(stack: AsyncExitStack) -> None:
    simulator, vendor = await opened(stack, "porkbun")
    assert isinstance(simulator, PorkbunSimulator)
    assert isinstance(vendor, PorkbunPrices)
    coupon = {"code": "AWESOMENESS", "max_per_user": 1, "first_year_only": "yes", "amount": 100}
    simulator.listed = {
        f"suffix{i}": row("1,011.98", "1,012.10", coupons={"registration": coupon})
        for i in range(1_000)
    }

    assert len(await vendor.fetch()) == 1_000


@pytest.mark.parametrize(
    "text",
    [
        '{"status":"ERROR","message":"no"}',
        '{"status":"SUCCESS"}',
        '{"status":"SUCCESS","pricing":[]}',
        '{"status":"SUCCESS","pricing":{}}',
        '{"status":"SUCCESS","pricing":{"com":{"registration":"0","renewal":"0"}}}',
        "[1]",
    ],
)
async def test_an_empty_price_list_is_a_failure(stack: AsyncExitStack, text: str) -> None:
    simulator, vendor = await opened(stack, "porkbun")
    simulator.modes.append(f"raw:{text}")

    assert failure_kind(await failure(vendor)) == "bad_payload"
