"""Three pictures at once: what is on record when one of them, or all, are broken off."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import Mock

import pytest

from core.ai_manager import AIManager
from core.engine_pool import ThreadEngine
from core.exceptions import InvalidInputError, ProviderRejectedError
from core.failover_manager import FailoverManager
from core.providers.base import GeneratedImage, ImageRequest
from core.research_loader import ResearchLoader
from core.usage import track_usage
from research.loader import ResearchDocument
from services.logo_service import LogoService
from tests.unit.test_core.chain_world import virtually


@dataclass
class Painter:
    """Paints for hours and needs some time to put the brush down; it refuses the `refused`."""

    refused: int = 0
    name: str = "painter"
    asked: list[ImageRequest] = field(default_factory=list)

    async def generate(self, request: ImageRequest) -> GeneratedImage:
        self.asked.append(request)
        variation = request.task.variation if request.task else 0
        try:
            await asyncio.sleep(1 if variation == self.refused else 100)
        except asyncio.CancelledError:
            await asyncio.sleep(variation)
            raise
        raise ProviderRejectedError("This name cannot be set.", kind="invalid_request")


def asking(painter: Painter, folder: Path) -> Callable[[], Awaitable[object]]:
    failover = FailoverManager([painter])
    service = LogoService(
        AIManager([]),
        ResearchLoader([ResearchDocument("logo", "", ())], folder),
        Mock(),  # it asks no database
        failover,
        engine=ThreadEngine(),
    )
    colors = {"primary": "#1f3a2e", "secondary": "#c98b4a", "accent": "#e4572e"}
    return lambda: service.generate(description="A bakery", name="Rye", colors=colors, seed=7)


def test_a_generation_that_is_broken_off_has_all_its_pictures_on_record(tmp_path: Path) -> None:
    async def scenario() -> None:
        ask = asking(Painter(), tmp_path)
        with track_usage() as usage:
            work = asyncio.ensure_future(ask())
            await asyncio.sleep(2)
            work.cancel()
            with pytest.raises(asyncio.CancelledError):
                await work
            assert [call.outcome for call in usage.records] == ["cancelled"] * 3

    virtually(scenario)


def test_a_picture_that_nobody_can_make_ends_the_others_on_record(tmp_path: Path) -> None:
    async def scenario() -> None:
        ask = asking(Painter(refused=2), tmp_path)
        with track_usage() as usage:
            with pytest.raises(InvalidInputError, match="cannot be set"):
                await ask()
            assert [call.outcome for call in usage.records] == [
                "invalid_request", "cancelled", "cancelled",
            ]  # fmt: skip

    virtually(scenario)
