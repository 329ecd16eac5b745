"""One complete brand package: names, then domains, palette and taglines at once, then logos."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from core.ai_manager import AIManager
from core.engine.facade import Query
from core.engine.types import NO_WISHES, NameWishes
from core.engine_pool import Engine
from core.exceptions import AppError
from core.failover_manager import FailoverManager
from core.research_loader import ResearchLoader
from database.job_models import Step
from database.models import GenerationType
from database.unit_of_work import Database
from services.base_service import BaseService, chosen_seed, seconds_since
from services.color_service import ColorService
from services.logo_service import LogoService
from services.name_service import NameService
from services.results import (
    ColorResult,
    Journal,
    Json,
    Made,
    NameResult,
    PackageResult,
    PartT,
    Unrecorded,
)
from services.tagline_service import TaglineService

UNRECORDED = Unrecorded()
_LOOKED_UP: tuple[Literal["names", "scorecard", "understood"], ...] = (
    "names",
    "scorecard",
    "understood",
)
_KINDS: Mapping[Step, GenerationType] = {
    Step.NAMES: GenerationType.NAME,
    Step.PALETTE: GenerationType.COLOR,
    Step.TAGLINES: GenerationType.TAGLINE,
    Step.LOGOS: GenerationType.LOGO,
}


@dataclass(slots=True)
class _Parts:
    """What the steps gave so far; a failed step leaves an error and no part."""

    journal: Journal
    parts: dict[GenerationType, Any] = field(default_factory=dict)  # Any: each part's own shape
    errors: dict[GenerationType, AppError] = field(default_factory=dict)

    async def run(
        self, step: Step, inputs: Json, make: Callable[[], Awaitable[PartT]]
    ) -> PartT | None:
        """The step's result, or None when it failed for good."""
        kind = _KINDS[step]
        try:
            self.parts[kind] = result = await self.journal.run(step, inputs, make)
        except AppError as error:
            self.errors[kind] = error
            await self.journal.failed(step, error)
            return None
        return result

    @property
    def warnings(self) -> list[str]:
        """What went otherwise than asked, each once."""
        failed = [
            f"The {kind.value} step failed: {error.message}" for kind, error in self.errors.items()
        ]
        told = [text for part in self.parts.values() for text in part["warnings"]]
        return list(dict.fromkeys(failed + told))

    @property
    def models_used(self) -> list[str]:
        """Whose work is in the package, each once."""
        return list(dict.fromkeys(m for part in self.parts.values() for m in part["models_used"]))


