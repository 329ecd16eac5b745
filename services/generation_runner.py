"""Runs accepted generations: lease, work, publish; or the unit goes back.

The work runs in a task of its own, so a client that goes away does not stop it. No connection is
held while a result is made. Whatever happens, the unit is spent for a result or given back once.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from core.exceptions import (
    AppError,
    GenerationCancelledError,
    GenerationFailedError,
    UnavailableError,
)
from core.usage import Usage
from database.models import GenerationStatus, GenerationType, QuotaState
from database.repositories.generation_repository import FinishedGeneration
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.generation_makers import GenerationMakers
from services.results import Json, Made
from services.usage_rows import usage_kept, usage_rows
from utils.ids import uuid7
from utils.logger import get_logger

HEARTBEAT_S = 10.0
PUBLISH_ATTEMPTS = 3

log = get_logger("generations")


@dataclass(frozen=True, slots=True)
class Work:
    """One generation that has its unit and its pending row."""

    generation_id: UUID
    project_id: UUID
    user_id: UUID
    generation_type: GenerationType
    input_data: Json


@dataclass(frozen=True, slots=True)
class _Result:
    """What is published: the answer without file contents, and the rows that belong to it."""

    made: Made
    output: Json
    assets: list[Json]
    usage: Usage


class GenerationRunner:
    """Runs generations in this process.

    `owner` names the process in leases; `on_end` is told the type and outcome of each generation.
    """

    def __init__(
        self,
        db_client: Database,
        assets: AssetStore,
        makers: GenerationMakers,
        *,
        owner: str,
        on_end: Callable[[str, str], None] = lambda _type, _outcome: None,
    ) -> None:
        self._db = db_client
        self._assets = assets
        self._makers = makers
        self.owner = owner
        self._on_end = on_end
        self._running: dict[UUID, asyncio.Task[Json]] = {}

    def start(self, work: Work) -> None:
        """Begin the work in the background."""
        task = asyncio.create_task(self._run(work))
        self._running[work.generation_id] = task
        task.add_done_callback(lambda _: self._running.pop(work.generation_id, None))
        task.add_done_callback(_log_failure)

    async def result(self, generation_id: UUID) -> Json:
        """Wait for the answer of a started generation; giving up waiting does not stop it.

        Raises what the work raised, GenerationFailedError when it was a fault of ours.
        """
        return await asyncio.shield(self._running[generation_id])

    async def run_pending(self, generation_id: UUID) -> None:
        """Run a stored generation that nobody has begun; leave any other alone."""
        row = await self._db.alone.generations.get_by_id(generation_id)
        if row is None or row.status != GenerationStatus.PENDING:
            return
        kind = GenerationType(row.generation_type)
        self.start(Work(row.id, row.project_id, row.user_id, kind, row.input_data or {}))
        await self.result(generation_id)

    def stop(self, generation_id: UUID) -> None:
        """Break off a generation of this process, if it runs here."""
        task = self._running.get(generation_id)
        if task is not None:
            task.cancel()

    async def close(self, grace_s: float) -> None:
        """Let running work end within the grace time, then stop it with its units given back."""
        tasks = list(self._running.values())
        if not tasks:
            return
        _, unfinished = await asyncio.wait(tasks, timeout=grace_s)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def _run(self, work: Work) -> Json:
        kind = work.generation_type.value
        try:
            answer = await self._attempt(work)
        except asyncio.CancelledError:
            await self._give_back(work, "The service stopped before the result was made.")
            self._on_end(kind, "cancelled")
            raise
        except AppError as error:
            await self._give_back(work, error.message)
            self._on_end(kind, "failed")
            raise
        except Exception as error:  # whatever went wrong, the unit goes back
            log.opt(exception=error).error("generation failed")
            await self._give_back(work, GenerationFailedError.default_message)
            self._on_end(kind, "failed")
            raise GenerationFailedError(generation_id=str(work.generation_id)) from error
        self._on_end(kind, "success")
        return answer

    async def _attempt(self, work: Work) -> Json:
        attempt = await self._db.alone.generations.claim(work.generation_id, self.owner)
        if attempt is None:
            raise GenerationCancelledError(generation_id=str(work.generation_id))
        heartbeat = asyncio.create_task(self._keep_lease(work, attempt, asyncio.current_task()))
        try:
            async with usage_kept(self._db, work.user_id, work.generation_id) as usage:
                made = await self._makers.make(
                    work.generation_type,
                    work.input_data,
                    lambda event, data: self._record(work, event, data),
                )
                return await self._publish(work, attempt, made, usage, heartbeat)
        except asyncio.CancelledError:
            await self._raise_if_cancelled_by_user(work)
            raise
        finally:
            heartbeat.cancel()

    async def _keep_lease(
        self, work: Work, attempt: int, runner: asyncio.Task[object] | None
    ) -> None:
        """Prolong the lease while the work runs; without it, stop the work."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                held = await self._db.alone.generations.renew(work.generation_id, attempt)
            except UnavailableError:
                continue  # the lease outlasts two missed beats
            if not held and runner is not None:
                runner.cancel()
                return

    async def _raise_if_cancelled_by_user(self, work: Work) -> None:
        row = await self._db.alone.generations.status(work.generation_id)
        if row is not None and row["status"] == GenerationStatus.CANCELLED:
            raise GenerationCancelledError(generation_id=str(work.generation_id))

    async def _record(self, work: Work, event: str, payload: Json) -> None:
        await self._db.alone.generations.record_event(work.generation_id, event, payload)

    async def _publish(
        self, work: Work, attempt: int, made: Made, usage: Usage, heartbeat: asyncio.Task[None]
    ) -> Json:
        """Store files and result; both exist afterwards, or neither."""
        output = dict(made.output)
        rows: list[Json] = []
        if "logos" in output:
            output["logos"], rows = await self._assets.store_logos(
                output["logos"],
                user_id=work.user_id,
                generation_id=work.generation_id,
                project_id=work.project_id,
            )
        published = False
        heartbeat.cancel()  # the result ends the lease, which a beat would take for a lost one
        try:
            published = await self._commit(work, attempt, _Result(made, output, rows, usage))
        finally:
            if not published:
                await self._assets.delete(row["file_url"] for row in rows)
        if not published:
            raise GenerationCancelledError(generation_id=str(work.generation_id))
        return output

    async def _commit(self, work: Work, attempt: int, result: _Result) -> bool:
        """Commit the result, patiently; False when this attempt lost its lease."""
        for _ in range(PUBLISH_ATTEMPTS - 1):
            try:
                return await self._commit_once(work, attempt, result)
            except UnavailableError:
                await asyncio.sleep(1)
        return await self._commit_once(work, attempt, result)

    async def _commit_once(self, work: Work, attempt: int, result: _Result) -> bool:
        finished = FinishedGeneration(
            output=result.output,
            models_used=result.output["models_used"],
            warnings=result.output["warnings"],
            cost_usd=result.usage.cost_usd,
            refund=result.made.partial,
        )
        async with self._db.transaction() as uow:
            if not await uow.generations.finish(work.generation_id, attempt, finished):
                return False
            await uow.generations.add_parts(
                _part_rows(work, result.made.parts, result.output), result.assets
            )
            await uow.usage.add_all(usage_rows(result.usage, work.user_id, work.generation_id))
            if work.generation_type is GenerationType.PACKAGE:
                await uow.projects.complete(work.project_id, result.output["brand_name"])
        return True

    async def _give_back(self, work: Work, reason: str) -> None:
        """End the generation as failed; when even that fails, the reaper does it later."""
        try:
            await self._db.alone.generations.abandon(
                work.generation_id, GenerationStatus.FAILED, reason
            )
        except UnavailableError:
            log.warning("generation {} is left to the reaper", work.generation_id)


def _log_failure(task: asyncio.Task[Json]) -> None:
    """Fetch the task's error, which nobody else does when the client went away."""
    if not task.cancelled() and task.exception() is not None:
        log.info("generation ended with {}", type(task.exception()).__name__)


def _part_rows(work: Work, parts: Mapping[GenerationType, Json], output: Json) -> list[Json]:
    """The finished rows of a package's parts; the package alone carries the unit."""
    answers = {kind: dict(part) for kind, part in parts.items()}
    if GenerationType.LOGO in answers:
        answers[GenerationType.LOGO]["logos"] = output["logos"]
    return [
        {
            "id": uuid7(),
            "project_id": work.project_id,
            "user_id": work.user_id,
            "generation_type": kind,
            "input_data": {"package_id": str(work.generation_id)},
            "output_data": answer,
            "status": GenerationStatus.SUCCESS,
            "quota_state": QuotaState.FREE,
            "models_used": answer["models_used"],
            "warnings": answer["warnings"],
        }
        for kind, answer in answers.items()
    ]
