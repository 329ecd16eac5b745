"""Accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from core.exceptions import ConflictError, EmailTakenError, UsernameTakenError
from database.hot import HotStatement
from database.models import User
from database.repositories.base_repository import BaseRepository, Values

FORMER_ADDRESS = "@former-address.invalid"

_BY_ID = HotStatement(select(User.__table__).where(User.id == bindparam("user_id")))

# A row only while the free units of a window that goes on are used up.
_USED_UP = HotStatement(
    text("""
select extract(epoch from quota_window_started_at
    + make_interval(mins => :window_minutes) - now())::int as window_ends_in
from users
where id = :user_id and not is_premium and generations_remaining = 0
    and quota_window_started_at > now() - make_interval(mins => :window_minutes)
""").bindparams(bindparam("user_id", type_=Uuid()), bindparam("window_minutes", type_=Integer()))
)

_TAKEN: dict[str, type[ConflictError]] = {
    "uq_users_email": EmailTakenError,
    "uq_users_username": UsernameTakenError,
}


@contextmanager
def _translated_collisions() -> Iterator[None]:
    """Turn a broken unique constraint into the conflict that it means, whoever came first."""
    try:
        yield
    except IntegrityError as error:
        taken = _TAKEN.get(getattr(error.driver_exception, "constraint_name", None) or "")
        if taken is None:
            raise
        raise taken from error


class UserRepository(BaseRepository[User]):
    """Reads and writes accounts. Addresses are kept in lower case."""

    model = User

    async def get_by_email(self, email: str) -> User | None:
        """The account with this address, whatever the case it was typed in."""
        async with self._session() as session:
            return await session.scalar(select(User).where(User.email == func.lower(email)))

    async def get_profile(self, user_id: UUID) -> User | None:
        """The account, read in autocommit and not tied to a session; None when there is none."""
        rows = await self._database.fetch(_BY_ID, {"user_id": user_id})
        return User(**rows[0]) if rows else None

    async def quota_used_up(self, user_id: UUID, window_minutes: int) -> int | None:
        """Seconds until the window ends when no free unit is left in it, else None."""
        rows = await self._database.fetch(
            _USED_UP, {"user_id": user_id, "window_minutes": window_minutes}
        )
        return rows[0]["window_ends_in"] if rows else None

    async def create(self, data: Values) -> User:
        """Insert one account. Raises EmailTakenError or UsernameTakenError."""
        with _translated_collisions():
            return await super().create(data)

    async def update(self, id: UUID, data: Values) -> User:  # noqa: A002  # the specified name
        """Change columns of one account.

        Raises NotFoundError, EmailTakenError or UsernameTakenError.
        """
        with _translated_collisions():
            return await super().update(id, data)

    async def adopt(self, user_id: UUID, email: str, new: Values) -> User:
        """The account that an outside service keeps under this id, with the address it has there.

        `new` are further columns of a row that is made now. The service decides who has an
        address: a row of somebody else that still has it gives it up. Raises UsernameTakenError.
        """
        try:
            return await self._adopt(user_id, email, new)
        except EmailTakenError:
            # Two first requests at once: PostgreSQL may see that the address is there before it
            # sees that it is there under the same id. Now it is.
            return await self._adopt(user_id, email, new)

    async def _adopt(self, user_id: UUID, email: str, new: Values) -> User:
        async with self._session() as session:
            await session.execute(
                update(User)
                .where(User.email == email, User.id != user_id)
                .values(email=func.concat(User.id, FORMER_ADDRESS))
            )
            row = insert(User).values(id=user_id, email=email, **new)
            with _translated_collisions():
                user: User | None = await session.scalar(
                    row.on_conflict_do_update(
                        index_elements=[User.id],
                        set_={"email": row.excluded.email, "updated_at": func.now()},
                        where=User.email.is_distinct_from(row.excluded.email),
                    ).returning(User)
                )
            return user if user is not None else await session.get_one(User, user_id)

    async def hold_with_password(self, user_id: UUID, password_hash: str) -> User | None:
        """The account, if this is still its password hash, which then stays until the commit.

        So nothing that was allowed by the old password can slip through a change of it.
        """
        async with self._session() as session:
            return await session.scalar(
                select(User)
                .where(User.id == user_id, User.password_hash == password_hash)
                .with_for_update(key_share=True)
            )

    async def replace_password(self, user_id: UUID, old_hash: str, new_hash: str) -> bool:
        """Change the password hash; False when it is not the old one any more."""
        async with self._session() as session:
            changed = await session.scalar(
                update(User)
                .where(User.id == user_id, User.password_hash == old_hash)
                .values(password_hash=new_hash)
                .returning(User.id)
            )
            return changed is not None
