"""Domain availability for brand names and for domains that a user typed."""

import asyncio
from collections.abc import Container, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal, TypedDict
from uuid import UUID

from core.exceptions import InvalidInputError
from core.provider_stats import ProviderStats
from core.providers.domain.availability import DomainAvailability
from core.providers.domain.base import (
    Aftermarket,
    DomainName,
    DomainVerdict,
    Evidence,
    Price,
    Reason,
    Rejected,
    Status,
)
from core.providers.domain.normalise import brand_labels, is_domain, parse_domain, suffix_rules
from core.providers.domain.prices import is_promo, three_years
from database.unit_of_work import Database
from services.usage_rows import usage_recorded

Target = DomainName | Rejected

DEFAULT_TLDS = ("com", "io", "ai", "co", "app", "dev")
MAX_DOMAINS = 50
# A founder who waits for ten names in six suffixes wants them soon: what the slowest registries
# have not said by then stays unknown, and a check of its own gives them the full time.
_NAMES_SECONDS = 4.0
_MAX_ECHO = 253
_SHORT_LABEL = 4

PublicStatus = Literal["available", "taken", "unknown", "invalid"]


class PricingResult(TypedDict):
    """Prices in `currency` a year, decimals as strings; `tco_3y` is three years of ownership."""

    kind: str
    currency: str
    registration: str
    renewal: str
    transfer: str | None
    min_years: int
    premium: bool
    source: str
    as_of: str
    tco_3y: str
    promo: bool
    note: str | None


class EvidenceResult(TypedDict):
    """One observation behind a result."""

    source: str
    verdict: str
    detail: str
    latency_ms: int
    at: str


class AftermarketResult(TypedDict):
    """A hint that the owner would sell; the price is a decimal as string."""

    source: str
    price: str | None
    currency: str | None
    url: str | None


class DomainResult(TypedDict):
    """What we know of one domain. `status` is the short answer, `detail` the exact one."""

    domain: str
    unicode: str
    label: str
    tld: str
    status: PublicStatus
    detail: str
    domain_available: bool | None
    confidence: float | None
    source: str | None
    reason: str | None
    note: str | None
    lifecycle: str | None
    expires_on: str | None
    registrar: str | None
    pricing: PricingResult | None
    aftermarket: AftermarketResult | None
    premium_possible: bool
    warnings: list[str]
    evidence: list[EvidenceResult]
    checked_at: str
    expires_at: str | None
    cached: bool


_PUBLIC: dict[Status, tuple[PublicStatus, bool | None]] = {
    Status.AVAILABLE: ("available", True),
    Status.PREMIUM: ("available", True),
    Status.TAKEN: ("taken", False),
    Status.RESERVED: ("taken", False),
    Status.LIKELY_AVAILABLE: ("unknown", None),
    Status.UNKNOWN: ("unknown", None),
    Status.INVALID: ("invalid", False),
}


