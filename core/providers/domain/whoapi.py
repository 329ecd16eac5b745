"""WhoAPI, request "taken" (contract, section 1.2): HTTP is always 200, the body has the status."""

from collections.abc import Mapping, Sequence

import httpx

from core.providers.base import FailureKind
from core.providers.domain.base import ApiVerdict
from core.providers.domain.limiter import Rate
from core.providers.domain.vendor import VendorAnswer
from core.providers.domain.vendor_api import VendorApi
from core.providers.outbound import failure
from core.providers.probe import probe_port

RATE = Rate(spacing=0.2, parallel=5)
_OK = 0
# Our own rules have accepted the name, so a refusal as malformed proves nothing.
_ANSWERS = {
    **dict.fromkeys((1, 2, 3, 5, 6), VendorAnswer(ApiVerdict.NONE, "refused_as_invalid")),
    **dict.fromkeys((4, 7), VendorAnswer(ApiVerdict.NONE, "tld_unsupported", tld_unsupported=True)),
    **dict.fromkeys((32, 42), VendorAnswer(ApiVerdict.NONE, "undetermined")),
}
_TAKEN = {
    "0": VendorAnswer(ApiVerdict.AVAILABLE, "free"),
    "1": VendorAnswer(ApiVerdict.TAKEN, "taken"),
}
_FAILURES: dict[int, tuple[FailureKind, float | None]] = {
    **dict.fromkeys((8, 9, 11, *range(19, 26), *range(37, 42)), ("invalid_request", None)),
    **dict.fromkeys((10, 12, 13, 14, 15), ("auth", None)),
    16: ("rate_limited", 60.0),  # our address is blocked for a minute
    **dict.fromkeys((17, 18, 33, 34, 35, 36), ("quota", None)),
    **dict.fromkeys(range(26, 32), ("transient", 1.0)),
}


class WhoApi(VendorApi):
    """The adapter."""

    name = "whoapi"
    batch = 1
    default_url = "https://api.whoapi.com"
    key_parameter = "apikey"

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """See `Vendor`."""
        (domain,) = domains
        document = (await self._get("/", {"domain": domain, "r": "taken"})).json()
        status = _number(document.get("status"))
        if status == _OK:
            unsure = VendorAnswer(ApiVerdict.NONE, "undetermined")
            return {domain: _TAKEN.get(str(document.get("taken")), unsure)}
        if status not in _ANSWERS:
            kind, retry_after = _FAILURES.get(status, ("bad_payload", None))
            raise failure(self.name, kind, retry_after=retry_after)
        return {domain: _ANSWERS[status]}

    async def probe(self) -> None:
        """See `VendorApi`. No request is known to be free, so it only takes up a connection."""
        url = httpx.URL(self._base)
        port = url.port or {"http": 80, "https": 443}[url.scheme]
        if await probe_port(url.host, port) != "reachable":
            raise failure(self.name, "transient")


def _number(value: object) -> int:
    """A status, which may be a string or an integer; -1 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1
