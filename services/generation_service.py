"""The life of a generation: a unit is reserved, work is done, the result is published or paid back.

The work runs in a task of its own, so a client that goes away does not stop it. No connection is
held while a result is made. Whatever happens, the unit is spent for a result or given back once.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from core.exceptions import (
    AppError,
    AuthenticationError,
    GenerationCancelledError,
    GenerationFailedError,
    GenerationFinishedError,
    NotFoundError,
    RateLimitExceededError,
    UnavailableError,
)
from core.usage import Usage, track_usage
from database.models import GenerationStatus, GenerationType, QuotaState
from database.pages import Page, decode_cursor
from database.repositories.generation_repository import (
    FinishedGeneration,
    NewGeneration,
    Reservation,
)
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.results import GenerationRequest, Json, Made, Maker
from utils.ids import uuid7
from utils.logger import get_logger

HEARTBEAT_S = 10.0
REAP_EVERY_S = 15.0
PUBLISH_ATTEMPTS = 3

log = get_logger("generations")


@dataclass(frozen=True, slots=True)
class QuotaRules:
    """How many units a window has and how long it is."""

    units: int
    window_minutes: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A generation that has its unit and its row.

    `remaining` is None for premium accounts; `window_ends_at` is in seconds since 1970.
    """

    generation_id: UUID
    project_id: UUID
    limit: int
    remaining: int | None
    window_ends_at: int | None


@dataclass(frozen=True, slots=True)
class _Work:
    accepted: Accepted
    request: GenerationRequest
    make: Maker


class GenerationService:
    """Starts, follows, cancels and lists generations.

    `owner` names this process in leases. `on_end` is told the type and outcome of each generation.
    """

    def __init__(
        self,
        db_client: Database,
        assets: AssetStore,
        quota: QuotaRules,
        *,
        owner: str,
        on_end: Callable[[str, str], None] = lambda _type, _outcome: None,
    ) -> None:
        self._db = db_client
        self._assets = assets
        self._quota = quota
        self._owner = owner
        self._on_end = on_end
        self._running: dict[UUID, asyncio.Task[Json]] = {}

    async def accept(self, request: GenerationRequest) -> Accepted:
        """Reserve a unit and store the pending generation, or neither.

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
        reservation = await self._db.alone.generations.reserve(
            new,
            owner=self._owner,
            unit_limit=self._quota.units,
            window_minutes=self._quota.window_minutes,
        )
        reservation = self._admitted(reservation)
        return Accepted(
            generation_id=new.id,
            project_id=new.project_id or new.new_project_id,
            limit=self._quota.units,
            remaining=reservation.remaining,
            window_ends_at=_epoch(reservation.window_ends_in),
        )

    def _admitted(self, reservation: Reservation | None) -> Reservation:
        if reservation is None:
            raise AuthenticationError
        if not reservation.project_found:
            raise NotFoundError("There is no such project.")
        if not reservation.admitted:
            raise self._used_up(reservation.window_ends_in)
        return reservation

    async def check_quota(self, user_id: UUID) -> None:
        """Refuse early when no unit is left; `accept` takes the unit and has the last word.

        Raises RateLimitExceededError.
        """
        ends_in = await self._db.alone.users.quota_used_up(user_id, self._quota.window_minutes)
        if ends_in is not None:
            raise self._used_up(ends_in)

    def _used_up(self, window_ends_in: int | None) -> RateLimitExceededError:
        return RateLimitExceededError(
            retry_after=max(1, window_ends_in or 1), limit=self._quota.units, remaining=0
        )

    def start(self, accepted: Accepted, request: GenerationRequest, make: Maker) -> None:
        """Begin the work in the background."""
        task = asyncio.create_task(self._run(_Work(accepted, request, make)))
        self._running[accepted.generation_id] = task
        task.add_done_callback(lambda _: self._running.pop(accepted.generation_id, None))
        task.add_done_callback(_log_failure)

    async def result(self, accepted: Accepted) -> Json:
        """Wait for the answer; giving up waiting does not stop the work.

        Raises what the work raised, as GenerationFailedError when it was a fault of ours.
        """
        return await asyncio.shield(self._running[accepted.generation_id])

    async def _run(self, work: _Work) -> Json:
        generation_id = work.accepted.generation_id
        kind = work.request.generation_type.value
        try:
            answer = await self._attempt(work)
        except asyncio.CancelledError:
            await self._give_back(generation_id, "The service stopped before the result was made.")
            self._on_end(kind, "cancelled")
            raise
        except AppError as error:
            await self._give_back(generation_id, error.message)
            self._on_end(kind, "failed")
            raise
        except Exception as error:  # whatever went wrong, the unit goes back
            log.opt(exception=error).error("generation failed")
            await self._give_back(generation_id, GenerationFailedError.default_message)
            self._on_end(kind, "failed")
            raise GenerationFailedError(generation_id=str(generation_id)) from error
        self._on_end(kind, "success")
        return answer

    async def _attempt(self, work: _Work) -> Json:
        generation_id = work.accepted.generation_id
        attempt = await self._db.alone.generations.claim(generation_id, self._owner)
        if attempt is None:
            raise GenerationCancelledError(generation_id=str(generation_id))
        task = asyncio.current_task()
        heartbeat = asyncio.create_task(self._keep_lease(generation_id, attempt, task))
        try:
            with track_usage() as usage:
                made = await work.make(lambda event, data: self._record(generation_id, event, data))
            return await self._publish(work, attempt, made, usage)
        except asyncio.CancelledError:
            await self._raise_if_cancelled_by_user(generation_id)
            raise
        finally:
            heartbeat.cancel()

    async def _keep_lease(
        self, generation_id: UUID, attempt: int, runner: asyncio.Task[object] | None
    ) -> None:
        """Prolong the lease while the work runs; without it, stop the work."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                held = await self._db.alone.generations.renew(generation_id, attempt)
            except UnavailableError:
                continue  # the lease outlasts two missed beats
            if not held and runner is not None:
                runner.cancel()
                return

    async def _raise_if_cancelled_by_user(self, generation_id: UUID) -> None:
        row = await self._db.alone.generations.status(generation_id)
        if row is not None and row["status"] == GenerationStatus.CANCELLED:
            raise GenerationCancelledError(generation_id=str(generation_id))

    async def _record(self, generation_id: UUID, event: str, payload: Json) -> None:
        await self._db.alone.generations.record_event(generation_id, event, payload)

    async def _publish(self, work: _Work, attempt: int, made: Made, usage: Usage) -> Json:
        """Store files and result; both exist afterwards, or neither."""
        accepted, request = work.accepted, work.request
        output, rows = dict(made.output), []
        if "logos" in output:
            output["logos"], rows = await self._assets.store_logos(
                output["logos"],
                user_id=request.user_id,
                generation_id=accepted.generation_id,
                project_id=accepted.project_id,
            )
        try:
            published = await self._commit(work, attempt, made, usage, output, rows)
        except BaseException:
            await self._assets.delete(row["file_url"] for row in rows)
            raise
        if not published:
            await self._assets.delete(row["file_url"] for row in rows)
            raise GenerationCancelledError(generation_id=str(accepted.generation_id))
        return output

    async def _commit(
        self, work: _Work, attempt: int, made: Made, usage: Usage, output: Json, assets: list[Json]
    ) -> bool:
        for left in reversed(range(PUBLISH_ATTEMPTS)):
            try:
                return await self._commit_once(work, attempt, made, usage, output, assets)
            except UnavailableError:
                if left == 0:
                    raise
                await asyncio.sleep(1)
        raise AssertionError("unreachable")

    async def _commit_once(
        self, work: _Work, attempt: int, made: Made, usage: Usage, output: Json, assets: list[Json]
    ) -> bool:
        accepted, request = work.accepted, work.request
        finished = FinishedGeneration(
            output=output,
            models_used=output["models_used"],
            warnings=output["warnings"],
            cost_usd=usage.cost_usd,
            refund=made.partial,
        )
        async with self._db.transaction() as uow:
            if not await uow.generations.finish(accepted.generation_id, attempt, finished):
                return False
            await uow.generations.add_parts(_part_rows(accepted, request, made, output), assets)
            await uow.usage.add_all(_usage_rows(accepted, request, usage))
            if request.generation_type is GenerationType.PACKAGE:
                await uow.projects.complete(accepted.project_id, output["brand_name"])
        return True

    async def _give_back(self, generation_id: UUID, reason: str) -> None:
        """End the generation as failed; when even that fails, the reaper does it later."""
        try:
            await self._db.alone.generations.abandon(generation_id, GenerationStatus.FAILED, reason)
        except UnavailableError:
            log.warning("generation {} is left to the reaper", generation_id)

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
        task = self._running.get(generation_id)
        if task is not None:
            task.cancel()

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

    async def reap_forever(self) -> None:
        """Fail generations whose process died, every 15 seconds until cancelled."""
        while True:
            try:
                reaped = await self._db.alone.generations.reap()
                if reaped:
                    log.warning("gave back {} generations of dead processes", reaped)
            except UnavailableError:
                log.warning("the reaper cannot reach the database")
            await asyncio.sleep(REAP_EVERY_S)

    async def close(self, grace_s: float) -> None:
        """Let running work end within the grace time, then stop it with its units given back."""
        tasks = list(self._running.values())
        if not tasks:
            return
        _, unfinished = await asyncio.wait(tasks, timeout=grace_s)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)