class DomainService:
    """Turns names into domains, has them checked, and shapes the results for JSON."""

    def __init__(
        self,
        ai_manager: object | None = None,
        research_loader: object | None = None,
        db_client: Database | None = None,
        *,
        checker: DomainAvailability,
        common_words: Container[str] = frozenset(),
    ) -> None:
        self.ai_manager = ai_manager
        self.research_loader = research_loader
        self.db_client = db_client
        self._checker = checker
        self._common_words = common_words

    def get_stats(self) -> dict[str, ProviderStats]:
        """How each configured service does, in the order in which they are asked."""
        return self._checker.get_stats()

    async def check_batch(
        self, names: Sequence[str], tlds: Sequence[str] = DEFAULT_TLDS
    ) -> list[DomainResult]:
        """Results in the order asked, each domain once. A brand name is tried under every TLD.

        Raises:
            InvalidInputError: nothing to check, or more than fifty domains.
        """
        await asyncio.to_thread(suffix_rules)  # reads a file on first use
        targets = _unique(target for name in names for target in _targets(name, tlds))
        if not targets:
            raise InvalidInputError("Give at least one name or domain to check.")
        if len(targets) > MAX_DOMAINS:
            raise InvalidInputError(f"At most {MAX_DOMAINS} domains can be checked at once.")
        results = await self._check(targets)
        return [results[_key(target)] for target in targets]

    async def check_for(
        self, user_id: UUID, names: Sequence[str], tlds: Sequence[str] = DEFAULT_TLDS
    ) -> list[DomainResult]:
        """As `check_batch`, with the calls to paid services on the user's record."""
        if self.db_client is None:
            return await self.check_batch(names, tlds)
        async with usage_recorded(self.db_client, user_id):
            return await self.check_batch(names, tlds)

    async def check_names(
        self, names: Sequence[str], tlds: Sequence[str] = DEFAULT_TLDS
    ) -> dict[str, list[DomainResult]]:
        """Results by brand name as given, one for each TLD in order.

        A name without a letter or digit has a single, invalid result.
        """
        await asyncio.to_thread(suffix_rules)  # reads a file on first use
        targets = {name: _brand_targets(name, tlds) for name in names}
        every = [target for group in targets.values() for target in group]
        results = await self._check(every, _NAMES_SECONDS)
        return {name: [results[_key(t)] for t in group] for name, group in targets.items()}

    async def aclose(self) -> None:
        """Close the checker's connections in the running loop."""
        await self._checker.aclose()

    async def _check(
        self, targets: Sequence[Target], seconds: float | None = None
    ) -> dict[str, DomainResult]:
        domains = [target for target in targets if isinstance(target, DomainName)]
        verdicts = await self._checker.check(domains, seconds)
        results = {domain: self._result(verdict) for domain, verdict in verdicts.items()}
        results.update({_key(t): _rejection(t) for t in targets if isinstance(t, Rejected)})
        return results

    def _result(self, verdict: DomainVerdict) -> DomainResult:
        name = verdict.name
        status, available = _PUBLIC[verdict.status]
        return DomainResult(
            domain=name.domain,
            unicode=name.unicode,
            label=name.label,
            tld=name.tld,
            status=status,
            detail=verdict.status,
            domain_available=available,
            confidence=verdict.confidence,
            source=verdict.source,
            reason=verdict.reason,
            note=verdict.note,
            lifecycle=verdict.lifecycle,
            expires_on=verdict.expires_on.isoformat() if verdict.expires_on else None,
            registrar=verdict.registrar,
            pricing=_pricing(verdict.price) if verdict.price else None,
            aftermarket=_aftermarket(verdict.aftermarket) if verdict.aftermarket else None,
            premium_possible=self._may_be_premium(name),
            warnings=list(name.warnings),
            evidence=[_evidence(item) for item in verdict.evidence],
            checked_at=verdict.checked_at.isoformat(),
            expires_at=verdict.expires_at.isoformat(),
            cached=verdict.cached,
        )

    def _may_be_premium(self, name: DomainName) -> bool:
        """Registries price short labels and plain words higher, except in com."""
        is_sought = len(name.label) <= _SHORT_LABEL or name.label in self._common_words
        return is_sought and name.tld != "com"


def _targets(text: str, tlds: Sequence[str]) -> list[Target]:
    """A whole domain as it stands; a brand name under every TLD."""
    return [parse_domain(text)] if is_domain(text) else _brand_targets(text, tlds)


def _brand_targets(name: str, tlds: Sequence[str]) -> list[Target]:
    """The joined form of a brand name under every TLD."""
    labels = brand_labels(name)
    if not labels:
        return [Rejected(name[:_MAX_ECHO], Reason.BAD_LABEL)]
    return [parse_domain(f"{labels[0]}.{tld.lstrip('.')}") for tld in tlds]


def _key(target: Target) -> str:
    return target.domain if isinstance(target, DomainName) else target.text


def _unique(targets: Iterable[Target]) -> list[Target]:
    """Each domain once, in the order of first mention."""
    return list({_key(target): target for target in targets}.values())


def _rejection(target: Rejected) -> DomainResult:
    """The result for a text that cannot be registered."""
    return DomainResult(
        domain=target.text,
        unicode=target.text,
        label="",
        tld="",
        status="invalid",
        detail=Status.INVALID,
        domain_available=False,
        confidence=None,
        source=None,
        reason=target.reason,
        note=None,
        lifecycle=None,
        expires_on=None,
        registrar=None,
        pricing=None,
        aftermarket=None,
        premium_possible=False,
        warnings=[],
        evidence=[],
        checked_at=datetime.now(UTC).isoformat(),
        expires_at=None,
        cached=False,
    )


def _pricing(price: Price) -> PricingResult:
    return PricingResult(
        kind=price.kind,
        currency=price.currency,
        registration=str(price.registration),
        renewal=str(price.renewal),
        transfer=None if price.transfer is None else str(price.transfer),
        min_years=price.min_years,
        premium=price.premium,
        source=price.source,
        as_of=price.as_of.isoformat(),
        tco_3y=str(three_years(price)),
        promo=is_promo(price),
        note=price.note,
    )


def _aftermarket(hint: Aftermarket) -> AftermarketResult:
    return AftermarketResult(
        source=hint.source,
        price=None if hint.price is None else str(hint.price),
        currency=hint.currency,
        url=hint.url,
    )


def _evidence(evidence: Evidence) -> EvidenceResult:
    return EvidenceResult(
        source=evidence.source,
        verdict=evidence.verdict,
        detail=evidence.detail,
        latency_ms=evidence.latency_ms,
        at=evidence.at.isoformat(),
    )
