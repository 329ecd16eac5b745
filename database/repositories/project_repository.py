"""Projects."""

from uuid import UUID

from sqlalchemy import delete, select, update

from database.hot import HotStatement
from database.models import Project, ProjectStatus
from database.pages import Page, Position, Row
from database.repositories.base_repository import BaseRepository, Values
from database.repositories.hot_reads import given, page_statement, read_page

_COLUMNS = (
    Project.id,
    Project.name,
    Project.description,
    Project.industry,
    Project.status,
    Project.created_at,
    Project.updated_at,
)
_OWNED = HotStatement(select(*_COLUMNS).where(given(Project.id), given(Project.user_id)))
_PAGE = page_statement(
    select(*_COLUMNS).where(given(Project.user_id)), Project.created_at, Project.id
)


class ProjectRepository(BaseRepository[Project]):
    """Reads and writes projects; every verb here is limited to one owner's rows."""

    model = Project

    async def get_owned(self, project_id: UUID, user_id: UUID) -> Row | None:
        """The project if this user owns it, else None."""
        rows = await self._database.fetch(_OWNED, {"id": project_id, "user_id": user_id})
        return rows[0] if rows else None

    async def page(self, user_id: UUID, position: Position, limit: int) -> Page:
        """The user's projects, newest first."""
        return await read_page(self._database, _PAGE, position, limit, user_id=user_id)

    async def update_owned(self, project_id: UUID, user_id: UUID, data: Values) -> Project | None:
        """Change a project if this user owns it; None when there is no such project."""
        async with self._session() as session:
            changed: Project | None = await session.scalar(
                update(Project)
                .where(Project.id == project_id, Project.user_id == user_id)
                .values(**data)
                .returning(Project)
            )
            return changed

    async def delete_owned(self, project_id: UUID, user_id: UUID) -> bool:
        """Delete a project with all that belongs to it; False when there is none."""
        async with self._session() as session:
            deleted = await session.scalars(
                delete(Project)
                .where(Project.id == project_id, Project.user_id == user_id)
                .returning(Project.id)
            )
            return deleted.first() is not None

    async def complete(self, project_id: UUID, name: str) -> None:
        """Give a project its brand name and mark it as completed."""
        async with self._session() as session:
            await session.execute(
                update(Project)
                .where(Project.id == project_id)
                .values(name=name, status=ProjectStatus.COMPLETED)
            )
