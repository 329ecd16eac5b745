"""What image services send takes little memory: bodies without end, bombs, and many at once."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from aiohttp import web

from core.failover_manager import FailoverManager
from core.providers.image.remote import MAX_BASE64_BYTES, MAX_PICTURE_BYTES
from core.providers.room import MIB, Room
from tests.integration.test_providers.image_world import (
    FETCHED,
    PROVIDERS,
    REQUEST,
    SERVICES,
    failed,
    opened,
)
from tests.memory import peak_memory
from tests.simulators.http_server import HttpSimulator
from tests.simulators.pictures import picture, png_bomb, png_with_giant_chunk
from tests.simulators.recraft import Recraft

MODES = ["flood", "flood_as_told", "gzip_bomb"]
SIMULATOR = 8 * MIB  # runs in this process too


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """The most memory that was in use since the test began."""
    with peak_memory() as peak:
        yield peak


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("mode", MODES)
async def test_an_answer_without_end_is_cut_at_the_limit(
    name: str, mode: str, peak: Callable[[], int]
) -> None:
    service = SERVICES[name]()
    service.api.modes.append(mode)
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert peak() < 2 * MAX_BASE64_BYTES + SIMULATOR  # what has been read, and one piece unpacked


@pytest.mark.parametrize("name", [*FETCHED, "recraft"])
@pytest.mark.parametrize("mode", MODES)
async def test_a_picture_without_end_is_cut_at_the_limit(
    name: str, mode: str, peak: Callable[[], int]
) -> None:
    service = SERVICES[name]()
    if isinstance(service, Recraft):
        service.url_only = True
    service.results.modes.extend([mode] * 2)
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert service.results.seen
    assert peak() < 2 * MAX_PICTURE_BYTES + SIMULATOR


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_failure_tells_little(name: str, peak: Callable[[], int]) -> None:
    service = SERVICES[name]()

    async def flooded(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500, body=bytes(4 * MIB))

    service.api._handler = flooded
    async with service, opened(name, service) as provider:
        assert (await failed(provider)).kind == "bad_payload"
    assert peak() < SIMULATOR + 8 * MIB


class Shelf:
    """Large bodies that all begin, and of which none ends before it is told to."""

    def __init__(self, size: int, *, told: bool) -> None:
        self.size, self.told = size, told
        self.begun = asyncio.Semaphore(0)
        self.may_end = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if self.told:
            response.content_length = self.size
        await response.prepare(request)
        self.begun.release()
        for _ in range(self.size // MIB):
            await response.write(bytes(MIB))
        await self.may_end.wait()
        return response


@pytest.mark.parametrize("told", [True, False])
async def test_many_large_pictures_at_once_take_no_more_than_the_room(
    told: bool, peak: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Room(60)
    service, shelf = SERVICES["flux"](), Shelf(20 * MIB, told=told)
    service.results = HttpSimulator(shelf.answer)
    async with service, opened("flux", service, deadline_s=60) as provider:
        monkeypatch.setattr(provider._room, "get", lambda: room)
        outcomes = asyncio.gather(
            *(provider.generate(REQUEST) for _ in range(16)), return_exceptions=True
        )
        for _ in range(16):
            await shelf.begun.acquire()
        shelf.may_end.set()
        kinds = {getattr(outcome, "context", {}).get("kind") for outcome in await outcomes}
    assert kinds == {"bad_payload"}
    growing, last_copy, under_way = 60 * MIB * 5 // 4, 20 * MIB, 16 * MIB
    assert peak() < growing + last_copy + under_way + SIMULATOR
    assert room.free._value == 60


@pytest.mark.parametrize(
    "content",
    [png_bomb(10_000), png_with_giant_chunk(), picture()[:-200], b"GIF89a\1\0\1\0", b"<html>"],
    ids=["100 Mpx", "giant chunk", "truncated", "gif", "html"],
)
async def test_after_a_bomb_the_next_provider_is_asked(content: bytes) -> None:
    bad, good = SERVICES["flux"](), SERVICES["openai"]()
    bad.content = content
    async with bad, good, opened("flux", bad) as first, opened("openai", good) as second:
        manager = FailoverManager([first, second])
        made = await manager.generate(REQUEST)
    assert made.provider == "openai"
    assert manager.get_stats()["flux"]["failures"] == 1
