"""Keeps what each step of a running generation gave, so that nothing is paid for twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, cast

import orjson

from core.exceptions import AppError, UnavailableError
from core.usage import Usage
from database.job_models import Step, StepStatus
from database.repositories.generation_repository import Claimed, EndedStep
from database.unit_of_work import Database
from services.asset_store import AssetStore
from services.results import Json, PartT
from services.steps import startable
from services.usage_rows import usage_kept, usage_rows

# An outage of the database is waited for while the lease lasts.
_PATIENCE_S = 25.0
_PAUSE_S = 1.0


class LeaseLostError(Exception):
    """Another attempt works on this generation, or it has ended: nothing may be written."""


class GenerationJournal:
    """The journal of one attempt.

    `stored` are the keys of all files of this attempt, `files` of those that no kept step can refer
    to; `told` is called when there is something new to read.
    """

    def __init__(
        self,
        db_client: Database,
        assets: AssetStore,
        work: Claimed,
        told: Callable[[], None],
    ) -> None:
        self._db = db_client
        self._assets = assets
        self._work = work
        self._told = told
        self._known = dict(work.steps)
        self._ended = set(work.steps)
        self.files: set[str] = set()
        self.stored: set[str] = set()

    async def run(self, step: Step, inputs: Json, make: Callable[[], Awaitable[PartT]]) -> PartT:
        """What the step gave before, or gives now. Raises LeaseLostError, and what `make` does."""
        input_hash = self._hash(inputs)
        known = self._known.get(step)
        if known is not None and known["status"] == StepStatus.KEPT:
            return cast(PartT, await self._taken_over(step, input_hash, known["output"]))
        if known is not None and known["input_hash"] == input_hash:
            return cast(PartT, known["output"])
        started = time.perf_counter()
        work = self._work
        async with usage_kept(self._db, work.user_id, work.generation_id) as usage:
            part = await self._stored(await make())
            await self._record(step, input_hash, part, started, usage)
        return part

    async def failed(self, step: Step, error: AppError) -> None:
        """Tell that a step gave nothing and the work goes on without it."""
        await self._keep(
            EndedStep(
                step=step,
                status=StepStatus.FAILED,
                input_hash="",
                output=None,
                duration_ms=0,
                events=[("step.failed", {"step": step.value, "code": error.code})],
                usage=(),
            )
        )

    async def _taken_over(self, step: Step, input_hash: str, output: Json) -> Json:
        """A part of an earlier version; its files are copied, for each version has its own."""
        if "logos" not in output:
            return output
        started = time.perf_counter()
        part, keys = await self._assets.copied(output, self._work.user_id)
        self._note_files(keys)
        await self._record(step, input_hash, part, started, Usage())
        return part

    async def _stored(self, part: PartT) -> PartT:
        """The part with references in place of files."""
        if "logos" not in part:
            return part
        logos, keys = await self._assets.store_logos(part["logos"], self._work.user_id)
        self._note_files(keys)
        return cast(PartT, {**part, "logos": logos})

    def _note_files(self, keys: set[str]) -> None:
        self.files |= keys
        self.stored |= keys

    async def _record(  # all that a step leaves behind
        self,
        step: Step,
        input_hash: str,
        part: Mapping[str, Any],  # Any: JSON values
        started: float,
        usage: Usage,
    ) -> None:
        before = set(startable(self._work.generation_type, self._ended))
        self._ended.add(step)
        begun = [
            each
            for each in startable(self._work.generation_type, self._ended)
            if each not in before
        ]
        duration_ms = round((time.perf_counter() - started) * 1000)
        ended = EndedStep(
            step=step,
            status=StepStatus.COMPLETED,
            input_hash=input_hash,
            output=dict(part),
            duration_ms=duration_ms,
            events=[
                ("step.completed", {"step": step.value, "duration_ms": duration_ms}),
                *(("step.started", {"step": each.value}) for each in begun),
            ],
            usage=usage_rows(usage, self._work.user_id, self._work.generation_id),
        )
        # From here on the step may be on record, whatever is heard of it; then it needs its files.
        self.files -= set(kept_files([ended.output or {}]))
        await self._keep(ended)

    async def _keep(self, ended: EndedStep) -> None:
        """Write patiently. Raises LeaseLostError, and UnavailableError after the patience."""
        work, until = self._work, time.monotonic() + _PATIENCE_S
        while True:
            try:
                kept = await self._db.alone.generations.record_step(
                    work.generation_id, work.attempt, ended
                )
                break
            except UnavailableError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(_PAUSE_S)
        if not kept:
            raise LeaseLostError
        self._told()

    def _hash(self, inputs: Json) -> str:
        asked = [self._work.input_data, inputs]
        return sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).hexdigest()


def kept_files(steps: Sequence[Json]) -> list[str]:
    """The keys of all files that the outputs of steps refer to."""
    return [
        file["key"]
        for output in steps
        for logo in output.get("logos", ())
        for file in logo["files"]
    ]
