"""Image generation by the first provider that works, in the configured order."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from core.breaker import Clock
from core.exceptions import ProviderUnavailableError
from core.health_board import HealthBoard
from core.places import Cap
from core.provider_chain import Candidate, Limits, OnCall, ProviderChain, unobserved
from core.provider_stats import ProviderStats
from core.providers.base import GeneratedImage, ImageProvider, ImageRequest, failure_kind
from core.usage import SUCCESS

_AT_ONCE = 128


class FailoverManager:
    """Asks image providers in order; one that keeps failing is skipped for a while.

    `deadline_s` limits one call, `overall_s` all calls for one picture, waiting included;
    `attempts` are the calls to one provider when all but the last fail and are worth repeating.
    `caps` are by provider, for those that take fewer calls at once than 128.
    """

    def __init__(
        self,
        providers: Sequence[ImageProvider],
        *,
        deadline_s: float = 180,
        overall_s: float = 240,
        caps: Mapping[str, Cap] | None = None,
        attempts: int = 2,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
        board: HealthBoard | None = None,
    ) -> None:
        self._providers = list(providers)
        self._chain = ProviderChain(
            [(provider.name, provider.name) for provider in providers],
            Limits(deadline_s, overall_s, _AT_ONCE, attempts, caps or {}),
            clock=clock,
            on_call=on_call,
            scope="image",
            board=board,
        )

    async def generate_with_failover(self, prompt: str, style: str = "realistic") -> bytes:
        """The main file of the first picture that some provider makes."""
        return (await self.generate(ImageRequest(prompt, style))).files[0].content

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """The first picture that some provider makes. Raises AllProvidersFailedError."""
        candidates = [
            Candidate(provider.name, provider.name, _asking(provider, request))
            for provider in self._providers
        ]
        return await self._chain.first_answer("logo", candidates)

    def record_success(self, api_name: str) -> None:
        """Note a success that was seen elsewhere. Raises KeyError for an unknown provider."""
        route = (api_name, api_name)
        self._chain.health.tallies[route].outcomes[SUCCESS] += 1
        self._chain.health.record_success(route)

    def record_failure(self, api_name: str) -> None:
        """Note a failure that was seen elsewhere. Raises KeyError for an unknown provider."""
        route, error = (api_name, api_name), ProviderUnavailableError(provider=api_name)
        self._chain.health.tallies[route].outcomes[failure_kind(error)] += 1
        self._chain.health.record_failure(route, error)

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        return self._chain.get_stats()


def _asking(
    provider: ImageProvider, request: ImageRequest
) -> Callable[[float], Awaitable[GeneratedImage]]:
    return lambda seconds: provider.generate(replace(request, timeout_s=seconds))
