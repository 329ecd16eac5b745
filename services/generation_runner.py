"""Runs generations: lease, steps, publication; or the unit goes back.

The work runs in a task of its own, so a client that goes away does not stop it. No connection is
held while a result is made. Whatever happens, the unit is spent for a result or given back once.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from core.exceptions import (
    AppError,
    GenerationCancelledError,
    GenerationFailedError,
    OverloadedError,
    UnavailableError,
)
from database.models import GenerationStatus, GenerationType, QuotaState
from database.repositories.generation_repository import Claimed, Ending, FinishedGeneration
from database.unit_of_work import Database
from services.asset_store import AssetStore, asset_rows
from services.generation_makers import GenerationMakers
from services.journal import GenerationJournal, LeaseLostError
from services.results import Json, Made
from services.steps import FIRST_STEPS
from utils.ids import uuid7
from utils.logger import get_logger

HEARTBEAT_S = 10.0
# With a lease of 30 s and a reaper every 15 s, a crash is settled within five minutes.
DEADLINE_S = 250.0
PUBLISH_PATIENCE_S = 20.0

log = get_logger("generations")


class HandedOverError(Exception):
    """The work goes on, or ends, elsewhere: this process cannot tell how."""


_OUTCOMES: Mapping[type, str] = {
    type(None): "success",
    GenerationCancelledError: "cancelled",
    HandedOverError: "handed_over",
}


class GenerationRunner:
    """Runs at most `most_at_once` generations in this process.

    `owner` names the process in leases; `on_end` is told the type and outcome of each generation,
    `told` the id of one of which there is something new to read.
    """

    def __init__(  # three collaborators and how the process is known to others
        self,
        db_client: Database,
        assets: AssetStore,
        makers: GenerationMakers,
        *,
        owner: str,
        most_at_once: int = 100,
        on_end: Callable[[str, str], None] = lambda _type, _outcome: None,
        told: Callable[[UUID], None] = lambda _id: None,
    ) -> None:
        self._db = db_client
        self._assets = assets
        self._makers = makers
        self.owner = owner
        self._most_at_once = most_at_once
        self._on_end = on_end
        self._told = told
        self._running: dict[UUID, asyncio.Task[Json]] = {}
        self._waiting: set[asyncio.Future[Json]] = set()
        self._closing = False

    def check_room(self) -> None:
        """Raises OverloadedError when this process has as much work as it may have."""
        if self._closing or len(self._running) >= self._most_at_once:
            raise OverloadedError(retry_after=5)

    def start(self, work: Claimed) -> None:
        """Begin claimed work in the background."""
        task = asyncio.create_task(self._run(work))
        self._running[work.generation_id] = task
        task.add_done_callback(lambda ended: self._note_end(work, ended))

    async def claim(self, generation_id: UUID) -> bool:
        """Begin a pending generation; False when somebody else has, or it has ended.

        Raises OverloadedError.
        """
        self.check_room()
        work = await self._db.alone.generations.claim(generation_id, self.owner, FIRST_STEPS)
        if work is None:
            return False
        self._told(generation_id)
        self.start(work)
        return True

    async def run(self, generation_id: UUID) -> None:
        """Work on a pending generation until it ends, however it does; leave any other alone."""
        if await self.claim(generation_id):
            await asyncio.wait([self._running[generation_id]])

    def has(self, generation_id: UUID) -> bool:
        """Whether a generation runs in this process and event loop."""
        task = self._running.get(generation_id)
        return task is not None and task.get_loop() is asyncio.get_running_loop()

    async def result(self, generation_id: UUID) -> Json:
        """Wait for the answer of a generation that runs here; to stop waiting does not stop it.

        Raises what the work raised, GenerationFailedError when it was a fault of ours, and
        HandedOverError.
        """
        task = self._running[generation_id]
        released: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting.add(released)
        try:
            await asyncio.wait({task, released}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting.discard(released)
        if not task.done() or task.cancelled():
            raise HandedOverError
        return task.result()

    def release(self) -> None:
        """Let those who wait for results go; the work goes on."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result({})

    def stop(self, generation_id: UUID) -> None:
        """Break off a generation of this process, if it runs here."""
        task = self._running.get(generation_id)
        if task is not None:
            task.cancel()

    async def close(self, grace_s: float) -> None:
        """Let running work end within the grace time, then hand it back for others to go on."""
        tasks = list(self._running.values())
        if tasks and grace_s > 0:
            await asyncio.wait(tasks, timeout=grace_s)
        self._closing = True
        await asyncio.sleep(0)  # what has not begun yet could not hand itself back
        unfinished = list(self._running.values())
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _note_end(self, work: Claimed, task: asyncio.Task[Json]) -> None:
        """Tell how it ended, and fetch the error: nobody else does when the client went away."""
        self._running.pop(work.generation_id, None)
        error = HandedOverError() if task.cancelled() else task.exception()
        if error is not None:
            log.info("generation ended with {}", type(error).__name__)
        self._on_end(work.generation_type.value, _OUTCOMES.get(type(error), "failed"))
        self._told(work.generation_id)

    async def _run(self, work: Claimed) -> Json:
        journal = GenerationJournal(
            self._db, self._assets, work, lambda: self._told(work.generation_id)
        )
        heartbeat = asyncio.create_task(self._keep_lease(work, asyncio.current_task()))
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._attempt(work, journal, heartbeat)
        except (asyncio.CancelledError, LeaseLostError) as error:
            is_cancelled = await self._leave(work)
            await self._delete(journal.stored if is_cancelled else journal.files)
            if is_cancelled:
                raise GenerationCancelledError(generation_id=str(work.generation_id)) from None
            raise HandedOverError from error
        except AppError as error:
            await self._fail(work, journal, error)
            raise
        except Exception as error:  # whatever went wrong, the unit goes back
            log.opt(exception=error).error("generation failed")
            failed = GenerationFailedError(generation_id=str(work.generation_id))
            await self._fail(work, journal, failed)
            raise failed from error
        finally:
            heartbeat.cancel()

    async def _attempt(
        self, work: Claimed, journal: GenerationJournal, heartbeat: asyncio.Task[None]
    ) -> Json:
        try:
            made = await self._makers.make(work.generation_type, work.input_data, journal)
        except ExceptionGroup as failed:
            lost, _ = failed.split(LeaseLostError)
            raise (LeaseLostError() if lost else failed) from failed
        return await self._publish(work, made, heartbeat)

    async def _keep_lease(self, work: Claimed, runner: asyncio.Task[object] | None) -> None:
        """Prolong the lease while the work runs; without it, stop the work."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            try:
                held = await self._db.alone.generations.renew(work.generation_id, work.attempt)
            except UnavailableError:
                continue  # the lease outlasts two missed beats
            if not held and runner is not None:
                runner.cancel()
                return

    async def _leave(self, work: Claimed) -> bool:
        """Whether work that is broken off was cancelled; otherwise it goes on elsewhere."""
        generations = self._db.alone.generations
        try:
            if self._closing and await generations.hand_back(work.generation_id, work.attempt):
                log.info("generation {} is handed back", work.generation_id)
                return False
            row = await generations.status(work.generation_id)
        except UnavailableError:
            log.warning("generation {} is left to the reaper", work.generation_id)
            return False
        if row is None or row["status"] == GenerationStatus.CANCELLED:
            return True
        log.warning("generation {} lost its lease", work.generation_id)
        return False

    async def _publish(self, work: Claimed, made: Made, heartbeat: asyncio.Task[None]) -> Json:
        """Store the result. Raises LeaseLostError when another attempt has taken over."""
        heartbeat.cancel()  # the result ends the lease, which a beat would take for a lost one
        if not await self._commit(work, made):
            raise LeaseLostError
        return dict(made.output)

    async def _commit(self, work: Claimed, made: Made) -> bool:
        """Commit the result, patiently; False when this attempt lost its lease."""
        until = time.monotonic() + PUBLISH_PATIENCE_S
        while True:
            try:
                return await self._commit_once(work, made) or await self._has_published(work)
            except UnavailableError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(1)

    async def _has_published(self, work: Claimed) -> bool:
        """Whether a commit of ours succeeded whose answer got lost."""
        row = await self._db.alone.generations.status(work.generation_id)
        return (
            row is not None
            and row["status"] == GenerationStatus.SUCCESS
            and row["attempt"] == work.attempt
        )

    async def _commit_once(self, work: Claimed, made: Made) -> bool:
        finished = FinishedGeneration(
            output=dict(made.output),
            models_used=made.output["models_used"],
            warnings=made.output["warnings"],
            refund=made.partial,
        )
        async with self._db.transaction() as uow:
            if not await uow.generations.finish(work.generation_id, work.attempt, finished):
                return False
            await uow.generations.add_parts(
                _part_rows(work, made.parts),
                asset_rows(finished.output, work.generation_id, work.project_id),
            )
            if work.generation_type is GenerationType.PACKAGE:
                await uow.projects.complete(work.project_id, finished.output["brand_name"])
        return True

    async def _fail(self, work: Claimed, journal: GenerationJournal, error: AppError) -> None:
        """End the generation as failed.

        Raises HandedOverError when that cannot be told: it is left to the reaper, or a result was
        published whose commit we did not hear of.
        """
        ending = Ending(GenerationStatus.FAILED, error.code, error.message)
        try:
            ended = await self._db.alone.generations.abandon(
                work.generation_id, ending, attempt=work.attempt
            )
        except UnavailableError:
            log.warning("generation {} is left to the reaper", work.generation_id)
            ended = False
        # What did not end here is gone on with, from the steps that were kept.
        await self._delete(journal.stored if ended else journal.files)
        if not ended:
            raise HandedOverError from error

    async def _delete(self, keys: Iterable[str]) -> None:
        """Remove files that no result refers to; what remains is swept up later."""
        try:
            await self._assets.delete(list(keys))
        except (AppError, OSError) as error:
            log.warning("files without a record are left behind: {}", type(error).__name__)


def _part_rows(work: Claimed, parts: Mapping[GenerationType, Json]) -> list[Json]:
    """The finished rows of a package's parts; the package alone carries the unit."""
    return [
        {
            "id": uuid7(),
            "project_id": work.project_id,
            "user_id": work.user_id,
            "generation_type": kind,
            "input_data": {"package_id": str(work.generation_id)},
            "output_data": dict(answer),
            "status": GenerationStatus.SUCCESS,
            "quota_state": QuotaState.FREE,
            "models_used": answer["models_used"],
            "warnings": answer["warnings"],
        }
        for kind, answer in parts.items()
    ]
