"""All text generation: choice of model, failover to the next one, parallel questions."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from dataclasses import replace

from core.breaker import Clock
from core.exceptions import AllProvidersFailedError
from core.health_board import HealthBoard
from core.provider_chain import Candidate, Limits, OnCall, ProviderChain, unobserved
from core.provider_stats import ProviderStats
from core.providers.base import BrandTask, Completion, TextProvider, TextRequest

DEFAULT_MODEL = "default"

_LEAST_PATIENCE_S = 2.0


class AIManager:
    """Asks text providers in order, each with all its models; the first that answers wins.

    `deadline_s` limits one call, `overall_s` all calls for one answer, waiting included;
    `attempts` are the calls to one provider when all but the last fail and are worth repeating.
    """

    def __init__(
        self,
        providers: Sequence[TextProvider],
        *,
        deadline_s: float = 60,
        overall_s: float = 90,
        concurrency: int = 128,
        attempts: int = 3,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
        board: HealthBoard | None = None,
    ) -> None:
        self._routes = [(provider, model) for provider in providers for model in provider.models]
        self._chain = ProviderChain(
            [(provider.name, model) for provider, model in self._routes],
            Limits(deadline_s, overall_s, concurrency, attempts),
            clock=clock,
            on_call=on_call,
            scope="text",
            board=board,
        )

    @property
    def models(self) -> list[str]:
        """Every model that can be asked for, in order of preference."""
        return list(dict.fromkeys(model for _, model in self._routes))

    def get_stats(self) -> dict[str, ProviderStats]:
        """Each provider's record, in order of preference."""
        return self._chain.get_stats()

    async def generate_text(
        self,
        prompt: str,
        model: str = DEFAULT_MODEL,
        temperature: float = 0.7,
        *,
        task: BrandTask | None = None,
        brief: str = "",
    ) -> str:
        """The answer of `model`, or of the next model or provider that can answer.

        "default" and unknown models mean the configured order. `brief` is a customer's text.
        Raises AllProvidersFailedError.
        """
        return await self._answer(TextRequest(prompt, model, temperature, task=task, brief=brief))

    async def generate_parallel(
        self,
        prompts: Sequence[tuple[str, str]],
        temperature: float = 0.7,
        *,
        task: BrandTask | None = None,
        brief: str = "",
        spare: Collection[str] = (),
        hurry: bool = False,
    ) -> dict[str, str]:
        """The answers to (prompt, model) pairs by model; a failed model is left out.

        Only `spare` models stand in for another one, and none is waited for that is left alone for
        its health. In a `hurry` one answer is enough: the others then get as long again as it took,
        but at least two seconds. Raises AllProvidersFailedError when all of them failed, and
        ValueError when a model is asked twice.
        """
        requests = [
            TextRequest(prompt, model, temperature, task=task, brief=brief)
            for prompt, model in prompts
        ]
        if len({request.model for request in requests}) < len(requests):
            raise ValueError("one prompt a model, because answers are given by model")
        async with asyncio.TaskGroup() as group:
            tasks = {
                request.model: group.create_task(self._answer_or_failure(request, spare))
                for request in requests
            }
            if hurry:
                await _enough(tasks.values())
        outcomes = {model: task.result() for model, task in tasks.items() if not task.cancelled()}
        found = {model: text for model, text in outcomes.items() if isinstance(text, str)}
        failures = [error for error in outcomes.values() if not isinstance(error, str)]
        if failures and not found:
            raise AllProvidersFailedError from ExceptionGroup("all models failed", failures)
        return found

    async def generate_with_context(self, prompt: str, context: str, model: str) -> str:
        """The answer to a prompt with research text that it speaks of, which has no authority."""
        return await self._answer(TextRequest(prompt, model, context=context))

    async def _answer_or_failure(
        self, request: TextRequest, spare: Collection[str]
    ) -> str | AllProvidersFailedError:
        try:
            return await self._answer(request, {request.model, *spare})
        except AllProvidersFailedError as error:
            return error

    async def _answer(self, request: TextRequest, allowed: Collection[str] = ()) -> str:
        """The first answer of those that may give one; without `allowed` or its model, of all."""
        candidates = list(self._candidates(request))
        if allowed and request.model in self.models:
            candidates = [found for found in candidates if found.model in allowed]
        kind = request.task.kind if request.task else "text"
        answer = await self._chain.first_answer(kind, candidates, patient=not allowed)
        return answer.text

    def _candidates(self, request: TextRequest) -> Iterator[Candidate[Completion]]:
        """Those that have the wanted model first; otherwise as configured."""
        for provider, model in sorted(self._routes, key=lambda route: route[1] != request.model):
            yield Candidate(
                provider.name, model, _asking(provider, replace(request, model=model)), group=model
            )


def _asking(
    provider: TextProvider, request: TextRequest
) -> Callable[[float], Awaitable[Completion]]:
    return lambda seconds: provider.complete(replace(request, timeout_s=seconds))


async def _enough(tasks: Collection[asyncio.Task[str | AllProvidersFailedError]]) -> None:
    """Wait for all, or cancel those that are much slower than the first answer."""
    now = asyncio.get_running_loop().time
    started, waiting = now(), set(tasks)
    until: float | None = None
    while waiting:
        left = None if until is None else until - now()
        done, waiting = await asyncio.wait(
            waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            break
        if until is None and any(isinstance(task.result(), str) for task in done):
            until = now() + max(now() - started, _LEAST_PATIENCE_S)
    for task in waiting:
        task.cancel()
