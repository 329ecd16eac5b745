"""The decision table: what DNS, RDAP and further checkers together mean for one name."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.providers.domain.base import (
    FAILED,
    ApiAnswer,
    ApiVerdict,
    DnsVerdict,
    DomainVerdict,
    Evidence,
    Findings,
    Lifecycle,
    Price,
    RdapVerdict,
    Reason,
    Status,
)

_DNS = frozenset(DnsVerdict)
_RDAP = frozenset(RdapVerdict)
_API = frozenset(ApiVerdict)
_NS = frozenset({DnsVerdict.DELEGATED})
_NXDOMAIN = frozenset({DnsVerdict.NXDOMAIN})
_NOT_NS = _DNS - _NS
_RECORD = frozenset({RdapVerdict.REGISTERED})
_FOUND_NOTHING = frozenset({RdapVerdict.NOT_FOUND, RdapVerdict.NOT_FOUND_LOW_TRUST})
_NO_ANSWER = _RDAP - _RECORD - _FOUND_NOTHING
_OFFERED = frozenset({ApiVerdict.AVAILABLE, ApiVerdict.QUOTED, ApiVerdict.QUOTED_PREMIUM})
_SAYS_TAKEN = frozenset({ApiVerdict.TAKEN, ApiVerdict.AFTERMARKET})


@dataclass(frozen=True, slots=True)
class Row:
    """One row: three conditions, the outcome, and which of the three sources decided."""

    dns: Collection[DnsVerdict]
    rdap: Collection[RdapVerdict]
    api: Collection[ApiVerdict]
    status: Status
    confidence: float | None
    by: str | None
    note: str | None = None

    def matches(self, dns: DnsVerdict, rdap: RdapVerdict, api: ApiVerdict) -> bool:
        """Whether all three conditions hold."""
        return dns in self.dns and rdap in self.rdap and api in self.api


# The first row that matches counts. The confidences are priors: NS records are never wrong,
# about 2.5 % of registrations have none, and a registry's "no record" includes reserved names.
TABLE = (
    Row(_NS, _RDAP - _FOUND_NOTHING, _API, Status.TAKEN, 0.99, "dns"),
    Row(_NS, _FOUND_NOTHING, _API, Status.TAKEN, 0.80, "dns", "conflict"),
    Row(_DNS, _RECORD, _OFFERED, Status.TAKEN, 0.90, "rdap", "conflict"),
    Row(_DNS, _RECORD, _API, Status.TAKEN, 0.99, "rdap"),
    Row(_NOT_NS, _RDAP, {ApiVerdict.QUOTED}, Status.AVAILABLE, 0.99, "api"),
    Row(_NOT_NS, _RDAP, {ApiVerdict.QUOTED_PREMIUM}, Status.PREMIUM, 0.99, "api"),
    Row(
        _NOT_NS, _FOUND_NOTHING, {ApiVerdict.QUOTED_UNAVAILABLE},
        Status.RESERVED, 0.90, "api", "unregistered_not_sold",
    ),
    Row(_NOT_NS, _FOUND_NOTHING, _SAYS_TAKEN, Status.TAKEN, 0.70, "api", "conflict"),
    Row(
        _NOT_NS, _NO_ANSWER, _SAYS_TAKEN | {ApiVerdict.QUOTED_UNAVAILABLE},
        Status.TAKEN, 0.93, "api",
    ),
    Row(_NOT_NS, _FOUND_NOTHING, {ApiVerdict.AVAILABLE}, Status.AVAILABLE, 0.96, "api"),
    Row(_NOT_NS, _NO_ANSWER, {ApiVerdict.AVAILABLE}, Status.AVAILABLE, 0.93, "api"),
    Row(
        _NXDOMAIN, {RdapVerdict.NOT_FOUND}, _API,
        Status.AVAILABLE, 0.95, "rdap", "unregistered",
    ),
    Row(
        _NXDOMAIN, {RdapVerdict.NOT_FOUND_LOW_TRUST}, _API,
        Status.LIKELY_AVAILABLE, 0.88, "rdap",
    ),
    Row(
        {DnsVerdict.NONE}, {RdapVerdict.NOT_FOUND}, _API,
        Status.LIKELY_AVAILABLE, 0.85, "rdap",
    ),
    Row(
        {DnsVerdict.NODATA}, _FOUND_NOTHING, _API,
        Status.UNKNOWN, None, None, "sources_disagree",
    ),
    Row(_NXDOMAIN, _NO_ANSWER, _API, Status.LIKELY_AVAILABLE, 0.70, "dns"),
    Row(_DNS, _RDAP, _API, Status.UNKNOWN, None, None),
)  # fmt: skip

_LIVES = {
    Status.TAKEN: timedelta(hours=24),
    Status.AVAILABLE: timedelta(minutes=10),
    Status.PREMIUM: timedelta(minutes=10),
    Status.RESERVED: timedelta(minutes=10),  # a registrar's word, which it may change
    Status.LIKELY_AVAILABLE: timedelta(minutes=5),
    Status.UNKNOWN: timedelta(seconds=60),
}
# What the table prefers when several further checkers answered: the row that it looks for first.
_STRENGTH = (
    ApiVerdict.QUOTED,
    ApiVerdict.QUOTED_PREMIUM,
    ApiVerdict.QUOTED_UNAVAILABLE,
    ApiVerdict.AFTERMARKET,
    ApiVerdict.TAKEN,
    ApiVerdict.AVAILABLE,
)
_REASONS = {
    RdapVerdict.RATE_LIMITED: Reason.RATE_LIMITED,
    RdapVerdict.NO_SERVER: Reason.NO_SOURCE,
}
_MAY_BE_BOUGHT = frozenset({Status.AVAILABLE, Status.LIKELY_AVAILABLE, Status.PREMIUM})
_SHORT_LIFE = timedelta(hours=1)
_ABOUT_TO_CHANGE = frozenset({Lifecycle.DROPPING, Lifecycle.REDEMPTION})


def decide(findings: Findings, list_price: Price | None, now: datetime) -> DomainVerdict:
    """Judge one name. A list price is attached only where the name may be bought at it."""
    dns = findings.dns.verdict if findings.dns else DnsVerdict.NONE
    rdap = findings.rdap.verdict if findings.rdap else RdapVerdict.NOT_ASKED
    api = findings.api.verdict if findings.api else ApiVerdict.NONE
    row = next(row for row in TABLE if row.matches(dns, rdap, api))
    record = findings.rdap if rdap is RdapVerdict.REGISTERED else None
    lifecycle = record.lifecycle if record else None
    return DomainVerdict(
        name=findings.name,
        status=row.status,
        confidence=row.confidence,
        source=_source(findings, row.by),
        reason=_reason(findings, row.status, rdap),
        note=row.note,
        lifecycle=lifecycle,
        expires_on=record.expires_on if record else None,
        registrar=record.registrar if record else None,
        price=_price(findings, row.status, list_price),
        evidence=_evidence(findings),
        checked_at=now,
        expires_at=now + (_SHORT_LIFE if lifecycle in _ABOUT_TO_CHANGE else _LIVES[row.status]),
    )


def with_answer(findings: Findings, answer: ApiAnswer) -> Findings:
    """Add what a further checker said. The strongest answer is judged; every one stays evidence."""
    if answer.verdict is ApiVerdict.NONE:
        return replace(findings, others=(*findings.others, answer.evidence))
    if findings.api is None:
        return replace(findings, api=answer)
    weaker, stronger = sorted(
        (findings.api, answer), key=lambda said: -_STRENGTH.index(said.verdict)
    )
    return replace(findings, api=stronger, others=(*findings.others, weaker.evidence))


def _evidence(findings: Findings) -> tuple[Evidence, ...]:
    answers = (findings.dns, findings.rdap, findings.api)
    return tuple(answer.evidence for answer in answers if answer) + findings.others


def _source(findings: Findings, by: str | None) -> str | None:
    """The deciding source: for a further checker its own name."""
    if by == "api" and findings.api:
        return findings.api.evidence.source
    return by


def _price(findings: Findings, status: Status, list_price: Price | None) -> Price | None:
    """A quote where there is one; a premium name never shows the list price."""
    if status not in _MAY_BE_BOUGHT:
        return None
    if findings.api and findings.api.price:
        return findings.api.price
    return None if status is Status.PREMIUM else list_price


def _reason(findings: Findings, status: Status, rdap: RdapVerdict) -> Reason | None:
    """Why the answer is not firm; None where it is, or where only the source's rank is doubtful."""
    if status not in {Status.UNKNOWN, Status.LIKELY_AVAILABLE}:
        return None
    if findings.silent:
        return Reason.OFFLINE
    if findings.late:
        return Reason.DEADLINE
    if rdap in _FOUND_NOTHING and status is Status.LIKELY_AVAILABLE:
        return None
    if rdap is RdapVerdict.NO_SERVER and any(item.verdict == FAILED for item in findings.others):
        return Reason.PROVIDER_ERROR
    return _REASONS.get(rdap, Reason.PROVIDER_ERROR)
