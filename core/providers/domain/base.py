"""What the stages of a domain check exchange, and the joint where further checkers plug in."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from core.provider_stats import ProviderStats


class DnsVerdict(StrEnum):
    """What a resolver said about the NS records of a name."""

    DELEGATED = "ns"
    NXDOMAIN = "nxdomain"
    NODATA = "nodata"
    NONE = "no_verdict"


class RdapVerdict(StrEnum):
    """What the registry's RDAP server said."""

    NOT_ASKED = "not_asked"
    REGISTERED = "registered"
    NOT_FOUND = "not_found"
    NOT_FOUND_LOW_TRUST = "not_found_low_trust"
    NO_SERVER = "no_server"
    RATE_LIMITED = "rate_limited"
    FAILED = "failed"


class ApiVerdict(StrEnum):
    """What a keyed availability service or a registrar's quote said."""

    NONE = "none"
    AVAILABLE = "available"
    TAKEN = "taken"
    QUOTED = "quoted"
    QUOTED_PREMIUM = "quoted_premium"
    QUOTED_UNAVAILABLE = "quoted_unavailable"
    AFTERMARKET = "aftermarket"


class Status(StrEnum):
    """The detailed outcome for one name."""

    AVAILABLE = "available"
    LIKELY_AVAILABLE = "likely_available"
    PREMIUM = "premium"
    TAKEN = "taken"
    RESERVED = "reserved"
    INVALID = "invalid"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why there is no firm answer."""

    OFFLINE = "offline"
    RATE_LIMITED = "rate_limited"
    PROVIDER_ERROR = "provider_error"
    NO_SOURCE = "no_source"
    DEADLINE = "deadline"
    BAD_LABEL = "bad_label"
    UNKNOWN_TLD = "unknown_tld"
    NOT_REGISTRABLE = "not_registrable"


class Lifecycle(StrEnum):
    """Where a registered name stands between registration and release."""

    REGISTERED = "registered"
    REDEMPTION = "redemption"
    DROPPING = "dropping"
    ON_HOLD = "on_hold"
    NO_NAMESERVERS = "no_nameservers"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class DomainName:
    """One registrable name. `domain` is lower-case ASCII; `tld` is its whole public suffix."""

    domain: str
    unicode: str
    label: str
    tld: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A text that is no registrable name."""

    text: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: no key and no address ever stands in it."""

    source: str
    verdict: str
    detail: str
    latency_ms: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Price:
    """Money per year in `currency`; what is not known is None, never zero."""

    kind: str
    registration: Decimal
    renewal: Decimal
    source: str
    as_of: date
    transfer: Decimal | None = None
    min_years: int = 1
    premium: bool = False
    currency: str = "USD"
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Aftermarket:
    """A hint that the owner would sell. `url` was checked to be a web or mail address."""

    source: str
    price: Decimal | None = None
    currency: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """The DNS stage's contribution."""

    verdict: DnsVerdict
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class RdapAnswer:
    """The RDAP stage's contribution; the last three only for registered names."""

    verdict: RdapVerdict
    evidence: Evidence
    lifecycle: Lifecycle | None = None
    expires_on: date | None = None
    registrar: str | None = None


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A further checker's contribution."""

    verdict: ApiVerdict
    evidence: Evidence
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was learnt about one name before it is judged.

    `api` is the strongest answer of the further checkers, `others` what the rest of them said.
    """

    name: DomainName
    dns: DnsAnswer | None = None
    rdap: RdapAnswer | None = None
    api: ApiAnswer | None = None
    late: bool = False
    silent: bool = False
    others: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DomainVerdict:
    """The judged result for one name; `cached` is set on results that were asked for earlier."""

    name: DomainName
    status: Status
    confidence: float | None
    source: str | None
    reason: Reason | None
    note: str | None
    lifecycle: Lifecycle | None
    expires_on: date | None
    registrar: str | None
    price: Price | None
    evidence: tuple[Evidence, ...]
    checked_at: datetime
    expires_at: datetime
    cached: bool = False
    aftermarket: Aftermarket | None = None


class DnsLookup(Protocol):
    """The DNS stage."""

    async def look_up(self, name: DomainName) -> DnsAnswer:
        """Never raises for a failed look-up: the answer then has no verdict."""
        ...

    async def aclose(self) -> None:
        """Let go of what is open."""
        ...


class RdapLookup(Protocol):
    """The RDAP stage."""

    async def look_up(self, name: DomainName, deadline: float) -> RdapAnswer:
        """Never raises for a failed look-up. `deadline` is in the running loop's time."""
        ...

    async def aclose(self) -> None:
        """Let go of what is open."""
        ...


class DomainChecker(Protocol):
    """A keyed availability service or a registrar: one file, one entry in the container's list."""

    @property
    def name(self) -> str:
        """Shown as the source of the answer."""
        ...

    def wants(self, verdict: DomainVerdict) -> bool:
        """Whether asking is worth its price, given what is known so far."""
        ...

    async def check(self, names: Sequence[DomainName], deadline: float) -> Mapping[str, ApiAnswer]:
        """Answers by `DomainName.domain`; a missing name counts as no answer.

        Returns by `deadline`, in the running loop's time, with what has come in until then.

        Raises:
            ProviderUnavailableError, ProviderRejectedError: the names keep what is known so far.
        """
        ...

    def get_stats(self) -> dict[str, ProviderStats]:
        """How the service does, by its name."""
        ...

    async def aclose(self) -> None:
        """Let go of what is open in the running loop."""
        ...


class AftermarketLookup(Protocol):
    """The optional look for owners who would sell."""

    async def look_up(self, name: DomainName) -> tuple[Aftermarket | None, Evidence]:
        """Never raises for a failed look-up."""
        ...


class PriceSource(Protocol):
    """List prices."""

    def of(self, tld: str, today: date) -> Price | None:
        """The list price of a suffix, or None if there is none of honest age."""
        ...

    async def aclose(self) -> None:
        """Stop what runs in the running loop."""
        ...


class LifeSigns:
    """Remembers when any outside server was last heard: silence everywhere means no network."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def heard(self) -> None:
        """Note an answer, of whatever content."""
        self._last = asyncio.get_running_loop().time()

    def since(self, start: float) -> bool:
        """Whether anything was heard at or after `start` (running loop's time)."""
        return self._last >= start


FAILED = "failed"
"""The verdict in the evidence of a further checker that gave no answer."""


def witness(source: str, verdict: str, detail: str, started: float) -> Evidence:
    """Evidence taken now; `started` is in the running loop's time."""
    elapsed = asyncio.get_running_loop().time() - started
    return Evidence(source, verdict, detail, round(elapsed * 1000), datetime.now(UTC))
