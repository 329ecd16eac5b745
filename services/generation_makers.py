"""From the stored input of a generation to the service that makes it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from core.engine.types import NameWishes
from database.job_models import Step
from database.models import GenerationType
from services.color_service import ColorService
from services.logo_service import LogoService
from services.name_service import NameService
from services.package_service import PackageService
from services.results import Journal, Json, Made
from services.tagline_service import TaglineService


def _brief(data: Json) -> Json:
    return {key: data.get(key) for key in ("description", "industry", "style", "seed")}


def _name_wishes(data: Json) -> NameWishes:
    return NameWishes(
        surprise=data["surprise"],
        shortest=data["min_length"],
        longest=data["max_length"],
        include=tuple(data["include_words"]),
        avoid=tuple(data["avoid_words"]),
        liked=tuple(data["liked"]),
        locked=tuple(data["locked"]),
        exclude=tuple(data["exclude"]),
    )


@dataclass(frozen=True, slots=True)
class GenerationMakers:
    """Makes any kind of result; a new kind is one method and one line of `make`."""

    names: NameService
    logos: LogoService
    colors: ColorService
    taglines: TaglineService
    packages: PackageService

    async def make(self, kind: GenerationType, data: Json, journal: Journal) -> Made:
        """The result for an input as the request schemas store it. Raises AppError."""
        makers: dict[GenerationType, Callable[[Json, Journal], Awaitable[Made]]] = {
            GenerationType.NAME: self._names,
            GenerationType.LOGO: self._logos,
            GenerationType.COLOR: self._colors,
            GenerationType.TAGLINE: self._taglines,
            GenerationType.PACKAGE: self._package,
        }
        return await makers[kind](data, journal)

    async def _names(self, data: Json, journal: Journal) -> Made:
        names = partial(
            self.names.generate, **_brief(data), wishes=_name_wishes(data), tlds=data["tlds"]
        )
        return Made(output=dict(await journal.run(Step.NAMES, {}, names)))

    async def _logos(self, data: Json, journal: Journal) -> Made:
        logos = partial(
            self.logos.generate, **_brief(data), name=data["name"], colors=data["colors"]
        )
        return Made(output=dict(await journal.run(Step.LOGOS, {}, logos)))

    async def _colors(self, data: Json, journal: Journal) -> Made:
        colors = partial(self.colors.generate, **_brief(data), colors=data["colors"])
        return Made(output=dict(await journal.run(Step.PALETTE, {}, colors)))

    async def _taglines(self, data: Json, journal: Journal) -> Made:
        taglines = partial(self.taglines.generate, **_brief(data), name=data["name"])
        return Made(output=dict(await journal.run(Step.TAGLINES, {}, taglines)))

    async def _package(self, data: Json, journal: Journal) -> Made:
        wishes = data["preferences"]
        brief = _brief(data)
        brief["style"] = wishes["style"] or brief["style"]
        made = await self.packages.generate_complete_package(
            **brief,
            colors=wishes["colors"],
            names=_name_wishes(wishes["names"]),
            tlds=data["tlds"],
            brand_name=data.get("brand_name"),
            journal=journal,
        )
        return replace(
            made,
            output={
                **made.output,
                "warnings": [*made.output["warnings"], *data.get("notes", ())],
            },
        )
