"""Cloudflare Registrar, domain-check (contract, section 1.3): live quotes, twenty names a call.

The call reads only; its token could also buy, so nothing else is ever asked with it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from core.providers.domain.base import ApiVerdict, Price
from core.providers.domain.limiter import Rate
from core.providers.domain.money import amount, currency_code
from core.providers.domain.prices import shipped_prices
from core.providers.domain.vendor import VendorAnswer
from core.providers.domain.vendor_api import VendorApi
from core.providers.outbound import Call, failure

RATE = Rate(spacing=0.25, parallel=2)
_PROBED = "example.com"
_REASONS = {
    "domain_unavailable": VendorAnswer(ApiVerdict.QUOTED_UNAVAILABLE, "domain_unavailable"),
    **{  # what the registrar does not sell may still be free
        reason: VendorAnswer(ApiVerdict.NONE, reason, tld_unsupported=True)
        for reason in (
            "extension_not_supported",
            "extension_not_supported_via_api",
            "extension_disallows_registration",
        )
    },
}


class CloudflareRegistrar(VendorApi):
    """The adapter."""

    name = "cloudflare"
    batch = 20
    default_url = "https://api.cloudflare.com/client/v4"

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """See `Vendor`. Answers are matched by name: malformed names may be left out."""
        url = f"{self._base}/accounts/{self._access.account}/registrar/domain-check"
        call = Call("POST", url, json={"domains": list(domains)})
        document = (await self._ask(call)).json()
        result = document.get("result")
        rows = result.get("domains") if isinstance(result, dict) else None
        if document.get("success") is not True or not isinstance(rows, list):
            raise failure(self.name, "bad_payload")
        named = {str(row.get("name")).lower(): row for row in rows if isinstance(row, dict)}
        return {domain: self._read(domain, named[domain]) for domain in domains if domain in named}

    async def probe(self) -> None:
        """See `VendorApi`. A quote costs nothing, and shows that the token may ask for quotes."""
        await self.ask([_PROBED])

    def _read(self, domain: str, row: dict[str, Any]) -> VendorAnswer:  # Any: foreign JSON
        is_premium = row.get("tier") == "premium" or row.get("reason") == "domain_premium"
        price = self._price(domain, row.get("pricing"), is_premium=is_premium)
        if is_premium:
            return VendorAnswer(ApiVerdict.QUOTED_PREMIUM, "premium", price)
        if row.get("registrable") is not True:
            unsure = VendorAnswer(ApiVerdict.NONE, "no_reason")
            return _REASONS.get(str(row.get("reason")), unsure)
        if price is None:  # a price is always there; without one this is no quote
            return VendorAnswer(ApiVerdict.NONE, "no_price")
        return VendorAnswer(ApiVerdict.QUOTED, "registrable", price)

    def _price(self, domain: str, pricing: object, *, is_premium: bool) -> Price | None:
        """Both prices in a known currency, or None."""
        if not isinstance(pricing, dict):
            return None
        registration = amount(pricing.get("registration_cost"))
        renewal = amount(pricing.get("renewal_cost"))
        currency = currency_code(pricing.get("currency"))
        if not registration or not renewal or currency is None:
            return None
        return Price(
            kind="quote",
            registration=registration,
            renewal=renewal,
            source=self.name,
            as_of=datetime.now(UTC).date(),
            min_years=shipped_prices().min_years(domain.partition(".")[2]),
            premium=is_premium,
            currency=currency,
        )
