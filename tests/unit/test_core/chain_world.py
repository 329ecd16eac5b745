"""A chain of scripted providers on a clock that jumps."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.exceptions import AllProvidersFailedError, ProviderUnavailableError
from core.provider_chain import Candidate, Limits, ProviderChain
from core.providers.base import BUILTIN, Completion
from tests.simulators.virtual_time import run_virtually

Failure = Exception | str | None
"""An error, the kind of one, or None for an answer."""


def now() -> float:
    return asyncio.get_running_loop().time()


@dataclass
class Vendor:
    """One model of a provider; `script` says what happens call by call, then `always` does."""

    provider: str
    model: str = "small"
    always: Failure = None
    seconds: float = 0.1
    group: str = ""
    cost: Decimal = Decimal(0)
    script: deque[Failure] = field(default_factory=deque)
    asked: list[float] = field(default_factory=list)
    allowed: list[float] = field(default_factory=list)

    async def call(self, seconds: float) -> Completion:
        self.asked.append(now())
        self.allowed.append(seconds)
        failure = self.script.popleft() if self.script else self.always
        await asyncio.sleep(self.seconds)
        if isinstance(failure, str):
            raise ProviderUnavailableError(kind=failure)
        if failure is not None:
            raise failure
        return Completion(self.provider, self.provider, self.model, cost_usd=self.cost)

    @property
    def candidate(self) -> Candidate[Completion]:
        return Candidate(self.provider, self.model, self.call, self.group)


class World:
    """Some vendors in order, and the one way to ask them."""

    def __init__(self, *vendors: Vendor, attempts: int = 1, overall_s: float = 90) -> None:
        self.vendors = vendors
        self.chain = ProviderChain(
            [(vendor.provider, vendor.model) for vendor in vendors],
            Limits(60, overall_s, 8, attempts),
            clock=now,
        )

    async def ask(self, *, patient: bool = True) -> str:
        """Who answered, "nobody" when all failed."""
        candidates = [vendor.candidate for vendor in self.vendors]
        try:
            return (await self.chain.first_answer("names", candidates, patient=patient)).text
        except AllProvidersFailedError as error:
            self.error = error
            return "nobody"

    def state(self, vendor: Vendor) -> str:
        return self.chain.breaker(vendor.provider, vendor.model).state


def engine() -> Vendor:
    """What closes every chain."""
    return Vendor(BUILTIN, BUILTIN)


def busy(hint_s: float) -> ProviderUnavailableError:
    return ProviderUnavailableError(kind="rate_limited", retry_after=hint_s)


def virtually(scenario: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await scenario()

    work: Coroutine[Any, Any, None] = run()  # Any: what a coroutine yields
    run_virtually(work)
