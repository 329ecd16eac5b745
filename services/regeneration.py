"""New versions of a package: what is locked stays, the rest is made anew."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from core.exceptions import ConflictError, InvalidInputError, NotFoundError
from database.job_models import Step
from database.models import GenerationStatus, GenerationType
from database.repositories.package_repository import PackageParts
from database.unit_of_work import Database
from services.base_service import chosen_seed
from services.results import GenerationRequest, Json

MOST_EXCLUDED = 100


class Part(StrEnum):
    """What of a package can be kept."""

    NAMES = "names"
    PALETTE = "palette"
    TAGLINES = "taglines"
    LOGOS = "logos"


_TYPES: Mapping[Part, GenerationType] = {
    Part.NAMES: GenerationType.NAME,
    Part.PALETTE: GenerationType.COLOR,
    Part.TAGLINES: GenerationType.TAGLINE,
    Part.LOGOS: GenerationType.LOGO,
}


class RegenerationService:
    """Turns a finished package and a choice of locks into the request for its next version."""

    def __init__(self, db_client: Database) -> None:
        self._db = db_client

    async def request(
        self, generation_id: UUID, user_id: UUID, locks: Collection[Part], seed: int | None
    ) -> GenerationRequest:
        """What to generate; the earlier version stays as it is.

        Raises NotFoundError for a foreign or unknown id, ConflictError for what is no finished
        package, and InvalidInputError for locks that leave nothing to do or lock what is missing.
        """
        package = await self._db.alone.packages.with_parts(generation_id, user_id)
        if package is None:
            raise NotFoundError("There is no such generation.")
        if package.generation_type is not GenerationType.PACKAGE:
            raise ConflictError("Only a package can be made anew in parts.")
        if package.status is not GenerationStatus.SUCCESS:
            raise ConflictError("The package has no result to start from.")
        kept = _kept(package, locks)
        return GenerationRequest(
            user_id=user_id,
            generation_type=GenerationType.PACKAGE,
            description=package.description,
            industry=package.industry,
            project_id=package.project_id,
            input_data=_input(package, kept, seed),
            kept=_steps(package, kept),
            based_on=generation_id,
            version=package.newest + 1,
        )


def _kept(package: PackageParts, locks: Collection[Part]) -> set[Part]:
    """The locks and what they depend on: logos are drawn in their palette."""
    kept = set(locks)
    if Part.LOGOS in kept:
        kept.add(Part.PALETTE)
    missing = sorted(part for part in kept if _TYPES[part] not in package.parts)
    if missing:
        raise InvalidInputError(f"The package has none of these to keep: {', '.join(missing)}.")
    if kept == set(Part):
        raise InvalidInputError("With everything locked there is nothing to make anew.")
    return kept


def _steps(package: PackageParts, kept: Collection[Part]) -> dict[str, Json]:
    """The answers of the steps that are taken over."""
    steps: dict[str, Json] = {
        Step(part).value: package.parts[_TYPES[part]] for part in sorted(kept)
    }
    if Part.NAMES in kept:
        names = package.parts[GenerationType.NAME]
        looked_up = ("names", "scorecard", "understood")
        steps[Step.DOMAINS.value] = {key: names[key] for key in looked_up}
    return steps


def _input(package: PackageParts, kept: set[Part], seed: int | None) -> Json:
    """The earlier input with another seed; names that come anew are other ones."""
    data = {**package.input_data, "seed": chosen_seed(seed), "locked": sorted(kept)}
    data.pop("brand_name", None)
    if Part.NAMES in kept:
        return data
    old = [item["name"] for item in package.parts[GenerationType.NAME]["names"]]
    wishes = {**data["preferences"]["names"]}
    if kept & {Part.LOGOS, Part.TAGLINES}:
        data["brand_name"] = brand = old.pop(0)
        wishes["locked"] = [brand]
        data["notes"] = [f"{brand} stays the first name, for what is locked carries it."]
    wishes["exclude"] = [*old, *wishes["exclude"]][:MOST_EXCLUDED]
    data["preferences"] = {**data["preferences"], "names": wishes}
    return data
