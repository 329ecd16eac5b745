"""All text generation: choice of model, failover to the next one, parallel questions."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from core.breaker import Clock
from core.exceptions import AllProvidersFailedError
from core.provider_chain import Candidate, Limits, OnCall, ProviderChain, unobserved
from core.providers.base import BrandTask, Completion, TextProvider, TextRequest

DEFAULT_MODEL = "default"


class AIManager:
    """Asks text providers in order, each with all its models; the first that answers wins.

    `deadline_s` limits one call, `overall_s` all calls for one answer, waiting included.
    """

    def __init__(
        self,
        providers: Sequence[TextProvider],
        *,
        deadline_s: float = 60,
        overall_s: float = 90,
        concurrency: int = 64,
        clock: Clock = time.monotonic,
        on_call: OnCall = unobserved,
    ) -> None:
        self._routes = [(provider, model) for provider in providers for model in provider.models]
        self._chain = ProviderChain(
            [(provider.name, model) for provider, model in self._routes],
            Limits(deadline_s, overall_s, concurrency),
            clock=clock,
            on_call=on_call,
        )

    @property
    def models(self) -> list[str]:
        """Every model that can be asked for, in order of preference."""
        return list(dict.fromkeys(model for _, model in self._routes))

    async def generate_text(
        self,
        prompt: str,
        model: str = DEFAULT_MODEL,
        temperature: float = 0.7,
        *,
        task: BrandTask | None = None,
    ) -> str:
        """The answer of `model`, or of the next model or provider that can answer.

        "default" and unknown models mean the configured order. Raises AllProvidersFailedError.
        """
        return await self._answer(TextRequest(prompt, model, temperature, task=task))

    async def generate_parallel(self, prompts: Sequence[tuple[str, str]]) -> dict[str, str]:
        """The answers to (prompt, model) pairs by model; a failed model is left out.

        No model stands in for another one here. Raises AllProvidersFailedError when all of them
        failed, and ValueError when a model is asked twice.
        """
        requests = [TextRequest(prompt, model) for prompt, model in prompts]
        if len({request.model for request in requests}) < len(requests):
            raise ValueError("one prompt a model, because answers are given by model")
        async with asyncio.TaskGroup() as group:
            tasks = {
                request.model: group.create_task(self._answer_or_failure(request))
                for request in requests
            }
        outcomes = {model: task.result() for model, task in tasks.items()}
        found = {model: text for model, text in outcomes.items() if isinstance(text, str)}
        failures = [error for error in outcomes.values() if not isinstance(error, str)]
        if failures and not found:
            raise AllProvidersFailedError from ExceptionGroup("all models failed", failures)
        return found

    async def generate_with_context(self, prompt: str, context: str, model: str) -> str:
        """The answer to a prompt with research text that the model should follow."""
        return await self._answer(TextRequest(prompt, model, context=context))

    async def _answer_or_failure(self, request: TextRequest) -> str | AllProvidersFailedError:
        try:
            return await self._answer(request, stand_ins=False)
        except AllProvidersFailedError as error:
            return error

    async def _answer(self, request: TextRequest, *, stand_ins: bool = True) -> str:
        candidates = list(self._candidates(request))
        if not stand_ins and request.model in self.models:
            candidates = [found for found in candidates if found.model == request.model]
        kind = request.task.kind if request.task else "text"
        return (await self._chain.first_answer(kind, candidates)).text

    def _candidates(self, request: TextRequest) -> Iterator[Candidate[Completion]]:
        """Those that have the wanted model first; otherwise as configured."""
        for provider, model in sorted(self._routes, key=lambda route: route[1] != request.model):
            asked = replace(request, model=model)
            yield Candidate(provider.name, model, partial(provider.complete, asked))
