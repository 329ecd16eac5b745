"""Where users want to be told, and what they are to be told of."""

from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from database.hot import HotStatement
from database.job_models import Webhook
from database.models import Generation, Project, User
from database.pages import Row
from database.repositories.base_repository import BaseRepository
from utils.ids import uuid7

_NOTICE = HotStatement(
    select(
        Generation.user_id,
        Generation.generation_type,
        Generation.status,
        Generation.finished_at,
        Project.name.label("project_name"),
        User.email,
        User.wants_mail,
        Webhook.id.label("webhook_id"),
        Webhook.url.label("webhook_url"),
    )
    .join(Project, Project.id == Generation.project_id)
    .join(User, User.id == Generation.user_id)
    .outerjoin(Webhook, Webhook.user_id == Generation.user_id)
    .where(Generation.id == bindparam("generation_id", type_=Generation.id.type))
)


class WebhookRepository(BaseRepository[Webhook]):
    """Reads and writes webhooks; a user has one at most."""

    model = Webhook

    async def put(self, user_id: UUID, url: str) -> Webhook | None:
        """Set the address under a new id; None when the user is gone."""
        source = select(
            bindparam("new_id", uuid7(), Webhook.id.type),
            User.id,
            bindparam("new_url", url, Webhook.url.type),
        ).where(User.id == user_id)
        row = insert(Webhook).from_select(["id", "user_id", "url"], source)
        changed = {"id": row.excluded.id, "url": row.excluded.url, "created_at": func.now()}
        async with self._session() as session:
            webhook: Webhook | None = await session.scalar(
                row.on_conflict_do_update(index_elements=[Webhook.user_id], set_=changed).returning(
                    Webhook
                )
            )
            return webhook

    async def of_user(self, user_id: UUID) -> Webhook | None:
        """The user's webhook, or None."""
        async with self._session() as session:
            return await session.scalar(select(Webhook).where(Webhook.user_id == user_id))

    async def drop(self, user_id: UUID) -> bool:
        """Delete the user's webhook; False when there was none."""
        async with self._session() as session:
            gone = await session.scalars(
                delete(Webhook).where(Webhook.user_id == user_id).returning(Webhook.id)
            )
            return gone.first() is not None

    async def notice(self, generation_id: UUID) -> Row | None:
        """How a generation ended and how its owner wants to hear of it; None when it is gone."""
        rows = await self._database.fetch(_NOTICE, {"generation_id": generation_id})
        return rows[0] if rows else None
