"""The built-in engine as a text provider: it answers the task as JSON, as a model would."""

import json
from typing import Any

from core.engine.facade import Query, make_names, make_palette, make_taglines
from core.engine_pool import Engine
from core.exceptions import ProviderRejectedError
from core.providers.base import BUILTIN, BrandTask, Completion, TextRequest


class BuiltinTextProvider:
    """Names, taglines and palettes without any key. It answers tasks, not free prompts."""

    name = BUILTIN
    models = (BUILTIN,)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def complete(self, request: TextRequest) -> Completion:
        """The task's answer as JSON text, at no cost.

        Raises ProviderRejectedError for a prompt without a task.
        """
        if request.task is None:
            raise ProviderRejectedError("The built-in engine answers brand tasks only.")
        answer = await self._answer(request.task)
        return Completion(
            text=json.dumps(answer, ensure_ascii=False), provider=BUILTIN, model=BUILTIN
        )

    async def _answer(self, task: BrandTask) -> Any:  # Any: JSON values
        query = Query(task.description, task.industry, task.style)
        if task.kind == "names":
            names = await self._engine.run(make_names, query, task.seed, task.count, task.wishes)
            return [
                {
                    "name": name.text,
                    "style": name.strategy,
                    "parts": name.parts,
                    "reasoning": name.reasoning,
                }
                for name in names
            ]
        if task.kind == "taglines":
            lines = await self._engine.run(
                make_taglines, query, task.name or "", task.parts, task.seed, task.count
            )
            return [{"text": line.text, "framework": line.framework} for line in lines]
        palette = await self._engine.run(make_palette, query, task.seed, task.hints)
        return palette.colors
