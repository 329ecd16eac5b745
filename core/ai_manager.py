"""All text generation: choice of model, failover to the next provider, parallel questions."""

import asyncio
import time
from collections.abc import Sequence

from core.breaker import Clock
from core.call import Call, OnCall, gate, unobserved
from core.exceptions import AllProvidersFailedError, AppError
from core.providers.base import BrandTask, Completion, TextProvider, TextRequest
from utils.logger import get_logger

DEFAULT_MODEL = "default"

log = get_logger("ai")


class AIManager:
    """Asks text providers in order; the first that answers wins.

    `deadline_s` is the time that one call may take in all, waiting for its place included.
    """

    def __init__(
        self,
        providers: Sequence[TextProvider],
        *,
        deadline_s: float = 60,
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

    async def generate_text(
        self,
        prompt: str,
        model: str = DEFAULT_MODEL,
        temperature: float = 0.7,
        *,
        task: BrandTask | None = None,
    ) -> str:
        """The answer of `model`, or of the next provider that can answer.

        "default" is the first model of each provider in turn. Raises AllProvidersFailedError.
        """
        return await self._answer(TextRequest(prompt, model, temperature, task=task))

    async def generate_parallel(self, prompts: Sequence[tuple[str, str]]) -> dict[str, str]:
        """The answers to (prompt, model) pairs by model; a failed model is left out.

        Raises AllProvidersFailedError when all of them failed.
        """
        answers = await asyncio.gather(
            *(self.generate_text(prompt, model) for prompt, model in prompts),
            return_exceptions=True,
        )
        found: dict[str, str] = {}
        failures: list[Exception] = []
        for (_, model), answer in zip(prompts, answers, strict=True):
            if isinstance(answer, str):
                found[model] = answer
            elif isinstance(answer, AppError):
                failures.append(answer)
            else:
                raise answer
        if failures and not found:
            raise AllProvidersFailedError from ExceptionGroup("all models failed", failures)
        return found

    async def generate_with_context(self, prompt: str, context: str, model: str) -> str:
        """The answer to a prompt with research text that the model should follow."""
        return await self._answer(TextRequest(prompt, model, context=context))

    async def _answer(self, request: TextRequest) -> str:
        failures: list[Exception] = []
        for provider in self._in_order(request.model):
            try:
                return (await self._ask(provider, request)).text
            except AppError as error:
                log.warning("provider {} failed: {!r}", provider.name, error)
                failures.append(error)
        causes = failures or [LookupError("no provider is configured")]
        raise AllProvidersFailedError from ExceptionGroup("all providers failed", causes)

    async def _ask(self, provider: TextProvider, request: TextRequest) -> Completion:
        known = request.model in provider.models
        chosen = TextRequest(
            prompt=request.prompt,
            model=request.model if known else provider.models[0],
            temperature=request.temperature,
            context=request.context,
            task=request.task,
        )
        kind = request.task.kind if request.task else "text"
        return await self._gates[provider.name].run(
            Call(provider.name, chosen.model, kind), lambda: provider.complete(chosen)
        )

    def _in_order(self, model: str) -> list[TextProvider]:
        """Providers that have the model first; otherwise as configured."""
        return sorted(self._providers, key=lambda provider: model not in provider.models)
