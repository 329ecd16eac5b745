"""A user's projects."""

from uuid import UUID

from core.exceptions import NotFoundError
from database.models import Project
from database.pages import Page, Row, decode_cursor
from database.repositories.base_repository import Values
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.idempotency import RequestKey


class ProjectService:
    """Creates, reads, changes and deletes projects of one owner."""

    def __init__(self, db_client: Database, assets: AssetStore) -> None:
        self._db = db_client
        self._assets = assets

    async def create(self, user_id: UUID, data: Values, key: RequestKey | None = None) -> Project:
        """A new draft project. Raises KeyInUseError."""
        async with self._db.transaction() as uow:
            project = await uow.projects.create({**data, "user_id": user_id})
            if key is not None:
                await uow.idempotency.add(user_id, key.key, key.request_hash, project.id)
        return project

    async def get(self, project_id: UUID, user_id: UUID) -> Row:
        """The project. Raises NotFoundError for a foreign or unknown id."""
        row = await self._db.alone.projects.get_owned(project_id, user_id)
        if row is None:
            raise NotFoundError("There is no such project.")
        return row

    async def page(self, user_id: UUID, *, cursor: str | None, limit: int) -> Page:
        """One page, newest first. Raises InvalidInputError for a made-up cursor."""
        return await self._db.alone.projects.page(user_id, decode_cursor(cursor), limit)

    async def update(self, project_id: UUID, user_id: UUID, changes: Values) -> Project | Row:
        """Change the given columns. Raises NotFoundError."""
        if not changes:
            return await self.get(project_id, user_id)
        project = await self._db.alone.projects.update_owned(project_id, user_id, changes)
        if project is None:
            raise NotFoundError("There is no such project.")
        return project

    async def delete(self, project_id: UUID, user_id: UUID) -> None:
        """Delete a project with its generations and files. Raises NotFoundError."""
        async with self._db.transaction() as uow:
            keys = await uow.assets.keys_of_project(project_id)
            if not await uow.projects.delete_owned(project_id, user_id):
                raise NotFoundError("There is no such project.")
        await self._assets.delete(keys)

    async def file(self, asset_id: UUID, user_id: UUID) -> str:
        """A signed link to one file. Raises NotFoundError for a foreign or unknown id."""
        row = await self._db.alone.assets.get_owned(asset_id, user_id)
        if row is None:
            raise NotFoundError("There is no such file.")
        return await self._assets.url(row["file_url"])
