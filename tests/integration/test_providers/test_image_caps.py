"""Accounts with a limit of their own: it is kept, and nobody waits long who may go elsewhere."""

import asyncio

import pytest
from aiohttp import web
from pydantic import SecretStr

from config.settings import Settings
from core.engine_pool import ThreadEngine
from core.failover_manager import FailoverManager
from core.providers.image.access import ImageAccess
from core.providers.image.configured import open_image_apis
from core.providers.image.remote import RemoteImageProvider
from services.container import Container
from tests.integration.test_providers.image_world import REQUEST, opened
from tests.simulators.flux import Flux
from tests.simulators.ideogram import Ideogram
from tests.simulators.image_service import KEY


async def drawn_at_once(provider: RemoteImageProvider, count: int) -> None:
    """Raises when one of the pictures does not come."""
    assert provider.cap is not None
    manager = FailoverManager([provider], caps={provider.name: provider.cap}, attempts=1)
    await asyncio.gather(*(manager.generate(REQUEST) for _ in range(count)))


async def test_flux_never_has_more_than_twenty_active_tasks() -> None:
    service = Flux()
    service.statuses = ["Pending", "Pending", "Ready"]
    seen: list[int] = []
    poll = service.poll

    async def watched(request: web.Request) -> web.StreamResponse:
        seen.append(service.active)
        return await poll(request)

    service.polls._handler = watched
    async with service, opened("flux", service, deadline_s=60) as provider:
        await drawn_at_once(provider, 40)
    assert 1 < max(seen) <= 20


async def test_ideogram_never_has_more_than_eight_pictures_in_flight() -> None:
    service = Ideogram()
    service.drawing_s = 0.05
    async with service, opened("ideogram", service, deadline_s=60) as provider:
        await drawn_at_once(provider, 24)
    assert 1 < service.most_in_flight <= 8


def apis(*models: tuple[str, str, str | None]) -> list[RemoteImageProvider]:
    accesses = [ImageAccess(name, SecretStr(key), None, model) for name, key, model in models]
    return open_image_apis(accesses, ThreadEngine())


def test_what_one_key_takes_is_shared_by_all_that_use_it() -> None:
    first, second, other, ideogram, free = apis(
        ("flux", "a", None),
        ("flux", "a", "flux-3-image"),
        ("flux", "b", None),
        ("ideogram", "a", None),
        ("openai", "a", None),
    )
    assert first.cap == second.cap
    assert len({first.cap, other.cap, ideogram.cap}) == 3
    assert free.cap is None
    assert "'a'" not in repr(first.cap)


def test_the_small_limit_of_one_model_fits_into_that_of_the_account() -> None:
    flux, small = apis(("flux", "a", None), ("flux", "a", "flux-kontext-max"))
    assert flux.cap is not None
    assert small.cap is not None
    assert small.cap.calls <= 6
    assert flux.cap.calls + small.cap.calls <= 24


def test_the_service_keeps_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("flux", "flux", "stability"), start=1):
        monkeypatch.setenv(f"IMAGE_API_{number}_PROVIDER", name)
        monkeypatch.setenv(f"IMAGE_API_{number}_KEY", KEY)
    container = Container(Settings())
    caps = container.failover._chain._limits.caps
    assert {name: cap.calls for name, cap in caps.items()} == {"flux": 20, "flux-2": 20}