def _log_failure(task: asyncio.Task[Json]) -> None:
    """Fetch the task's error, which nobody else does when the client went away."""
    if not task.cancelled() and task.exception() is not None:
        log.info("generation ended with {}", type(task.exception()).__name__)


def _epoch(seconds_from_now: int | None) -> int | None:
    return None if seconds_from_now is None else int(time.time()) + seconds_from_now


def _project_name(description: str) -> str:
    """The first words of a description, as the name of a draft project."""
    words = " ".join(description.split())
    return words if len(words) <= 60 else words[:59].rsplit(" ", 1)[0] + "…"


def _part_rows(
    accepted: Accepted, request: GenerationRequest, made: Made, output: Json
) -> list[Json]:
    """The finished rows of a package's parts; the package alone carries the unit."""
    parts = {kind: dict(part) for kind, part in made.parts.items()}
    if GenerationType.LOGO in parts:
        parts[GenerationType.LOGO]["logos"] = output["logos"]
    return [
        {
            "id": uuid7(),
            "project_id": accepted.project_id,
            "user_id": request.user_id,
            "generation_type": kind,
            "input_data": {"package_id": str(accepted.generation_id)},
            "output_data": part,
            "status": GenerationStatus.SUCCESS,
            "quota_state": QuotaState.FREE,
            "models_used": part["models_used"],
            "warnings": part["warnings"],
        }
        for kind, part in parts.items()
    ]


def _usage_rows(accepted: Accepted, request: GenerationRequest, usage: Usage) -> list[Json]:
    """The rows of the provider calls that this generation made."""
    return [
        {
            "id": uuid7(),
            "user_id": request.user_id,
            "generation_id": accepted.generation_id,
            "provider": call.provider,
            "model": call.model,
            "task": call.task,
            "input_tokens": call.input_tokens,
            "output_tokens": call.output_tokens,
            "cost_usd": call.cost_usd,
            "latency_ms": call.latency_ms,
            "outcome": call.outcome,
        }
        for call in usage.records
    ]
