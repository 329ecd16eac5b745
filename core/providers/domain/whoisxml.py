"""WhoisXML API, Domain Availability (contract, section 1.1): one name a call, key in the query."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from core.providers.domain.base import ApiVerdict
from core.providers.domain.limiter import Rate
from core.providers.domain.rdap_http import Reply
from core.providers.domain.vendor import VendorAccess, VendorAnswer
from core.providers.domain.vendor_http import CALL_SECONDS, VendorHttp, query_key

RATE = Rate(spacing=0.05, parallel=8)  # 20 a second of the 30 allowed
_BASE = "https://domain-availability.whoisxmlapi.com"
# All four are sent: the documented defaults and those of the vendor's own client differ.
_PARAMETERS = {"mode": "DNS_AND_WHOIS", "credits": "DA", "outputFormat": "JSON"}
_KEY_OR_CREDITS = frozenset({401, 402, 403})
_VERDICTS = {
    "AVAILABLE": VendorAnswer(ApiVerdict.AVAILABLE, "available"),
    "UNAVAILABLE": VendorAnswer(ApiVerdict.TAKEN, "unavailable"),
}


class WhoisXml:
    """The adapter. Used-up credits and a bad key look alike here: both are reported as "auth"."""

    name = "whoisxml"
    batch = 1

    def __init__(
        self,
        access: VendorAccess,
        *,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        self._http = VendorHttp(
            self.name,
            access.url or _BASE,
            query_key("apiKey", access.key),
            call_seconds=call_seconds,
        )

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """See `Vendor`."""
        (domain,) = domains
        reply = await self._http.ask("GET", "/api/v1", params={"domainName": domain, **_PARAMETERS})
        self._refuse(reply.status, reply)
        document = self._http.json_object(reply)
        info = document.get("DomainInfo")
        if not isinstance(info, dict):
            self._refuse(_stated_status(document), reply)
            raise self._http.unavailable("bad_payload")
        if str(info.get("domainName")).lower() != domain:
            raise self._http.unavailable("bad_payload")
        unsure = VendorAnswer(ApiVerdict.NONE, "undetermined")
        return {domain: _VERDICTS.get(str(info.get("domainAvailability")), unsure)}

    def _refuse(self, status: int, reply: Reply) -> None:
        if status in _KEY_OR_CREDITS:
            raise self._http.unavailable("auth")
        # Beyond the rate everything is refused until the next second begins.
        hint = reply.retry_after if reply.retry_after is not None else 1.0 - time.time() % 1.0
        self._http.refuse(status, hint if status == 429 else None)

    async def aclose(self) -> None:
        """See `Vendor`."""
        await self._http.aclose()


def _stated_status(document: dict[str, Any]) -> int:  # Any: foreign JSON
    """The HTTP status that an error inside a 200 repeats, in either shape; else 200."""
    older = document.get("ErrorMessage")
    code = older.get("errorCode") if isinstance(older, dict) else document.get("code")
    text = str(code)
    return int(text) if text.isascii() and text.isdigit() and len(text) == 3 else 200
