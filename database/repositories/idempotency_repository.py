"""Idempotency keys: what each request made, and its answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import Integer, SmallInteger, String, Text, Uuid, func, select, text
from sqlalchemy import bindparam as parameter
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError

from core.exceptions import KeyInUseError
from database.hot import HotStatement
from database.job_models import IdempotencyKey
from database.pages import Row
from database.repositories.base_repository import BaseRepository
from database.repositories.hot_reads import given

KEPT_HOURS = 24

_FIND = HotStatement(
    select(
        IdempotencyKey.request_hash,
        IdempotencyKey.resource_id,
        IdempotencyKey.status,
        IdempotencyKey.headers,
        IdempotencyKey.body,
        (IdempotencyKey.created_at < func.now() - timedelta(hours=KEPT_HOURS)).label("expired"),
    ).where(given(IdempotencyKey.user_id), given(IdempotencyKey.key))
)
_INSERT = text(
    "insert into idempotency_keys (user_id, key, request_hash, resource_id)"
    " values (:user_id, :key, :request_hash, :resource_id)"
)
_KEEP = HotStatement(
    text(
        "update idempotency_keys set status = :status, headers = :headers, body = :body"
        " where user_id = :user_id and key = :key and status is null returning 1"
    ).bindparams(
        parameter("user_id", type_=Uuid()),
        parameter("key", type_=String()),
        parameter("status", type_=SmallInteger()),
        parameter("headers", type_=JSONB()),
        parameter("body", type_=Text()),
    )
)
_FORGET = HotStatement(
    text(
        "delete from idempotency_keys where user_id = :user_id and key = :key"
        " and created_at < now() - make_interval(hours => :hours) returning 1"
    ).bindparams(
        parameter("user_id", type_=Uuid()),
        parameter("key", type_=String()),
        parameter("hours", KEPT_HOURS, type_=Integer()),
    )
)


@contextmanager
def key_in_use() -> Iterator[None]:
    """Say that a key is in use when that broke a statement. Raises KeyInUseError."""
    try:
        yield
    except (asyncpg.UniqueViolationError, IntegrityError) as error:
        if "pk_idempotency_keys" not in str(error):
            raise
        raise KeyInUseError from error


class IdempotencyRepository(BaseRepository[IdempotencyKey]):
    """Keys of one user each; a key is inserted together with what its request makes."""

    model = IdempotencyKey

    async def find(self, user_id: UUID, key: str) -> Row | None:
        """The key with what is known of its answer; `expired` when it may be used anew."""
        rows = await self._database.fetch(_FIND, {"user_id": user_id, "key": key})
        return rows[0] if rows else None

    async def add(self, user_id: UUID, key: str, request_hash: str, resource_id: UUID) -> None:
        """Take the key in the running transaction. Raises KeyInUseError."""
        values = {
            "user_id": user_id,
            "key": key,
            "request_hash": request_hash,
            "resource_id": resource_id,
        }
        async with self._session() as session:
            with key_in_use():
                await session.execute(_INSERT, values)

    async def keep(
        self, user_id: UUID, key: str, status: int, headers: Mapping[str, str], body: str
    ) -> None:
        """Keep the answer, unless there is one or the key was never taken."""
        values = {
            "user_id": user_id,
            "key": key,
            "status": status,
            "headers": orjson.dumps(headers).decode(),
            "body": body,
        }
        await self._database.fetch(_KEEP, values)

    async def forget_expired(self, user_id: UUID, key: str) -> None:
        """Make room for the key to be used anew, if its time is over."""
        await self._database.fetch(_FORGET, {"user_id": user_id, "key": key})
