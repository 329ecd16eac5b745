"""Finished packages with their parts, to make new versions from."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text

from database.hot import HotStatement
from database.models import Generation, GenerationStatus, GenerationType, Json
from database.repositories.base_repository import BaseRepository

# A package and its parts lie in one project, of which there is an index.
_WITH_PARTS = HotStatement(
    text("""
select g.generation_type, g.status, g.project_id, g.input_data, p.description, p.industry,
    (select max(version) from generations v
        where v.project_id = g.project_id and v.generation_type = 'package') as newest,
    (select coalesce(jsonb_object_agg(part.generation_type, part.output_data), '{}')
        from generations part where part.project_id = g.project_id
            and part.input_data ->> 'package_id' = cast(g.id as text)) as parts
from generations g join projects p on p.id = g.project_id
where g.id = :generation_id and g.user_id = :user_id
""").bindparams(bindparam("generation_id", type_=Uuid()), bindparam("user_id", type_=Uuid()))
)


@dataclass(frozen=True, slots=True)
class PackageParts:
    """A generation that may be a package, with what it was made from and the answer of each part.

    `newest` is the highest version in its project.
    """

    generation_type: GenerationType
    status: GenerationStatus
    project_id: UUID
    description: str
    industry: str | None
    input_data: Json
    newest: int
    parts: Mapping[str, Json]


class PackageRepository(BaseRepository[Generation]):
    """Reads packages of one owner."""

    model = Generation

    async def with_parts(self, generation_id: UUID, user_id: UUID) -> PackageParts | None:
        """The generation with its parts if this user owns it."""
        rows = await self._database.fetch(
            _WITH_PARTS, {"generation_id": generation_id, "user_id": user_id}
        )
        if not rows:
            return None
        row = rows[0]
        return PackageParts(
            generation_type=GenerationType(row["generation_type"]),
            status=GenerationStatus(row["status"]),
            project_id=row["project_id"],
            description=row["description"] or row["input_data"]["description"],
            industry=row["industry"],
            input_data=row["input_data"],
            newest=row["newest"] or 1,
            parts=row["parts"],
        )
