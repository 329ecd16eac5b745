"""Accepts, follows, cancels and lists generations; the runner does the work."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from core.exceptions import (
    AuthenticationError,
    GenerationFinishedError,
    NotFoundError,
    RateLimitExceededError,
)
from database.models import GenerationStatus, GenerationType
from database.pages import Page, decode_cursor
from database.repositories.generation_repository import NewGeneration, Reservation
from database.unit_of_work import Database
from services.generation_runner import GenerationRunner, Work
from services.results import GenerationRequest, Json
from utils.ids import uuid7
from utils.logger import get_logger

MOST_REFUSED = 10_000

log = get_logger("generations")


@dataclass(frozen=True, slots=True)
class QuotaRules:
    """How many units a window has and how long it is."""

    units: int
    window_minutes: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A generation that has its unit and its row, and is being worked on.

    `remaining` is None for premium accounts; `window_ends_at` is in seconds since 1970.
    """

    generation_id: UUID
    project_id: UUID
    limit: int
    remaining: int | None
    window_ends_at: int | None


class GenerationService:
    """The generations of all users; each call is limited to one owner."""

    def __init__(self, db_client: Database, runner: GenerationRunner, quota: QuotaRules) -> None:
        self._db = db_client
        self._runner = runner
        self._quota = quota
        self._refused: OrderedDict[UUID, None] = OrderedDict()

    async def check_quota(self, user_id: UUID) -> None:
        """Refuse early who was refused before and has no unit yet; `begin` has the last word.

        Whoever was not costs no query here. Raises RateLimitExceededError.
        """
        if user_id not in self._refused:
            return
        ends_in = await self._db.alone.users.quota_used_up(user_id, self._quota.window_minutes)
        if ends_in is not None:
            raise self._used_up(ends_in)
        self._refused.pop(user_id, None)

    async def begin(self, request: GenerationRequest) -> Accepted:
        """Reserve a unit with the pending row, or neither, and start the work.

        Raises RateLimitExceededError without a unit, NotFoundError for a foreign project and
        AuthenticationError when the account is gone.
        """
        new = NewGeneration(
            id=uuid7(),
            user_id=request.user_id,
            generation_type=request.generation_type,
            input_data=request.input_data,
            project_id=request.project_id,
            new_project_id=uuid7(),
            project_name=_project_name(request.description),
            description=request.description,
            industry=request.industry,
        )
        reservation = self._admitted(
            new.user_id,
            await self._db.alone.generations.reserve(
                new,
                owner=self._runner.owner,
                unit_limit=self._quota.units,
                window_minutes=self._quota.window_minutes,
            ),
        )
        project_id = new.project_id or new.new_project_id
        self._runner.start(
            Work(new.id, project_id, new.user_id, new.generation_type, new.input_data)
        )
        return Accepted(
            generation_id=new.id,
            project_id=project_id,
            limit=self._quota.units,
            remaining=reservation.remaining,
            window_ends_at=_epoch(reservation.window_ends_in),
        )

    def _admitted(self, user_id: UUID, reservation: Reservation | None) -> Reservation:
        if reservation is None:
            raise AuthenticationError
        if not reservation.project_found:
            raise NotFoundError("There is no such project.")
        if not reservation.admitted:
            self._refused[user_id] = None
            if len(self._refused) > MOST_REFUSED:
                self._refused.popitem(last=False)
            raise self._used_up(reservation.window_ends_in)
        return reservation

    def _used_up(self, window_ends_in: int | None) -> RateLimitExceededError:
        """The refusal; a window that began while we asked is taken as whole."""
        whole = self._quota.window_minutes * 60
        retry_after = window_ends_in if window_ends_in is not None and window_ends_in > 0 else whole
        return RateLimitExceededError(retry_after=retry_after, limit=self._quota.units, remaining=0)

    async def result(self, accepted: Accepted) -> Json:
        """Wait for the answer; giving up waiting does not stop the work."""
        return await self._runner.result(accepted.generation_id)

    async def cancel(self, generation_id: UUID, user_id: UUID) -> None:
        """Stop a generation and give its unit back.

        Raises NotFoundError for an unknown or foreign id, GenerationFinishedError after its end.
        """
        ended = await self._db.alone.generations.abandon(
            generation_id, GenerationStatus.CANCELLED, "Cancelled by the user.", user_id=user_id
        )
        if not ended:
            await self.get(generation_id, user_id)
            raise GenerationFinishedError
        self._runner.stop(generation_id)

    async def get(self, generation_id: UUID, user_id: UUID) -> Json:
        """A generation with its result so far. Raises NotFoundError for a foreign or unknown id."""
        row = await self._db.alone.generations.get_owned(generation_id, user_id)
        if row is None:
            raise NotFoundError("There is no such generation.")
        return {**row, "result": row["output_data"]}

    async def history(
        self,
        user_id: UUID,
        *,
        cursor: str | None,
        limit: int,
        generation_type: GenerationType | None = None,
        status: GenerationStatus | None = None,
    ) -> Page:
        """One page of a user's generations, newest first. Raises InvalidInputError."""
        return await self._db.alone.generations.history(
            user_id, decode_cursor(cursor), limit, generation_type=generation_type, status=status
        )

    async def reap(self) -> int:
        """Fail generations whose process died, with their units given back; how many."""
        reaped = await self._db.alone.generations.reap()
        if reaped:
            log.warning("gave back {} generations of dead processes", reaped)
        return reaped


def _epoch(seconds_from_now: int | None) -> int | None:
    return None if seconds_from_now is None else int(time.time()) + seconds_from_now


def _project_name(description: str) -> str:
    """The first words of a description, as the name of a draft project."""
    words = " ".join(description.split())
    return words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"
