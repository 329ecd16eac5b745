"""Answers a repeated request with what the first one got (IETF draft Idempotency-Key-Header-07)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.exceptions import KeyInUseError, KeyReusedError
from database.models import GenerationStatus
from database.unit_of_work import Database

RETRY_AFTER_S = 2

_UNFINISHED = (GenerationStatus.PENDING, GenerationStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A key of idempotency and the hash of the request that came with it."""

    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request was answered."""

    status: int
    headers: Mapping[str, str]
    body: str


class IdempotencyService:
    """The keys of all users; they are kept for 24 hours.

    A key is taken in the transaction that makes what its request asks for, so a request that was
    refused before leaves none behind.
    """

    def __init__(self, db_client: Database) -> None:
        self._db = db_client

    async def earlier(self, user_id: UUID, key: RequestKey) -> KeptAnswer | UUID | None:
        """The kept answer; or what the first request made, which nobody was told; or None.

        Raises KeyReusedError when the key came with another request, and KeyInUseError while the
        first request is worked on.
        """
        row = await self._db.alone.idempotency.find(user_id, key.key)
        if row is None:
            return None
        if row["expired"]:
            await self._db.alone.idempotency.forget_expired(user_id, key.key)
            return None
        if row["request_hash"] != key.request_hash:
            raise KeyReusedError
        if row["status"] is not None:
            return KeptAnswer(row["status"], row["headers"], row["body"])
        made: UUID = row["resource_id"]
        generation = await self._db.alone.generations.status(made)
        if generation and generation["status"] in _UNFINISHED and generation["is_leased"]:
            raise KeyInUseError(retry_after=RETRY_AFTER_S)
        return made

    async def check_free(self, user_id: UUID, key: RequestKey) -> None:
        """Raises KeyInUseError when another request has taken the key meanwhile."""
        if await self._db.alone.idempotency.find(user_id, key.key) is not None:
            raise KeyInUseError(retry_after=RETRY_AFTER_S)

    async def keep(self, user_id: UUID, key: RequestKey, answer: KeptAnswer) -> None:
        """Keep the answer for the next time, if the key was taken and has none yet."""
        await self._db.alone.idempotency.keep(
            user_id, key.key, answer.status, answer.headers, answer.body
        )
