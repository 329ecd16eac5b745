"""Text from language models: the wanted one first, the others when it fails."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from functools import partial

from core.breaker import Clock
from core.exceptions import AllProvidersFailedError, AppError
from core.provider_chain import CallObserver, Candidate, Limits, ProviderChain, ignore_call
from core.providers.base import BrandTask, Completion, TextProvider, TextRequest

_DEFAULT_MODEL = ("", "default")


class AIManager:
    """Answers prompts with the configured providers, the preferred one first.

    `deadline_s` limits one call, `overall_s` all calls for one answer together; `concurrency` calls
    to a provider run at once. `on_call` is told of every call that was made.
    """

    def __init__(
        self,
        providers: Sequence[TextProvider],
        *,
        deadline_s: float = 60.0,
        overall_s: float = 90.0,
        concurrency: int = 8,
        clock: Clock = time.monotonic,
        on_call: CallObserver = ignore_call,
    ) -> None:
        self._providers = tuple(providers)
        self._chain = ProviderChain(
            [(provider.name, model) for provider in providers for model in provider.models],
            Limits(deadline_s, overall_s, concurrency),
            clock=clock,
            observe=on_call,
        )

    @property
    def models(self) -> tuple[str, ...]:
        """Every model that can be asked for, the preferred one first."""
        return tuple(
            dict.fromkeys(model for provider in self._providers for model in provider.models)
        )

    async def generate_text(
        self, prompt: str, model: str, temperature: float = 0.7, *, task: BrandTask | None = None
    ) -> str:
        """The answer of `model`, or of the next one in order when it fails.

        "" and "default" mean the first configured model, as does one that nobody has. Raises
        ProviderRejectedError, OverloadedError and AllProvidersFailedError.
        """
        return await self._answer(TextRequest(prompt, model, temperature, task=task))

    async def generate_parallel(
        self, prompts: list[tuple[str, str]], *, task: BrandTask | None = None
    ) -> dict[str, str]:
        """The answers to (prompt, model) pairs by model; those that failed are left out.

        A failed model is not replaced by another, which has its own prompt here; only a model that
        nobody has is. Raises AllProvidersFailedError when nothing is left, and ValueError when a
        model is asked twice, because its answers would share a key.
        """
        models = [model for _, model in prompts]
        if len(set(models)) < len(models):
            raise ValueError("generate_parallel takes one prompt a model")
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._answer_or_error(TextRequest(prompt, model, task=task)))
                for prompt, model in prompts
            ]
        outcomes = [finished.result() for finished in tasks]
        errors = [outcome for outcome in outcomes if isinstance(outcome, AppError)]
        if prompts and len(errors) == len(prompts):
            raise AllProvidersFailedError(
                retry_after=max(_retry_after(error) for error in errors)
            ) from ExceptionGroup("all models failed", errors)
        pairs = zip(models, outcomes, strict=True)
        return {model: outcome for model, outcome in pairs if isinstance(outcome, str)}

    async def generate_with_context(
        self,
        prompt: str,
        context: str,
        model: str,
        temperature: float = 0.7,
        *,
        task: BrandTask | None = None,
    ) -> str:
        """Like `generate_text`, with research patterns that the model should follow."""
        return await self._answer(TextRequest(prompt, model, temperature, context, task))

    async def _answer(self, request: TextRequest, *, only_own: bool = False) -> str:
        candidates = list(self._candidates(request))
        own = [candidate for candidate in candidates if candidate.model == request.model]
        completion = await self._chain.first_answer(
            request.task.kind if request.task else "text",
            own if only_own and own else candidates,
        )
        return completion.text

    async def _answer_or_error(self, request: TextRequest) -> str | AppError:
        try:
            return await self._answer(request, only_own=True)
        except AppError as error:
            return error

    def _candidates(self, request: TextRequest) -> Iterator[Candidate[Completion]]:
        """Every provider with each of its models, those with the wanted model first."""
        routes = [(provider, model) for provider in self._providers for model in provider.models]
        if request.model not in _DEFAULT_MODEL:
            routes.sort(key=lambda route: route[1] != request.model)
        for provider, model in routes:
            asked = TextRequest(
                request.prompt, model, request.temperature, request.context, request.task
            )
            yield Candidate(provider.name, model, partial(provider.complete, asked))


def _retry_after(error: AppError) -> int:
    seconds = error.context.get("retry_after")
    return seconds if isinstance(seconds, int) else 1
