"""Three logo concepts of different families, from the first image provider that answers."""

import asyncio
import time
from collections.abc import Mapping, Sequence

from config.constants import LOGOS_PER_GENERATION
from core.ai_manager import AIManager
from core.engine.facade import Query, complete_names, make_palette
from core.engine.scorecard.material import Mark, Parts
from core.engine_pool import Engine
from core.exceptions import (
    AllProvidersFailedError,
    InvalidInputError,
    ProviderRejectedError,
)
from core.failover_manager import FailoverManager
from core.providers.base import BUILTIN, GeneratedImage, ImageRequest, LogoTask
from core.research_loader import ResearchLoader
from core.usage import track_usage
from database.unit_of_work import Database
from services.base_service import BaseService, chosen_seed, makers, seconds_since
from services.prompts import logo_prompt
from services.results import LogoArtwork, LogoItem, LogoResult

_FORMATS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


class LogoService(BaseService):
    """Asks the image providers through the failover manager, one call a concept."""

    def __init__(
        self,
        ai_manager: AIManager,
        research_loader: ResearchLoader,
        db_client: Database,
        failover_manager: FailoverManager,
        *,
        engine: Engine | None = None,
    ) -> None:
        super().__init__(ai_manager, research_loader, db_client, engine=engine)
        self.failover = failover_manager

    async def generate(
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        name: str | None = None,
        parts: Sequence[str] = (),
        colors: Mapping[str, str] | None = None,
        seed: int | None = None,
    ) -> LogoResult:
        """Three concepts. Raises InvalidInputError, a ValueError, and AllProvidersFailedError.

        Without a name or colours by role the engine's own choice is used. The files are not stored
        yet.
        """
        started = time.perf_counter()
        query = self._validate_input(description, industry, style)
        seed = chosen_seed(seed)
        if name is None:
            best = (await self.engine.run(complete_names, query, seed, 10, ()))[0][0]
            name, parts = best.text, best.parts
        if colors is None:
            palette = await self.engine.run(make_palette, query, seed, None)
            colors = palette.colors
        with track_usage() as usage:
            images = await self._images(query, name, parts, colors, seed)
        return LogoResult(
            **await self._appraised(query, Parts(name=name, marks=_marks(images, colors))),
            logos=[_item(variation, image) for variation, image in enumerate(images, start=1)],
            name=name,
            colors=dict(colors),
            seed=seed,
            processing_time=seconds_since(started),
            models_used=makers(usage, engine_filled=False),
            warnings=self._drawn_by_us(images),
            status="completed",
        )

    def _drawn_by_us(self, images: Sequence[GeneratedImage]) -> list[str]:
        """Says so when the built-in engine drew although image providers are configured."""
        own = sum(image.provider == BUILTIN for image in images)
        if not own or set(self.failover.get_stats()) <= {BUILTIN}:
            return []
        return [f"No image provider could draw {own} of the logos; the built-in engine did."]

    async def _images(
        self,
        query: Query,
        name: str,
        parts: Sequence[str],
        colors: Mapping[str, str],
        seed: int,
    ) -> list[GeneratedImage]:
        patterns = self.patterns.get_patterns("logo")
        requests = [
            ImageRequest(
                prompt=logo_prompt(query, name, colors, patterns, variation),
                style=query.style or "flat vector",
                task=LogoTask(
                    description=query.description,
                    industry=query.industry,
                    style=query.style,
                    name=name,
                    parts=tuple(parts),
                    palette=dict(colors),
                    seed=seed,
                    variation=variation,
                ),
            )
            for variation in range(1, LOGOS_PER_GENERATION + 1)
        ]
        try:
            async with asyncio.TaskGroup() as group:  # ends when the last call is on record
                drawing = [group.create_task(self.failover.generate(item)) for item in requests]
        except ExceptionGroup as failed:
            error = failed.exceptions[0]
            raise _cause(error) from error.__cause__
        return [picture.result() for picture in drawing]


def _cause(error: Exception) -> Exception:
    """The name, when the built-in engine, which closes every chain, cannot set it."""
    failures = error.__cause__
    if (
        isinstance(error, AllProvidersFailedError)
        and isinstance(failures, ExceptionGroup)
        and isinstance(last := failures.exceptions[-1], ProviderRejectedError)
    ):
        return InvalidInputError(last.message)
    return error


def _marks(images: Sequence[GeneratedImage], colors: Mapping[str, str]) -> tuple[Mark, ...]:
    """The concepts as the scorecard takes them: vector files only."""
    return tuple(
        Mark(
            image.family,
            colors,
            {
                (file.lockup, file.treatment): file.content.decode()
                for file in image.files
                if file.media_type == "image/svg+xml"
            },
        )
        for image in images
    )


def _item(variation: int, image: GeneratedImage) -> LogoItem:
    return LogoItem(
        variation=variation,
        family=image.family,
        idea=image.idea,
        provider=image.provider,
        files=[
            LogoArtwork(file.lockup, file.treatment, _FORMATS[file.media_type], file.content)
            for file in image.files
        ],
    )
