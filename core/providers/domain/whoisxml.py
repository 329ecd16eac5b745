"""WhoisXML API, Domain Availability (contract, section 1.1): one name a call, key in the query."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.providers.base import FailureKind
from core.providers.domain.base import ApiVerdict
from core.providers.domain.limiter import Rate
from core.providers.domain.vendor import VendorAnswer
from core.providers.domain.vendor_api import VendorApi, get_call
from core.providers.outbound import failure

RATE = Rate(spacing=0.05, parallel=8)  # 20 a second of the 30 allowed
_ACCOUNTS = "user.whoisxmlapi.com"
# All are sent: the documented defaults and those of the vendor's own client differ.
_PARAMETERS = {"mode": "DNS_AND_WHOIS", "credits": "DA", "outputFormat": "JSON"}
_VERDICTS = {
    "AVAILABLE": VendorAnswer(ApiVerdict.AVAILABLE, "available"),
    "UNAVAILABLE": VendorAnswer(ApiVerdict.TAKEN, "unavailable"),
}


class WhoisXml(VendorApi):
    """The adapter. Used-up credits and a bad key look alike here: both are reported as "auth".

    The probe tells them apart: the balance is read with a good key, whatever it says.
    """

    name = "whoisxml"
    batch = 1
    default_url = "https://domain-availability.whoisxmlapi.com"
    other_hosts = (_ACCOUNTS,)
    key_parameter = "apiKey"
    hint_s = 1.0  # beyond the rate everything is refused until the next second begins

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """See `Vendor`."""
        (domain,) = domains
        reply = await self._get("/api/v1", {"domainName": domain, **_PARAMETERS})
        document = reply.json()
        info = document.get("DomainInfo")
        if not isinstance(info, dict):
            raise self._http.failed(reply, self._kind(_stated_status(document)))
        if str(info.get("domainName")).lower() != domain:
            raise failure(self.name, "bad_payload")
        unsure = VendorAnswer(ApiVerdict.NONE, "undetermined")
        return {domain: _VERDICTS.get(str(info.get("domainAvailability")), unsure)}

    async def probe(self) -> None:
        """See `VendorApi`. A configured address that knows no balance is there all the same."""
        base = self._access.url or f"https://{_ACCOUNTS}"
        url = f"{base.rstrip('/')}/user-service/account-balance"
        call = self._complete(get_call(url, {"outputFormat": "JSON"}))
        (await self._http.ask(call)).json()

    def _kind(self, status: int) -> FailureKind:
        return "auth" if status == 402 else super()._kind(status)


def _stated_status(document: dict[str, Any]) -> int:  # Any: foreign JSON
    """The HTTP status that an error inside a 200 repeats, in either shape; else 200."""
    older = document.get("ErrorMessage")
    code = older.get("errorCode") if isinstance(older, dict) else document.get("code")
    text = str(code)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 200
