"""A palette of six colours that meets WCAG 2.2 AA, whoever chose it."""

import time

from core.engine.facade import Query, complete_palette
from core.engine.scorecard.material import Parts
from core.engine.types import Palette
from core.exceptions import AllProvidersFailedError
from core.providers.base import BUILTIN, BrandTask
from core.usage import track_usage
from services.base_service import BaseService, as_json, chosen_seed, makers, refusals, seconds_since
from services.model_answers import color_roles
from services.prompts import colors_prompt
from services.results import ColorResult, PaletteDetail

NO_PALETTE = "The text models gave no usable palette; the built-in engine made it."


class ColorService(BaseService):
    """Asks the models, then measures and repairs what they chose, or chooses itself."""

    async def generate(
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        colors: str | None = None,
        seed: int | None = None,
    ) -> ColorResult:
        """Six colours with their measurements. Raises InvalidInputError, a ValueError.

        `colors` is a wish in words, for example "earthy tones" or "navy and gold".
        """
        started = time.perf_counter()
        query = self._validate_input(description, industry, style)
        seed = chosen_seed(seed)
        with track_usage() as usage:
            suggested, warnings = await self._suggestion(query, colors, seed)
        warnings = warnings or self._stood_in(usage, NO_PALETTE)
        if usage.models_used == [BUILTIN]:
            suggested = {}  # the engine itself makes the same colours, and knows the reasons
        palette, refused = await self.engine.run(complete_palette, query, seed, colors, suggested)
        appraised = await self._appraised(query, Parts(colors=palette.colors))
        return ColorResult(
            **appraised,
            colors=palette.colors,
            palette=_detail(palette),
            seed=seed,
            processing_time=seconds_since(started),
            models_used=makers(usage, engine_filled=refused is not None or not suggested),
            warnings=warnings + (refusals("palettes", [refused]) if refused else []),
            status="completed",
        )

    async def _suggestion(
        self, query: Query, hints: str | None, seed: int
    ) -> tuple[dict[str, str], list[str]]:
        prompt = colors_prompt(query, hints, self.patterns.get_patterns("color"))
        task = BrandTask(
            kind="palette",
            description=query.description,
            industry=query.industry,
            style=query.style,
            hints=hints,
            seed=seed,
        )
        try:
            answer = await self.ai.generate_text(
                prompt.instructions, "default", 0.7, task=task, brief=prompt.brief
            )
            return color_roles(answer), []
        except (AllProvidersFailedError, ValueError):
            return {}, [NO_PALETTE]


def _detail(palette: Palette) -> PaletteDetail:
    return PaletteDetail(
        mood=palette.mood,
        reasoning=palette.reasoning,
        swatches=as_json(palette.swatches),
        contrasts=as_json(palette.contrasts),
        distances=dict(palette.distances),
        adjustments=list(palette.adjustments),
        scheme=as_json(palette.scheme) if palette.scheme else {},
    )
