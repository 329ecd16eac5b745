"""Stored files."""

from uuid import UUID

from sqlalchemy import select

from database.hot import HotStatement
from database.models import Asset, Project
from database.pages import Row
from database.repositories.base_repository import BaseRepository
from database.repositories.hot_reads import given

_OWNED = HotStatement(
    select(Asset.__table__)
    .join(Project, Project.id == Asset.project_id)
    .where(given(Asset.id), given(Project.user_id))
)


class AssetRepository(BaseRepository[Asset]):
    """Reads and writes the records of stored files."""

    model = Asset

    async def get_owned(self, asset_id: UUID, user_id: UUID) -> Row | None:
        """The file's record if this user owns its project, else None."""
        rows = await self._database.fetch(_OWNED, {"id": asset_id, "user_id": user_id})
        return rows[0] if rows else None

    async def keys_of_project(self, project_id: UUID) -> list[str]:
        """The storage keys of all files of a project."""
        async with self._session() as session:
            keys = await session.scalars(
                select(Asset.file_url).where(Asset.project_id == project_id)
            )
            return list(keys)

    async def keys_of_user(self, user_id: UUID) -> list[str]:
        """The storage keys of all files of a user."""
        async with self._session() as session:
            keys = await session.scalars(
                select(Asset.file_url).join(Project).where(Project.user_id == user_id)
            )
            return list(keys)
