"""The built-in engine as an image provider: vector logos and their PNG."""

from core.engine.facade import Query, make_logo, make_palette
from core.engine_pool import Engine
from core.exceptions import ProviderRejectedError
from core.providers.base import BUILTIN, GeneratedImage, ImageFile, ImageRequest, LogoTask

SVG_TYPE = "image/svg+xml"
PNG_TYPE = "image/png"


class BuiltinImageProvider:
    """Logos without any key; each in all its lockups and treatments."""

    name = BUILTIN

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        """One concept: a transparent PNG of its main lockup first, then all SVG files.

        A bare prompt is taken as the description of a brand. Raises ProviderRejectedError for a
        name that no typeface can set.
        """
        task = request.task or await self._task_from_prompt(request)
        query = Query(task.description, task.industry, task.style)
        try:
            concept = await self._engine.run(
                make_logo, query, task.name, task.parts, task.palette, task.seed, task.variation
            )
        except ValueError as error:
            raise ProviderRejectedError(str(error)) from error
        main = concept.logo.files[0]
        vectors = (
            ImageFile(file.lockup, file.treatment, SVG_TYPE, file.svg.encode())
            for file in concept.logo.files
        )
        return GeneratedImage(
            files=(ImageFile(main.lockup, main.treatment, PNG_TYPE, concept.png), *vectors),
            family=concept.logo.family,
            idea=concept.logo.idea,
            provider=BUILTIN,
            model=BUILTIN,
        )

    async def _task_from_prompt(self, request: ImageRequest) -> LogoTask:
        query = Query(request.prompt, None, request.style)
        palette = await self._engine.run(make_palette, query, 0, None)
        return LogoTask(
            description=request.prompt,
            industry=None,
            style=request.style,
            name="Brand",
            parts=(),
            palette={swatch.role: swatch.hex for swatch in palette.swatches},
        )
