"""An attempt that broke off leaves the files alone with which another one goes on."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import text

from core.exceptions import GenerationFailedError, UnavailableError
from database.job_models import Step
from database.models import GenerationType
from database.repositories.generation_repository import (
    Admission,
    EndedStep,
    GenerationRepository,
    NewGeneration,
)
from services import journal
from services.container import Container
from services.generation_makers import GenerationMakers
from services.generation_runner import GenerationRunner
from services.results import Journal, Json, LogoArtwork, LogoItem, Made
from tests.integration.test_generations.generation_rows import new_user
from utils.ids import uuid7

Then = Callable[[], Awaitable[None]]


class DrawsFirst:
    """Makes a logo, which is kept, and then whatever `then` does."""

    def __init__(self, then: Then) -> None:
        self._then = then

    async def make(self, _kind: GenerationType, _data: Json, journal: Journal) -> Made:
        async def draw() -> Json:
            files = [LogoArtwork("mark", "color", "svg", b"<svg/>")]
            return {"logos": [LogoItem(variation=1, family="", idea="", provider="", files=files)]}

        await journal.run(Step.LOGOS, {}, draw)
        await self._then()
        raise GenerationFailedError


async def files_after(container: Container, then: Then) -> list[Path]:
    """What is left of the files of an attempt that fails after it drew."""
    generations = container.database.alone.generations
    new = NewGeneration(
        id=uuid7(),
        user_id=await new_user(container.database, "founder@example.com"),
        generation_type=GenerationType.LOGO,
        input_data={},
        project_id=None,
        new_project_id=uuid7(),
        project_name="bread",
        description="bread",
        industry=None,
    )
    admission = Admission(owner="test", claimed=False)
    await generations.reserve(new, admission, unit_limit=2, window_minutes=1440)
    makers = cast(GenerationMakers, DrawsFirst(then))
    runner = GenerationRunner(container.database, container.assets, makers, owner="runner")
    await runner.run(new.id)
    storage = container.settings.data_dir / "storage"
    return [path for path in storage.rglob("*") if path.is_file()]


async def test_nothing_is_left_of_what_failed(container: Container) -> None:
    async def nothing() -> None:
        pass

    assert await files_after(container, nothing) == []


async def test_an_attempt_that_fails_after_it_lost_its_lease(container: Container) -> None:
    async def frozen() -> None:
        async with container.database.session() as session:
            await session.execute(text("update generations set attempt = attempt + 1"))

    assert len(await files_after(container, frozen)) == 1


async def test_a_step_that_was_recorded_unheard_before_the_database_went_away(
    container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_step = GenerationRepository.record_step

    async def unheard(self: GenerationRepository, *values: object) -> bool:
        generation_id, attempt, ended = values
        await record_step(self, generation_id, attempt, cast(EndedStep, ended))  # type: ignore[arg-type]  # as they came
        raise UnavailableError

    async def away(*_: object, **__: object) -> bool:
        raise UnavailableError

    async def nothing() -> None:
        pass

    monkeypatch.setattr(journal, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(GenerationRepository, "record_step", unheard)
    monkeypatch.setattr(GenerationRepository, "abandon", away)
    assert len(await files_after(container, nothing)) == 1
