"""Every domain service in every state of failure: the next answers, or what is known says so."""

import json

import pytest

from core.providers.domain import vendor_checker
from tests.integration.test_domains.test_vendor_answers import NX, Market, market, one
from tests.integration.test_domains.test_vendors import EVERYWHERE
from tests.integration.test_domains.vendor_world import assert_no_secret
from tests.simulators.http_server import HttpSimulator, gzip_bomb
from tests.simulators.modes import ModesChange

__all__ = ["market"]

pytestmark = [pytest.mark.usefixtures("key_is_never_logged"), pytest.mark.timeout(60)]

ANY = [mode for mode, _ in EVERYWHERE]
OWN = {
    "whoisxml": [
        "restricted", "restricted_list", "unauthorised", "unpaid", "older", "older_in_200",
        "code_in_200", "rate_in_200", "odd_error", "bad_parameter", "bad_name", "rate", "no_info",
        "info_is_text", "other_name", "list",
    ],
    "whoapi": [
        *(f"status:{status}" for status in (1, 4, 8, 12, 16, 17, 26, 32, 36, 43, 99)),
        "taken:null", "taken:[]", "raw:", "raw:nonsense",
    ],
    "cloudflare": [
        "failure_in_200", "success_as_text", "no_result", "domains_is_object", "list",
        "raw:nonsense",
    ],
}  # fmt: skip
MODES = [(vendor, mode) for vendor, own in OWN.items() for mode in [*ANY, *own]]


def simulator_of(market: Market, vendor: str) -> HttpSimulator:
    found: HttpSimulator = getattr(market, "registrar" if vendor == "cloudflare" else vendor)
    return found


@pytest.mark.parametrize(("vendor", "mode"), MODES)
async def test_a_vendor_that_fails(
    market: Market, vendor: str, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gzip_bomb()  # compressed before the deadline of the call runs
    if mode in {"hang", "drip"}:
        monkeypatch.setattr(vendor_checker, "_CALL_SECONDS", 0.7)
    monkeypatch.setattr(vendor_checker, "_ATTEMPTS", 1)
    market.dns.names["brand.so"] = market.dns.names["other.so"] = NX
    simulator_of(market, vendor).modes.change(ModesChange(modes=[mode], share=1))
    second = "whoapi" if vendor == "whoisxml" else "whoisxml"
    order = [second] if vendor == "cloudflare" else [vendor, second]
    service = market.service(*order, registrar=vendor == "cloudflare")

    answered = await one(service, "brand.so")
    simulator_of(market, second).modes.change(ModesChange(modes=["reset"], share=1))
    unanswered = await one(service, "other.so")

    assert (answered["detail"], answered["source"]) == ("available", second)
    assert (unanswered["detail"], unanswered["domain_available"]) == ("likely_available", None)
    assert unanswered["source"] == "dns"
    told = json.dumps([answered, unanswered])
    assert_no_secret(told)
    for text in ("Access restricted", "Too many requests", "for whoapi", "<html>", "http"):
        assert text not in told
