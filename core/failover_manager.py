"""Image generation by the first provider that works, in the configured order."""

import time
from collections.abc import Sequence
from typing import TypedDict

from core.breaker import BreakerState, Clock
from core.call import Call, OnCall, gate, unobserved
from core.exceptions import AllProvidersFailedError, AppError
from core.providers.base import GeneratedImage, ImageProvider, ImageRequest
from utils.logger import get_logger

log = get_logger("images")


class ProviderStats(TypedDict):
    """How one provider did in this process; `mean_latency_s` is of successful calls."""

    successes: int
    failures: int
    success_rate: float | None
    mean_latency_s: float | None
    breaker: BreakerState


class FailoverManager:
    """Asks image providers in order; one that keeps failing is skipped for a while."""

    def __init__(
        self,
        providers: Sequence[ImageProvider],
        *,
        deadline_s: float = 180,
        concurrency: int = 64,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
    ) -> None:
        self._providers = list(providers)
        self._gates = {
            provider.name: gate(
                concurrency=concurrency, deadline_s=deadline_s, on_call=on_call, clock=clock
            )
            for provider in providers
        }

    async def generate_with_failover(self, prompt: str, style: str = "realistic") -> bytes:
        """The main file of the first picture that some provider makes."""
        return (await self.generate(ImageRequest(prompt, style))).files[0].content

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """The first picture that some provider makes. Raises AllProvidersFailedError."""
        failures: list[Exception] = []
        for provider in self._providers:
            try:
                return await self._gates[provider.name].run(
                    Call(provider.name, provider.name, "logo"),
                    lambda provider=provider: provider.generate(request),  # type: ignore[misc]  # bound now
                )
            except AppError as error:
                log.warning("image provider {} failed: {!r}", provider.name, error)
                failures.append(error)
        causes = failures or [LookupError("no image provider is configured")]
        raise AllProvidersFailedError from ExceptionGroup("all image providers failed", causes)

    def record_success(self, api_name: str) -> None:
        """Note a success that was seen elsewhere. Raises KeyError for an unknown provider."""
        provider = self._gates[api_name]
        provider.successes += 1
        provider.breaker.record_success()

    def record_failure(self, api_name: str) -> None:
        """Note a failure that was seen elsewhere. Raises KeyError for an unknown provider."""
        provider = self._gates[api_name]
        provider.failures += 1
        provider.breaker.record_failure()

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        stats: dict[str, ProviderStats] = {}
        for name, provider in self._gates.items():
            calls = provider.successes + provider.failures
            stats[name] = ProviderStats(
                successes=provider.successes,
                failures=provider.failures,
                success_rate=provider.successes / calls if calls else None,
                mean_latency_s=provider.seconds / provider.successes
                if provider.successes
                else None,
                breaker=provider.breaker.state,
            )
        return stats
