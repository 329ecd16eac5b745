"""Five taglines for a name, judged alike whoever wrote them."""

import time
from collections.abc import Sequence

from config.constants import TAGLINES_PER_GENERATION
from core.engine.facade import Query, complete_names, complete_taglines
from core.engine.scorecard.material import Line, Parts
from core.exceptions import AllProvidersFailedError
from core.providers.base import BrandTask
from core.usage import track_usage
from services.base_service import BaseService, chosen_seed, makers, refusals, seconds_since
from services.model_answers import tagline_candidates
from services.prompts import taglines_prompt
from services.results import TaglineItem, TaglineResult

NO_TAGLINES = "The text models gave no usable taglines; the built-in engine wrote them."


class TaglineService(BaseService):
    """Asks the models, judges their lines, fills what is missing from the built-in engine."""

    async def generate(
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        name: str | None = None,
        parts: Sequence[str] = (),
        seed: int | None = None,
    ) -> TaglineResult:
        """Five taglines, best first. Raises InvalidInputError, a ValueError, for bad input.

        Without a name the lines are written for the engine's best one.
        """
        started = time.perf_counter()
        query = self._validate_input(description, industry, style)
        seed = chosen_seed(seed)
        if name is None:
            best = (await self.engine.run(complete_names, query, seed, 10, ()))[0][0]
            name, parts = best.text, best.parts
        with track_usage() as usage:
            suggested, warnings = await self._suggestions(query, name, parts, seed)
        warnings = warnings or self._stood_in(usage, NO_TAGLINES)
        lines, refused = await self.engine.run(
            complete_taglines, query, name, parts, seed, TAGLINES_PER_GENERATION, suggested
        )
        kept = {text for text, _ in suggested}
        judged = tuple(Line(line.text, line.label) for line in lines)
        return TaglineResult(
            **await self._appraised(query, Parts(name=name, taglines=judged)),
            taglines=[
                TaglineItem(
                    text=line.text, framework=line.framework, label=line.label, score=line.score
                )
                for line in lines
            ],
            name=name,
            seed=seed,
            processing_time=seconds_since(started),
            models_used=makers(usage, engine_filled=any(line.text not in kept for line in lines)),
            warnings=warnings + refusals("taglines", refused),
            status="completed",
        )

    async def _suggestions(
        self, query: Query, name: str, parts: Sequence[str], seed: int
    ) -> tuple[list[tuple[str, str | None]], list[str]]:
        prompt = taglines_prompt(
            query, name, self.patterns.get_patterns("tagline"), TAGLINES_PER_GENERATION
        )
        task = BrandTask(
            kind="taglines",
            description=query.description,
            industry=query.industry,
            style=query.style,
            name=name,
            parts=tuple(parts),
            seed=seed,
            count=TAGLINES_PER_GENERATION,
        )
        try:
            answer = await self.ai.generate_text(
                prompt.instructions, "default", 0.9, task=task, brief=prompt.brief
            )
            return tagline_candidates(answer), []
        except (AllProvidersFailedError, ValueError):
            return [], [NO_TAGLINES]
