"""Accepts, follows, cancels and lists generations; the runner does the work."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from config.constants import RETENTION_DAYS
from core.exceptions import (
    AuthenticationError,
    GenerationCancelledError,
    GenerationFinishedError,
    NotFoundError,
    RateLimitExceededError,
    error_of,
)
from database.job_models import StepStatus
from database.models import GenerationStatus, GenerationType
from database.pages import Page, decode_cursor
from database.repositories.generation_repository import (
    Admission,
    Claimed,
    Ending,
    NewGeneration,
    Reservation,
)
from database.unit_of_work import Database
from services.base_service import chosen_seed
from services.generation_runner import GenerationRunner, HandedOverError
from services.idempotency import RequestKey
from services.job_view import job_view
from services.progress import ProgressWatcher
from services.queue_room import QueueRoom
from services.results import Accepted, GenerationRequest, Json
from services.steps import startable
from utils.ids import uuid7
from utils.logger import get_logger

MOST_REFUSED = 10_000
MOST_ATTEMPTS = 2
# Who waits longer than this for somebody who works on it gets the unit back.
QUEUE_PATIENCE_S = 900

log = get_logger("generations")


@dataclass(frozen=True, slots=True)
class QuotaRules:
    """How many units a window has and how long it is."""

    units: int
    window_minutes: int


class GenerationService:
    """The generations of all users; each call is limited to one owner.

    They are kept for `kept_days`. With `workers`, packages and whatever nobody waits for are left
    to other processes, at most `most_waiting` of them; `dispatch` is called when there is a message
    for them.
    """

    def __init__(  # two collaborators, and how work reaches other processes
        self,
        db_client: Database,
        runner: GenerationRunner,
        quota: QuotaRules,
        watcher: ProgressWatcher,
        *,
        kept_days: int = RETENTION_DAYS,
        workers: bool = False,
        most_waiting: int = 1_000,
        dispatch: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db_client
        self._runner = runner
        self._quota = quota
        self._watcher = watcher
        self._kept_days = kept_days
        self._workers = workers
        self._queue_room = QueueRoom(db_client, most_waiting)
        self._dispatch = dispatch
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

    async def begin(
        self,
        request: GenerationRequest,
        *,
        background: bool = False,
        key: RequestKey | None = None,
    ) -> Accepted:
        """Reserve a unit with the generation's row, or neither, and see that the work is begun.

        `background` says that nobody waits for the result. Raises RateLimitExceededError without a
        unit, NotFoundError for a foreign project, AuthenticationError when the account is gone,
        OverloadedError when there is too much to do, and KeyInUseError.
        """
        claimed = not self._workers or not (
            background or request.generation_type is GenerationType.PACKAGE
        )
        if claimed:
            self._runner.check_room()
        else:
            await self._queue_room.take()
        new = _new_generation(request)
        admission = Admission(
            owner=self._runner.owner,
            claimed=claimed,
            first_steps=startable(new.generation_type, new.kept),
            key=None if key is None else (key.key, key.request_hash),
        )
        reservation = self._admitted(
            new.user_id,
            await self._db.alone.generations.reserve(
                new,
                admission,
                unit_limit=self._quota.units,
                window_minutes=self._quota.window_minutes,
            ),
        )
        project_id = new.project_id or new.new_project_id
        if claimed:
            self._runner.start(_claimed(new, project_id))
        else:
            self._dispatch()
        return Accepted(
            generation_id=new.id,
            project_id=project_id,
            limit=self._quota.units,
            remaining=reservation.remaining,
            window_ends_at=_epoch(reservation.window_ends_in),
        )

    async def begun(self, generation_id: UUID, user_id: UUID) -> Accepted:
        """A generation that was accepted before. Raises NotFoundError when it is gone."""
        job = await self.get(generation_id, user_id)
        return Accepted(
            generation_id=generation_id,
            project_id=UUID(job["project_id"]),
            limit=self._quota.units,
            remaining=None,
            window_ends_at=None,
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

    async def answer(self, generation_id: UUID, user_id: UUID, wait_s: float) -> Json | None:
        """Wait for the answer; None when there is none in time, or the work is handed on.

        To stop waiting does not stop the work. Raises what went wrong with it.
        """
        until = time.monotonic() + wait_s
        if self._runner.has(generation_id):
            try:
                async with asyncio.timeout(wait_s):
                    return await self._runner.result(generation_id)
            except TimeoutError:
                return None
            except HandedOverError:
                pass
        left = max(0.0, until - time.monotonic())
        if await self._watcher.ended(generation_id, left) is None:
            return None
        job = await self.get(generation_id, user_id)
        if (error := job["error"]) is not None:
            raise error_of(error["code"])(error["error"], generation_id=str(generation_id))
        result: Json = job["result"]
        return result

    async def cancel(self, generation_id: UUID, user_id: UUID) -> None:
        """Stop a generation and give its unit back.

        Raises NotFoundError for an unknown or foreign id, GenerationFinishedError after its end.
        """
        ended = await self._db.alone.generations.abandon(generation_id, CANCELLED, user_id=user_id)
        if not ended:
            await self.get(generation_id, user_id)
            raise GenerationFinishedError
        self._runner.stop(generation_id)
        self._watcher.nudge(generation_id)

    async def get(self, generation_id: UUID, user_id: UUID) -> Json:
        """The job of a generation; its links are made by `job_view.linked`.

        Raises NotFoundError for a foreign or unknown id.
        """
        row = await self._db.alone.progress.job(generation_id, user_id)
        if row is None:
            raise NotFoundError("There is no such generation.")
        return job_view(row, self._kept_days)

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
        """Take over generations whose process died, and say how many.

        They are begun anew, or their units are given back.
        """
        over, again = await self._db.alone.generations.reap(
            most_attempts=MOST_ATTEMPTS, patience_s=QUEUE_PATIENCE_S
        )
        if over:
            log.warning("gave back {} generations of dead processes", over)
        if again:
            log.warning("{} generations are begun anew", again)
            self._dispatch()
        return over + again


CANCELLED = Ending(
    GenerationStatus.CANCELLED, GenerationCancelledError.code, "Cancelled by the user."
)


def _new_generation(request: GenerationRequest) -> NewGeneration:
    """The row to be; the seed is chosen here, so that a second attempt gives the same."""
    seed = chosen_seed(request.input_data.get("seed"))
    return NewGeneration(
        id=uuid7(),
        user_id=request.user_id,
        generation_type=request.generation_type,
        input_data={**request.input_data, "seed": seed},
        project_id=request.project_id,
        new_project_id=uuid7(),
        project_name=_project_name(request.description),
        description=request.description,
        industry=request.industry,
        kept=request.kept,
        based_on=request.based_on,
        version=request.version,
    )


def _claimed(new: NewGeneration, project_id: UUID) -> Claimed:
    """The new generation as its first attempt has it."""
    kept = {
        step: {"status": StepStatus.KEPT, "input_hash": "", "output": output}
        for step, output in new.kept.items()
    }
    return Claimed(
        generation_id=new.id,
        project_id=project_id,
        user_id=new.user_id,
        generation_type=new.generation_type,
        input_data=new.input_data,
        attempt=1,
        steps=kept,
    )


def _epoch(seconds_from_now: int | None) -> int | None:
    return None if seconds_from_now is None else int(time.time()) + seconds_from_now


def _project_name(description: str) -> str:
    """The first words of a description, as the name of a draft project."""
    words = " ".join(description.split())
    return words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"