class PackageService(BaseService):
    """Orchestrates the other services; knows the order, nothing of their work."""

    def __init__(  # noqa: PLR0913  # four specified collaborators and the four steps
        self,
        ai_manager: AIManager,
        research_loader: ResearchLoader,
        db_client: Database,
        failover_manager: FailoverManager,
        *,
        names: NameService,
        colors: ColorService,
        taglines: TaglineService,
        logos: LogoService,
        engine: Engine | None = None,
    ) -> None:
        super().__init__(ai_manager, research_loader, db_client, engine=engine)
        self.failover = failover_manager
        self._names = names
        self._colors = colors
        self._taglines = taglines
        self._logos = logos

    async def generate(
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        colors: str | None = None,
        names: NameWishes = NO_WISHES,
        seed: int | None = None,
        tlds: Sequence[str] = (),
    ) -> PackageResult:
        """The package's answer. Raises InvalidInputError, a ValueError, for bad input."""
        made = await self.generate_complete_package(
            description=description,
            industry=industry,
            style=style,
            colors=colors,
            names=names,
            seed=seed,
            tlds=tlds,
        )
        return made.output  # type: ignore[return-value]  # the same keys, typed as JSON

    async def generate_complete_package(  # noqa: PLR0913  # all that a brand depends on
        self,
        *,
        description: str,
        industry: str | None = None,
        style: str | None = None,
        colors: str | None = None,
        names: NameWishes = NO_WISHES,
        seed: int | None = None,
        tlds: Sequence[str] = (),
        brand_name: str | None = None,
        journal: Journal = UNRECORDED,
    ) -> Made:
        """The package with the answer of each part; `brand_name` is to stay the first name.

        Names and palette start at once; taglines, domains and logos follow as soon as they can.
        Without names there is no package, so their failure is raised. Any other failed step leaves
        a partial package.
        """
        started = time.perf_counter()
        query = self._validate_input(description, industry, style)
        seed = chosen_seed(seed)
        brief: Json = {
            "description": description,
            "industry": industry,
            "style": style,
            "seed": seed,
        }
        parts = _Parts(journal)
        try:
            async with asyncio.TaskGroup() as group:
                palette = group.create_task(
                    parts.run(
                        Step.PALETTE, {}, partial(self._colors.generate, **brief, colors=colors)
                    )
                )
                named = await parts.run(
                    Step.NAMES, {}, partial(self._named, brief, names, brand_name)
                )
                if named is not None:
                    chosen = named["names"][0]
                    brand: Json = {**brief, "name": chosen["name"], "parts": chosen["parts"]}
                    group.create_task(self._with_domains(named, query, tlds, names, journal))
                    group.create_task(
                        parts.run(
                            Step.TAGLINES,
                            {"name": chosen["name"]},
                            partial(self._taglines.generate, **brand),
                        )
                    )
                    group.create_task(self._logos_in(palette, brand, parts))
        except ExceptionGroup as failed:
            raise _first_known(failed) from failed
        if named is None:
            raise parts.errors[GenerationType.NAME]
        output = _output(named, parts, seed, seconds_since(started))
        return Made(output=output, parts=parts.parts, partial=bool(parts.errors))

    async def _named(self, brief: Json, wishes: NameWishes, brand_name: str | None) -> NameResult:
        """The names, those that stay in front."""
        result = await self._names.generate(**brief, wishes=wishes)
        if brand_name is not None:
            result["names"].sort(key=lambda item: item["name"] != brand_name)
        return result

    async def _with_domains(
        self,
        named: NameResult,
        query: Query,
        tlds: Sequence[str],
        wishes: NameWishes,
        journal: Journal,
    ) -> None:
        """Write the domains' states, and names in place of those that are taken, into the names."""

        async def look_up() -> Json:
            await self._names.add_domains(named, query, tlds, wishes)
            return {key: named[key] for key in _LOOKED_UP}

        found = await journal.run(
            Step.DOMAINS, {"names": [item["name"] for item in named["names"]]}, look_up
        )
        named.update(found)  # type: ignore[typeddict-item]  # some of its own keys

    async def _logos_in(
        self, palette: asyncio.Task[ColorResult | None], brand: Json, parts: _Parts
    ) -> None:
        """The logos in the package's palette; without one they bring their own."""
        chosen = await palette
        colors = chosen["colors"] if chosen else None
        await parts.run(
            Step.LOGOS,
            {"name": brand["name"], "colors": colors},
            partial(self._logos.generate, **brand, colors=colors),
        )


def _first_known(failed: ExceptionGroup[Exception]) -> Exception:
    """The first error of ours among those of parallel steps; all of them when none is."""
    ours = failed.subgroup(AppError)
    return ours.exceptions[0] if ours else failed


def _output(names: NameResult, steps: _Parts, seed: int, processing_time: float) -> Json:
    """The package's answer from its parts."""
    output: Json = {
        "brand_name": names["names"][0]["name"],
        "names": names["names"],
        "understood": names["understood"],
        "scorecard": merged([part["scorecard"] for part in steps.parts.values()]),
        "seed": seed,
        "processing_time": processing_time,
        "models_used": steps.models_used,
        "warnings": steps.warnings,
        "status": "partial" if steps.errors else "completed",
    }
    if color := steps.parts.get(GenerationType.COLOR):
        output |= {"colors": color["colors"], "palette": color["palette"]}
    if tagline := steps.parts.get(GenerationType.TAGLINE):
        output["taglines"] = tagline["taglines"]
    if logo := steps.parts.get(GenerationType.LOGO):
        output["logos"] = logo["logos"]
    return output


def merged(cards: Iterable[Sequence[Json]]) -> list[Json]:
    """The checks of all parts in order; the count, which each part has, becomes one check."""
    checks = [check for card in cards for check in card]
    counts = [check for check in checks if check["number"] == 1]
    rest = sorted(
        (check for check in checks if check["number"] != 1), key=lambda check: int(check["number"])
    )
    if not counts:
        return rest
    whole = {
        **counts[0],
        "value": ", ".join(check["value"] for check in counts),
        "threshold": ", ".join(check["threshold"] for check in counts),
        "result": "fail" if any(check["result"] == "fail" for check in counts) else "pass",
    }
    return [whole, *rest]
