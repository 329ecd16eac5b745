"""Accounts."""

from sqlalchemy import func, select

from database.models import User
from database.repositories.base_repository import BaseRepository


class UserRepository(BaseRepository[User]):
    """Reads and writes accounts."""

    model = User

    async def get_by_email(self, email: str) -> User | None:
        """The account with this address, whatever the case it was typed in."""
        async with self._session() as session:
            return await session.scalar(select(User).where(User.email == func.lower(email)))
