"""Failover seen from the other side: what arrives at providers on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from aiohttp import web
from httpx_aiohttp import AiohttpTransport

from core.ai_manager import AIManager
from core.exceptions import ProviderUnavailableError
from core.providers.base import Completion, FailureKind, TextRequest
from core.usage import track_usage
from tests.integration.test_providers.image_world import FETCHED, REQUEST, SERVICES, opened
from tests.simulators.http_server import HttpSimulator
from tests.simulators.image_service import KEY

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(60)]


async def answer(request: web.Request) -> web.StreamResponse:
    if request["mode"] == "busy":
        return web.Response(status=429, headers={"Retry-After": "1"})
    return web.json_response({"text": "fine"})


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 0

    def __call__(self) -> float:
        return self.now


@dataclass
class SocketProvider:
    """The smallest adapter that there can be: it translates and repeats nothing."""

    name: str
    url: str
    client: httpx.AsyncClient
    seconds: list[float] = field(default_factory=list)

    @property
    def models(self) -> tuple[str, ...]:
        """One that nobody else has: equal models would be chosen by their health."""
        return (f"model of {self.name}",)

    async def complete(self, request: TextRequest) -> Completion:
        self.seconds.append(request.timeout_s)
        try:
            response = await self.client.post(self.url, timeout=request.timeout_s)
            response.raise_for_status()
            text = response.json()["text"]
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise ProviderUnavailableError(
                kind=_kind_of(status),
                retry_after=float(error.response.headers.get("retry-after", 0)),
            ) from error
        except httpx.TransportError as error:
            raise ProviderUnavailableError(kind="transient") from error
        except (ValueError, KeyError) as error:
            raise ProviderUnavailableError(kind="bad_payload") from error
        return Completion(text, self.name, request.model)


def _kind_of(status: int) -> FailureKind:
    return {401: "auth", 402: "quota", 429: "rate_limited"}.get(status, "transient")  # type: ignore[return-value]  # literals


class Scene:
    """Two providers and the manager that asks them."""

    def __init__(self, first: HttpSimulator, second: HttpSimulator) -> None:
        self.first, self.second, self.clock = first, second, Clock()

    async def open(self, stack: AsyncExitStack) -> None:
        client = httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False)
        await stack.enter_async_context(client)
        self.providers = [
            SocketProvider(name, simulator.url, client)
            for name, simulator in (("first", self.first), ("second", self.second))
        ]
        self.manager = AIManager(
            self.providers, deadline_s=0.5, overall_s=20, attempts=1, clock=self.clock
        )

    async def ask(self, times: int = 1) -> None:
        for _ in range(times):
            assert await self.manager.generate_text("hello") == "fine"

    @property
    def state(self) -> str:
        return self.manager.get_stats()["first"]["breaker"]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(HttpSimulator(answer)) for _ in range(2)]
        scene = Scene(*servers)
        await scene.open(stack)
        yield scene


@pytest.mark.parametrize(
    "mode", ["500", "502", "503", "529", "408", "reset", "hang", "drip", "html"]
)
async def test_a_breaker_opens_probes_and_closes_on_sockets(scene: Scene, mode: str) -> None:
    scene.first.modes.extend([mode] * 6)
    await scene.ask(8)
    assert (len(scene.first.seen), scene.state) == (5, "open")

    scene.clock.now += 31
    assert scene.state == "half-open"
    await scene.ask(2)
    assert (len(scene.first.seen), scene.state) == (6, "open"), "the probe failed"

    scene.clock.now += 61
    await scene.ask(2)
    assert (len(scene.first.seen), scene.state) == (8, "closed")


@pytest.mark.parametrize("mode", ["401", "402"])
async def test_a_refused_account_is_asked_once_in_ten_minutes(scene: Scene, mode: str) -> None:
    scene.first.modes.append(mode)
    await scene.ask(3)
    scene.clock.now += 599
    await scene.ask()
    assert len(scene.first.seen) == 1
    scene.clock.now += 2
    await scene.ask()
    assert len(scene.first.seen) == 2


async def test_a_dead_primary_costs_later_requests_no_call(scene: Scene) -> None:
    scene.first.modes.extend(["reset"] * 5)
    await scene.ask(5)
    with track_usage() as usage:
        await asyncio.gather(*(scene.ask() for _ in range(50)))

    assert len(scene.first.seen) == 5
    assert {record.provider for record in usage.records} == {"second"}
    assert len(usage.records) == 50


async def test_a_dead_primary_costs_later_requests_no_connection(scene: Scene) -> None:
    """Somebody listens there and hangs up at once, so that connections can be counted."""
    connected: list[object] = []

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.append(writer.get_extra_info("peername"))
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        scene.providers[0].url = f"http://{host}:{port}/"
        await scene.ask(5)
        before = len(connected)
        await asyncio.gather(*(scene.ask(10) for _ in range(10)))

        assert before >= 5
        assert len(connected) == before
        scene.clock.now += 31
        await scene.ask(2)
        assert len(connected) > before, "one trial, which fails"


async def test_a_host_that_nobody_answers_for_is_left_alone(scene: Scene) -> None:
    scene.providers[0].url = "http://127.0.0.1:1/"
    await scene.ask(7)

    assert scene.state == "open"
    assert len(scene.providers[0].seconds) == 5


async def test_one_request_makes_the_attempts_that_it_may_and_no_more(scene: Scene) -> None:
    manager = AIManager(scene.providers, attempts=3)
    scene.first.modes.extend(["503", "busy", "ok"])
    assert await manager.generate_text("hello") == "fine"
    assert (len(scene.first.seen), len(scene.second.seen)) == (3, 0)

    scene.first.modes.extend(["503"] * 9)
    assert await manager.generate_text("hello") == "fine"
    assert (len(scene.first.seen), len(scene.second.seen)) == (6, 1)
    assert manager.get_stats()["first"]["retries"] == 4


@pytest.mark.parametrize("name", FETCHED)
async def test_no_key_follows_an_address_that_a_provider_made_up(name: str) -> None:
    service = SERVICES[name]()

    async def picture(_: web.Request) -> web.StreamResponse:
        return web.Response(body=service.content, content_type="image/png")

    async with HttpSimulator(picture) as stranger, service, opened(name, service) as provider:
        service.result_url = f"{stranger.url}/picture.png"
        assert (await provider.generate(REQUEST)).files
    assert KEY in str(service.api.seen[0].headers)
    assert len(stranger.seen) == 1
    assert KEY not in f"{stranger.seen[0]} {stranger.seen[0].body!r}"


async def test_adapters_know_how_long_they_have(scene: Scene) -> None:
    await scene.ask()
    assert scene.providers[0].seconds == [pytest.approx(0.5)]
