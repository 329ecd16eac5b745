"""What every repository can do; nothing here commits, except when it stands alone."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.exceptions import NotFoundError
from database.models import Base
from database.session import SessionFactory

ModelT = TypeVar("ModelT", bound=Base)

LIST_LIMIT = 100

Values = Mapping[str, Any]  # Any: column values


class BaseRepository(Generic[ModelT]):
    """Reads and writes rows of one table.

    Given a session, as inside `Database.transaction()`, it takes part in that transaction.
    Given the database, or nothing, each call is a transaction of its own.
    """

    model: type[ModelT]

    def __init__(self, db_client: SessionFactory | AsyncSession | None = None) -> None:
        if db_client is None:
            from database.client import default_database  # noqa: PLC0415  # it builds repositories

            db_client = default_database()
        self.db = db_client

    @property
    def _database(self) -> SessionFactory:
        """The database for autocommit reads; they have no place inside a transaction."""
        if isinstance(self.db, AsyncSession):
            raise TypeError("this read is not part of a transaction")
        return self.db

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        if isinstance(self.db, AsyncSession):
            yield self.db
        else:
            async with self.db.session() as session:
                yield session

    async def create(self, data: Values) -> ModelT:
        """Insert one row and return it with its defaults."""
        async with self._session() as session:
            row = self.model(**data)
            session.add(row)
            await session.flush()
            await session.refresh(row)
            return row

    async def get_by_id(self, id: UUID) -> ModelT | None:  # noqa: A002  # the specified name
        """The row, or None."""
        async with self._session() as session:
            return await session.get(self.model, id)

    async def update(self, id: UUID, data: Values) -> ModelT:  # noqa: A002  # the specified name
        """Change columns of one row and return it. Raises NotFoundError when there is none."""
        async with self._session() as session:
            key = self.model.__table__.c.id
            row: ModelT | None = await session.scalar(
                update(self.model).where(key == id).values(**data).returning(self.model)
            )
            if row is None:
                raise NotFoundError
            return row

    async def delete(self, id: UUID) -> bool:  # noqa: A002  # the specified name
        """Delete one row; False when there was none."""
        async with self._session() as session:
            key = self.model.__table__.c.id
            deleted = await session.scalars(delete(self.model).where(key == id).returning(key))
            return deleted.first() is not None

    async def list(self, filters: Values) -> Sequence[ModelT]:
        """The newest rows whose columns equal the filters, at most 100."""
        table = self.model.__table__
        async with self._session() as session:
            rows = await session.scalars(
                select(self.model)
                .where(*(table.c[name] == value for name, value in filters.items()))
                .order_by(table.c.created_at.desc(), table.c.id.desc())
                .limit(LIST_LIMIT)
            )
            return rows.all()
