"""Logins, as families of refresh tokens."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, literal, or_, select, update

from database.hot import HotStatement
from database.models import RefreshToken
from database.repositories.base_repository import BaseRepository

_ALIVE = HotStatement(
    select(literal(1)).where(
        RefreshToken.id == bindparam("family_id"),
        RefreshToken.user_id == bindparam("user_id"),
        RefreshToken.revoked_at.is_(None),
        RefreshToken.expires_at > bindparam("now"),
    )
)


class RefreshTokenRepository(BaseRepository[RefreshToken]):
    """Reads and writes families of refresh tokens; they go when their account goes."""

    model = RefreshToken

    async def is_alive(self, family_id: UUID, user_id: UUID, now: datetime) -> bool:
        """Whether the account exists and this login of it is neither revoked nor expired."""
        values = {"family_id": family_id, "user_id": user_id, "now": now}
        return bool(await self._database.fetch(_ALIVE, values))

    async def lock(self, family_id: UUID) -> RefreshToken | None:
        """The family, held against other refreshes until the transaction ends."""
        async with self._session() as session:
            return await session.scalar(
                select(RefreshToken).where(RefreshToken.id == family_id).with_for_update()
            )

    async def advance(self, family_id: UUID, counter: int, now: datetime) -> None:
        """Make `counter` the family's only valid one; call it with the family locked."""
        async with self._session() as session:
            await session.execute(
                update(RefreshToken)
                .where(RefreshToken.id == family_id)
                .values(counter=counter, rotated_at=now)
            )

    async def revoke(self, family_id: UUID, now: datetime) -> None:
        """End one login."""
        async with self._session() as session:
            await session.execute(
                update(RefreshToken)
                .where(RefreshToken.id == family_id, RefreshToken.revoked_at.is_(None))
                .values(revoked_at=now)
            )

    async def revoke_all(self, user_id: UUID, now: datetime) -> None:
        """End all logins of an account."""
        async with self._session() as session:
            await session.execute(
                update(RefreshToken)
                .where(RefreshToken.user_id == user_id, RefreshToken.revoked_at.is_(None))
                .values(revoked_at=now)
            )

    async def forget_dead(self, user_id: UUID, now: datetime) -> None:
        """Delete the logins of an account that can never be used again."""
        async with self._session() as session:
            await session.execute(
                delete(RefreshToken).where(
                    RefreshToken.user_id == user_id,
                    or_(RefreshToken.revoked_at.is_not(None), RefreshToken.expires_at <= now),
                )
            )
