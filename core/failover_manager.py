"""Pictures from the configured providers, in order, with a record of how each has done."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypedDict

from core.breaker import BreakerState, Clock
from core.provider_chain import CallObserver, Candidate, Limits, ProviderChain, ignore_call
from core.providers.base import GeneratedImage, ImageProvider, ImageRequest
from core.usage import UsageRecord

_ANY_MODEL = ""


class ProviderStats(TypedDict):
    """How one provider has done since the process started; rate 0-1 and null before any call."""

    successes: int
    failures: int
    success_rate: float | None
    state: BreakerState
    mean_latency_ms: float | None


@dataclass(slots=True)
class _Tally:
    successes: int = 0
    failures: int = 0
    calls: int = 0
    latency_ms: int = 0


class FailoverManager:
    """Makes pictures with the first provider that can; put the cheaper ones first.

    `deadline_s` limits one call, `overall_s` all calls for one picture together; `concurrency`
    calls to a provider run at once. `on_call` is told of every call that was made.
    """

    def __init__(
        self,
        providers: Sequence[ImageProvider],
        *,
        deadline_s: float = 180.0,
        overall_s: float = 240.0,
        concurrency: int = 8,
        clock: Clock = time.monotonic,
        on_call: CallObserver = ignore_call,
    ) -> None:
        self._providers = tuple(providers)
        self._on_call = on_call
        self._tallies = {provider.name: _Tally() for provider in providers}
        self._chain = ProviderChain(
            [(provider.name, _ANY_MODEL) for provider in providers],
            Limits(deadline_s, overall_s, concurrency),
            clock=clock,
            observe=self._count,
        )

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """One picture in all its files.

        Raises ProviderRejectedError, OverloadedError and AllProvidersFailedError.
        """
        candidates = [
            Candidate(provider.name, _ANY_MODEL, partial(provider.generate, request))
            for provider in self._providers
        ]
        return await self._chain.first_answer("logo" if request.task else "image", candidates)

    async def generate_with_failover(self, prompt: str, style: str = "realistic") -> bytes:
        """The main file of one picture; raises as `generate` does."""
        image = await self.generate(ImageRequest(prompt, style))
        return image.files[0].content

    def record_success(self, api_name: str) -> None:
        """Note that a provider worked, beyond the calls made here, which are noted anyway.

        Raises KeyError for an unknown provider.
        """
        self._tallies[api_name].successes += 1
        self._chain.breaker(api_name, _ANY_MODEL).record_success()

    def record_failure(self, api_name: str) -> None:
        """Note that a provider failed, for example because its picture turned out unusable.

        Raises KeyError for an unknown provider.
        """
        self._tallies[api_name].failures += 1
        self._chain.breaker(api_name, _ANY_MODEL).record_failure()

    def get_stats(self) -> dict[str, ProviderStats]:
        """How each provider has done, in order of preference."""
        return {name: self._stats(name, tally) for name, tally in self._tallies.items()}

    def _stats(self, name: str, tally: _Tally) -> ProviderStats:
        total = tally.successes + tally.failures
        return ProviderStats(
            successes=tally.successes,
            failures=tally.failures,
            success_rate=tally.successes / total if total else None,
            state=self._chain.breaker(name, _ANY_MODEL).state,
            mean_latency_ms=tally.latency_ms / tally.calls if tally.calls else None,
        )

    def _count(self, record: UsageRecord) -> None:
        tally = self._tallies[record.provider]
        tally.calls += 1
        tally.latency_ms += record.latency_ms
        if record.succeeded:
            tally.successes += 1
        elif record.outcome != "cancelled":
            tally.failures += 1
        self._on_call(record)
