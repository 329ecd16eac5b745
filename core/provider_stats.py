"""How providers did in this process, as numbers for operators."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypedDict

from core.breaker import Breaker, BreakerState
from core.providers.base import FailureKind
from core.usage import SUCCESS

CANCELLED = "cancelled"

_STATES: tuple[BreakerState, ...] = ("closed", "half-open", "open")


class ModelStats(TypedDict):
    """How one model of a provider did; `mean_latency_s` is of successful calls.

    `since_s` is the time since the breaker opened or closed, `retry_after_s` the time until a call
    may be let through. `outcomes` counts calls by `UsageRecord.outcome`.
    """

    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    breaker: BreakerState
    since_s: float
    retry_after_s: float
    openings: int
    retries: int
    cost_usd: str
    last_failure: FailureKind | None
    outcomes: dict[str, int]


class ProviderStats(TypedDict):
    """All models of a provider together; `breaker` is the state of the healthiest of them."""

    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    breaker: BreakerState
    retries: int
    cost_usd: str
    models: dict[str, ModelStats]


@dataclass(slots=True)
class Tally:
    """The counts of one model; `seconds` are those of the answers, which were seen to come."""

    outcomes: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    seconds: float = 0.0
    retries: int = 0
    cost_usd: Decimal = Decimal(0)
    last_failure: FailureKind | None = None
    failed_at: float | None = None

    def note_answer(self, seconds: float) -> None:
        """An answer came after that time."""
        self.answers += 1
        self.seconds += seconds

    @property
    def failures(self) -> int:
        """Calls that ended without an answer, those left out that we broke off."""
        return self.outcomes.total() - self.outcomes[SUCCESS] - self.outcomes[CANCELLED]

    @property
    def cost_per_answer(self) -> Decimal | None:
        """What an answer cost on average, failures included; None without any."""
        return self.cost_usd / self.answers if self.answers else None


def model_stats(tally: Tally, breaker: Breaker) -> ModelStats:
    """The record of one model."""
    successes = tally.outcomes[SUCCESS]
    return ModelStats(
        successes=successes,
        failures=tally.failures,
        success_rate=_share(successes, tally.failures),
        mean_latency_s=_mean(tally.seconds, tally.answers),
        breaker=breaker.state,
        since_s=breaker.age_s,
        retry_after_s=breaker.retry_after_s,
        openings=breaker.openings,
        retries=tally.retries,
        cost_usd=str(tally.cost_usd),
        last_failure=tally.last_failure,
        outcomes=dict(tally.outcomes),
    )


def provider_stats(
    models: dict[str, tuple[Tally, Breaker]],
) -> ProviderStats:
    """The record of one provider from those of its models."""
    tallies = [tally for tally, _ in models.values()]
    successes = sum(tally.outcomes[SUCCESS] for tally in tallies)
    failures = sum(tally.failures for tally in tallies)
    return ProviderStats(
        successes=successes,
        failures=failures,
        success_rate=_share(successes, failures),
        mean_latency_s=_mean(
            sum(tally.seconds for tally in tallies), sum(tally.answers for tally in tallies)
        ),
        breaker=healthiest(breaker.state for _, breaker in models.values()),
        retries=sum(tally.retries for tally in tallies),
        cost_usd=str(sum((tally.cost_usd for tally in tallies), Decimal(0))),
        models={model: model_stats(*record) for model, record in models.items()},
    )


def healthiest(states: Iterable[BreakerState]) -> BreakerState:
    """The best of some states."""
    return min(states, key=_STATES.index)


def _share(successes: int, failures: int) -> float | None:
    outcomes = successes + failures
    return successes / outcomes if outcomes else None


def _mean(seconds: float, answers: int) -> float | None:
    return seconds / answers if answers else None
