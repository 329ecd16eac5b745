"""Image generation by the first provider that works, in the configured order."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from core.breaker import BreakerState, Clock
from core.provider_chain import CANCELLED, Candidate, Limits, OnCall, ProviderChain, unobserved
from core.providers.base import GeneratedImage, ImageProvider, ImageRequest
from core.usage import SUCCESS


class ProviderStats(TypedDict):
    """How one provider did in this process; `mean_latency_s` is of successful calls."""

    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    breaker: BreakerState


@dataclass(slots=True)
class _Tally:
    successes: int = 0
    failures: int = 0
    answers: int = 0
    seconds: float = 0.0


class FailoverManager:
    """Asks image providers in order; one that keeps failing is skipped for a while.

    `deadline_s` limits one call, `overall_s` all calls for one picture, waiting included.
    """

    def __init__(
        self,
        providers: Sequence[ImageProvider],
        *,
        deadline_s: float = 180,
        overall_s: float = 240,
        concurrency: int = 64,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
    ) -> None:
        self._providers = list(providers)
        self._on_call = on_call
        self._tallies = {provider.name: _Tally() for provider in providers}
        self._chain = ProviderChain(
            [(provider.name, provider.name) for provider in providers],
            Limits(deadline_s, overall_s, concurrency),
            clock=clock,
            on_call=self._count,
        )

    async def generate_with_failover(self, prompt: str, style: str = "realistic") -> bytes:
        """The main file of the first picture that some provider makes."""
        return (await self.generate(ImageRequest(prompt, style))).files[0].content

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """The first picture that some provider makes. Raises AllProvidersFailedError."""
        candidates = [
            Candidate(provider.name, provider.name, partial(provider.generate, request))
            for provider in self._providers
        ]
        return await self._chain.first_answer("logo", candidates)

    def record_success(self, api_name: str) -> None:
        """Note a success that was seen elsewhere. Raises KeyError for an unknown provider."""
        self._tallies[api_name].successes += 1
        self._chain.breaker(api_name, api_name).record_success()

    def record_failure(self, api_name: str) -> None:
        """Note a failure that was seen elsewhere. Raises KeyError for an unknown provider."""
        self._tallies[api_name].failures += 1
        self._chain.breaker(api_name, api_name).record_failure()

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        return {name: self._stats(name, tally) for name, tally in self._tallies.items()}

    def _stats(self, name: str, tally: _Tally) -> ProviderStats:
        outcomes = tally.successes + tally.failures
        return ProviderStats(
            successes=tally.successes,
            failures=tally.failures,
            success_rate=tally.successes / outcomes if outcomes else None,
            mean_latency_s=tally.seconds / tally.answers if tally.answers else None,
            breaker=self._chain.breaker(name, name).state,
        )

    def _count(self, provider: str, model: str, outcome: str, seconds: float) -> None:
        tally = self._tallies[provider]
        if outcome == SUCCESS:
            tally.successes += 1
            tally.answers += 1
            tally.seconds += seconds
        elif outcome != CANCELLED:
            tally.failures += 1
        self._on_call(provider, model, outcome, seconds)
