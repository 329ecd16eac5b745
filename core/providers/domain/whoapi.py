"""WhoAPI, request "taken" (contract, section 1.2): HTTP is always 200, the body has the status."""

from collections.abc import Mapping, Sequence

from core.exceptions import ProviderRejectedError
from core.providers.base import FailureKind
from core.providers.domain.base import ApiVerdict
from core.providers.domain.limiter import Rate
from core.providers.domain.vendor import VendorAccess, VendorAnswer
from core.providers.domain.vendor_http import CALL_SECONDS, VendorHttp, query_key

RATE = Rate(spacing=0.2, parallel=5)
_BASE = "https://api.whoapi.com"
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
_OUR_FAULT = frozenset({8, 9, 11, *range(19, 26), *range(37, 42)})
_FAILURES: dict[int, tuple[FailureKind, float | None]] = {
    **dict.fromkeys((10, 12, 13, 14, 15), ("auth", None)),
    16: ("rate_limited", 60.0),  # our address is blocked for a minute
    **dict.fromkeys((17, 18, 33, 34, 35, 36), ("quota", None)),
    **dict.fromkeys(range(26, 32), ("transient", 1.0)),
}


class WhoApi:
    """The adapter."""

    name = "whoapi"
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
            query_key("apikey", access.key),
            call_seconds=call_seconds,
        )

    async def ask(self, domains: Sequence[str]) -> Mapping[str, VendorAnswer]:
        """See `Vendor`."""
        (domain,) = domains
        reply = await self._http.ask("GET", "/", params={"domain": domain, "r": "taken"})
        self._http.refuse(reply.status, reply.retry_after)
        document = self._http.json_object(reply)
        status = _number(document.get("status"))
        if status == _OK:
            unsure = VendorAnswer(ApiVerdict.NONE, "undetermined")
            return {domain: _TAKEN.get(str(document.get("taken")), unsure)}
        if status in _OUR_FAULT:
            raise ProviderRejectedError(provider=self.name, kind="invalid_request")
        if status in _FAILURES:
            raise self._http.unavailable(*_FAILURES[status])
        if status not in _ANSWERS:
            raise self._http.unavailable("bad_payload")
        return {domain: _ANSWERS[status]}

    async def aclose(self) -> None:
        """See `Vendor`."""
        await self._http.aclose()


def _number(value: object) -> int:
    """A status, which may be a string or an integer; -1 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1
