"""Domain availability for brand names and for domains that a user typed."""

from collections.abc import Container, Sequence
from typing import Literal, TypedDict

from core.providers.domain.availability import DomainAvailability
from core.providers.domain.base import (
    DomainName,
    DomainVerdict,
    Rejected,
    Status,
)

DEFAULT_TLDS = ("com", "io", "ai", "co", "app", "dev")
MAX_DOMAINS = 50
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
        db_client: object | None = None,
        *,
        checker: DomainAvailability,
        common_words: Container[str] = frozenset(),
    ) -> None:
        self.ai_manager = ai_manager
        self.research_loader = research_loader
        self.db_client = db_client
        self._checker = checker
        self._common_words = common_words

    async def check_batch(
        self, names: Sequence[str], tlds: Sequence[str] = DEFAULT_TLDS
    ) -> list[DomainResult]:
        """Results in the order asked, each domain once. A brand name is tried under every TLD.

        Raises:
            InvalidInputError: nothing to check, or more than fifty domains.
        """
        await _warm_up()
        targets = _unique(target for name in names for target in _targets(name, tlds))
        if not targets:
            raise _invalid("Give at least one name or domain to check.")
        if len(targets) > MAX_DOMAINS:
            raise _invalid(f"At most {MAX_DOMAINS} domains can be checked at once.")
        results = await self._check(targets)
        return [results[_key(target)] for target in targets]

    async def check_names(
        self, names: Sequence[str], tlds: Sequence[str] = DEFAULT_TLDS
    ) -> dict[str, list[DomainResult]]:
        """Results by brand name as given, one for each TLD in order."""
        await _warm_up()
        targets = {name: _brand_targets(name, tlds) for name in names}
        results = await self._check([target for group in targets.values() for target in group])
        return {name: [results[_key(t)] for t in group] for name, group in targets.items()}

    async def aclose(self) -> None:
        """Close the checker's connections in the running loop."""
        await self._checker.aclose()

    async def _check(self, targets: Sequence["Target"]) -> dict[str, DomainResult]:
        verdicts = await self._checker.check(t for t in targets if isinstance(t, DomainName))
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
