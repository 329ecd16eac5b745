"""The decision table: its rows, and what must hold for every combination of answers."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from core.providers.domain.base import (
    FAILED,
    ApiAnswer,
    ApiVerdict,
    DnsAnswer,
    DnsVerdict,
    DomainName,
    DomainVerdict,
    Evidence,
    Findings,
    Lifecycle,
    Price,
    RdapAnswer,
    RdapVerdict,
    Reason,
    Status,
)
from core.providers.domain.decision import TABLE, decide, with_answer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NAME = DomainName("brand.com", "brand.com", "brand", "com")
LIST = Price("list", Decimal("11.08"), Decimal("11.08"), "porkbun", date(2026, 8, 22))
QUOTE = replace(LIST, kind="quote", registration=Decimal(4000), premium=True, source="registrar")

NS, NX, NODATA, NO = DnsVerdict.DELEGATED, DnsVerdict.NXDOMAIN, DnsVerdict.NODATA, DnsVerdict.NONE
R, A, S = RdapVerdict, ApiVerdict, Status


def evidence(source: str) -> Evidence:
    return Evidence(source, "said", "detail", 12, NOW)


def found(dns: DnsVerdict, rdap: RdapVerdict, api: ApiVerdict = A.NONE) -> Findings:
    return Findings(
        NAME,
        DnsAnswer(dns, evidence("dns")),
        RdapAnswer(rdap, evidence("rdap:host.test")),
        ApiAnswer(api, evidence("whoisxml")),
    )


def judge(dns: DnsVerdict, rdap: RdapVerdict, api: ApiVerdict = A.NONE) -> DomainVerdict:
    return decide(found(dns, rdap, api), LIST, NOW)


@pytest.mark.parametrize(
    ("dns", "rdap", "api", "status", "confidence", "note"),
    [
        (NS, R.NOT_ASKED, A.NONE, S.TAKEN, 0.99, None),
        (NS, R.REGISTERED, A.NONE, S.TAKEN, 0.99, None),
        (NS, R.FAILED, A.NONE, S.TAKEN, 0.99, None),
        (NS, R.NOT_FOUND, A.NONE, S.TAKEN, 0.80, "conflict"),
        (NS, R.NOT_FOUND_LOW_TRUST, A.NONE, S.TAKEN, 0.80, "conflict"),
        (NX, R.REGISTERED, A.AVAILABLE, S.TAKEN, 0.90, "conflict"),
        (NX, R.REGISTERED, A.NONE, S.TAKEN, 0.99, None),
        (NO, R.REGISTERED, A.AFTERMARKET, S.TAKEN, 0.99, None),
        (NX, R.NOT_FOUND, A.QUOTED, S.AVAILABLE, 0.99, None),
        (NO, R.NO_SERVER, A.QUOTED, S.AVAILABLE, 0.99, None),
        (NX, R.NOT_FOUND, A.QUOTED_PREMIUM, S.PREMIUM, 0.99, None),
        (NX, R.NOT_FOUND, A.QUOTED_UNAVAILABLE, S.RESERVED, 0.90, "unregistered_not_sold"),
        (NX, R.NOT_FOUND, A.TAKEN, S.TAKEN, 0.70, "conflict"),
        (NX, R.NO_SERVER, A.TAKEN, S.TAKEN, 0.93, None),
        (NO, R.FAILED, A.QUOTED_UNAVAILABLE, S.TAKEN, 0.93, None),
        (NX, R.NOT_FOUND, A.AVAILABLE, S.AVAILABLE, 0.96, None),
        (NX, R.NO_SERVER, A.AVAILABLE, S.AVAILABLE, 0.93, None),
        (NX, R.RATE_LIMITED, A.AVAILABLE, S.AVAILABLE, 0.93, None),
        (NX, R.NOT_FOUND, A.NONE, S.AVAILABLE, 0.95, "unregistered"),
        (NX, R.NOT_FOUND_LOW_TRUST, A.NONE, S.LIKELY_AVAILABLE, 0.88, None),
        (NO, R.NOT_FOUND, A.NONE, S.LIKELY_AVAILABLE, 0.85, None),
        (NODATA, R.NOT_FOUND, A.NONE, S.UNKNOWN, None, "sources_disagree"),
        (NX, R.NO_SERVER, A.NONE, S.LIKELY_AVAILABLE, 0.70, None),
        (NX, R.RATE_LIMITED, A.NONE, S.LIKELY_AVAILABLE, 0.70, None),
        (NX, R.FAILED, A.NONE, S.LIKELY_AVAILABLE, 0.70, None),
        (NO, R.NOT_FOUND_LOW_TRUST, A.NONE, S.UNKNOWN, None, None),
        (NO, R.FAILED, A.NONE, S.UNKNOWN, None, None),
        (NODATA, R.NO_SERVER, A.NONE, S.UNKNOWN, None, None),
    ],
)
def test_contract_rows(
    dns: DnsVerdict,
    rdap: RdapVerdict,
    api: ApiVerdict,
    status: Status,
    confidence: float | None,
    note: str | None,
) -> None:
    verdict = judge(dns, rdap, api)

    assert (verdict.status, verdict.confidence, verdict.note) == (status, confidence, note)


ALL = list(itertools.product(DnsVerdict, RdapVerdict, ApiVerdict))


@pytest.mark.parametrize(("dns", "rdap", "api"), ALL)
def test_every_combination_keeps_the_promises(
    dns: DnsVerdict, rdap: RdapVerdict, api: ApiVerdict
) -> None:
    verdict = judge(dns, rdap, api)

    if dns is NS or rdap is R.REGISTERED:
        assert verdict.status is S.TAKEN
    if verdict.status is S.AVAILABLE:
        assert rdap is R.NOT_FOUND or api in {A.AVAILABLE, A.QUOTED}
    assert (verdict.confidence is None) == (verdict.status is S.UNKNOWN) == (verdict.source is None)
    assert verdict.status is not S.UNKNOWN or verdict.reason is not None
    assert verdict.expires_at > verdict.checked_at


def test_every_row_can_be_reached() -> None:
    reached = {
        next(i for i, row in enumerate(TABLE) if row.matches(*combination)) for combination in ALL
    }

    assert reached == set(range(len(TABLE)))


@pytest.mark.parametrize(
    ("findings", "reason"),
    [
        (replace(found(NO, R.NOT_ASKED), silent=True, late=True), Reason.OFFLINE),
        (replace(found(NX, R.NOT_ASKED), late=True), Reason.DEADLINE),
        (found(NX, R.RATE_LIMITED), Reason.RATE_LIMITED),
        (found(NO, R.NO_SERVER), Reason.NO_SOURCE),
        (found(NO, R.FAILED), Reason.PROVIDER_ERROR),
        (found(NODATA, R.NOT_FOUND), Reason.PROVIDER_ERROR),
        (found(NX, R.NOT_FOUND_LOW_TRUST), None),
        (replace(found(NX, R.NOT_FOUND), late=True), None),
        (Findings(NAME, silent=True), Reason.OFFLINE),
    ],
)
def test_reasons(findings: Findings, reason: Reason | None) -> None:
    assert decide(findings, None, NOW).reason is reason


@pytest.mark.parametrize(
    ("dns", "rdap", "lifecycle", "life"),
    [
        (NS, R.NOT_ASKED, None, timedelta(hours=24)),
        (NX, R.REGISTERED, Lifecycle.REGISTERED, timedelta(hours=24)),
        (NX, R.REGISTERED, Lifecycle.REDEMPTION, timedelta(hours=1)),
        (NX, R.REGISTERED, Lifecycle.DROPPING, timedelta(hours=1)),
        (NX, R.NOT_FOUND, None, timedelta(minutes=10)),
        (NX, R.FAILED, None, timedelta(minutes=5)),
        (NO, R.FAILED, None, timedelta(seconds=60)),
    ],
)
def test_how_long_a_verdict_is_kept(
    dns: DnsVerdict, rdap: RdapVerdict, lifecycle: Lifecycle | None, life: timedelta
) -> None:
    findings = found(dns, rdap)
    assert findings.rdap is not None
    findings = replace(findings, rdap=replace(findings.rdap, lifecycle=lifecycle))

    verdict = decide(findings, LIST, NOW)

    assert verdict.expires_at - verdict.checked_at == life


def test_list_price_only_where_the_name_may_be_free() -> None:
    assert judge(NX, R.NOT_FOUND).price == LIST
    assert judge(NX, R.FAILED).price == LIST
    assert judge(NS, R.NOT_ASKED).price is None
    assert judge(NO, R.FAILED).price is None
    assert judge(NX, R.NOT_FOUND, A.QUOTED_PREMIUM).price is None


def test_a_quote_goes_before_the_list_price() -> None:
    findings = found(NX, R.NOT_FOUND, A.QUOTED_PREMIUM)
    assert findings.api is not None

    verdict = decide(replace(findings, api=replace(findings.api, price=QUOTE)), LIST, NOW)

    assert verdict.price == QUOTE
    assert verdict.source == "whoisxml"


def said(source: str, verdict: ApiVerdict) -> ApiAnswer:
    return ApiAnswer(verdict, evidence(source))


PAIRS = list(itertools.combinations([said for said in ApiVerdict if said is not A.NONE], 2))


@pytest.mark.parametrize("rdap", list(RdapVerdict))
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_of_several_answers_the_row_that_comes_first_counts(
    rdap: RdapVerdict, one: ApiVerdict, other: ApiVerdict
) -> None:
    bare = Findings(NAME, DnsAnswer(NX, evidence("dns")), RdapAnswer(rdap, evidence("rdap")))
    rows = [
        index for index, row in enumerate(TABLE) if row.matches(NX, rdap, one) or
        row.matches(NX, rdap, other)
    ]  # fmt: skip

    for first, second in ((one, other), (other, one)):
        both = with_answer(with_answer(bare, said("a", first)), said("b", second))
        verdict = decide(both, LIST, NOW)

        assert verdict.status is TABLE[rows[0]].status
        assert {item.source for item in verdict.evidence} == {"dns", "rdap", "a", "b"}


def test_an_answer_without_a_verdict_is_evidence_and_no_more() -> None:
    findings = with_answer(found(NX, R.NOT_FOUND), said("whoapi", A.NONE))

    assert findings.api is not None
    assert findings.api.evidence.source == "whoisxml"
    assert [item.source for item in findings.others] == ["whoapi"]


def test_no_quote_is_shown_for_a_registered_name() -> None:
    findings = found(NX, R.REGISTERED, A.QUOTED)
    assert findings.api is not None

    verdict = decide(replace(findings, api=replace(findings.api, price=QUOTE)), LIST, NOW)

    assert (verdict.status, verdict.price) == (S.TAKEN, None)


def test_a_failing_service_is_the_reason_where_no_registry_can_be_asked() -> None:
    failed = Evidence("whoisxml", FAILED, "auth", 3, NOW)
    undecided = Evidence("whoisxml", "none", "undetermined", 3, NOW)
    open_case = replace(found(NO, R.NO_SERVER), others=(failed,))

    assert decide(open_case, None, NOW).reason is Reason.PROVIDER_ERROR
    assert decide(replace(open_case, others=(undecided,)), None, NOW).reason is Reason.NO_SOURCE


def test_evidence_of_every_source_is_kept() -> None:
    verdict = decide(replace(found(NX, R.NOT_FOUND), others=(evidence("x"),)), None, NOW)

    assert [item.source for item in verdict.evidence] == ["dns", "rdap:host.test", "whoisxml", "x"]
