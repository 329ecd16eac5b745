"""What processes tell each other about providers, through a real Redis."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import DomainSettings, Settings, TextSettings
from core.ai_manager import AIManager
from core.exceptions import AllProvidersFailedError, ProviderUnavailableError
from core.health_board import Opening
from core.providers.base import Completion, TextRequest
from core.redis_board import RedisBoard
from services.container import Container
from tests.running_service import ROOT
from tests.simulators import whoapi, whoisxml
from tests.simulators.dns_server import DnsServer
from tests.simulators.redis_server import RedisServer
from tests.simulators.whoapi import WhoApiSimulator
from tests.simulators.whoisxml import WhoisXmlSimulator

pytestmark = pytest.mark.timeout(60)

OTHER_PROCESS = """
import asyncio, sys
from core.health_board import Opening
from core.redis_board import RedisBoard

async def main():
    board = RedisBoard(sys.argv[1], "keys-1")
    board.tell("text", Opening("vendor", "small", 120, 2, "timeout"))
    await board.aclose()

asyncio.run(main())
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path) as server:
        yield server


@dataclass
class Vendor:
    """A text provider that fails with a kind, or answers."""

    kind: str | None = None
    retry_after: float = 0
    name: str = "vendor"
    models: tuple[str, ...] = ("small",)
    asked: list[TextRequest] = field(default_factory=list)

    async def complete(self, request: TextRequest) -> Completion:
        self.asked.append(request)
        if self.kind is not None:
            raise ProviderUnavailableError(kind=self.kind, retry_after=self.retry_after)
        return Completion("fine", self.name, request.model)


@asynccontextmanager
async def process(
    server: RedisServer, vendor: Vendor, group: str = "keys-1"
) -> AsyncIterator[AIManager]:
    """What one process of the service has: a board and a manager of its own."""
    board = RedisBoard(server.url, group)
    manager = AIManager([vendor], attempts=1, board=board)
    board.wake()
    try:
        yield manager
    finally:
        await board.aclose()


def state(manager: AIManager) -> str:
    return manager.get_stats()["vendor"]["breaker"]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def fail(manager: AIManager, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(AllProvidersFailedError):
            await manager.generate_parallel([("hello", "small")])


@pytest.mark.asyncio
@pytest.mark.parametrize(("kind", "failures"), [("timeout", 5), ("auth", 1), ("quota", 1)])
async def test_what_one_process_finds_out_spares_the_other_every_call(
    server: RedisServer, kind: str, failures: int
) -> None:
    sick, healthy = Vendor(kind), Vendor()
    async with process(server, sick) as first, process(server, healthy) as second:
        await second.generate_text("hello")
        await fail(first, failures)
        await until(lambda: state(second) == "open")

        await fail(second, 3)
        assert len(healthy.asked) == 1
        known, heard = (m.get_stats()["vendor"]["models"]["small"] for m in (first, second))
        assert heard["retry_after_s"] == pytest.approx(known["retry_after_s"], abs=1)
        assert heard["openings"] == known["openings"]


@pytest.mark.asyncio
async def test_a_hint_is_shared_and_ends_when_it_says(server: RedisServer) -> None:
    busy, healthy = Vendor("rate_limited", retry_after=0.6), Vendor()
    async with process(server, busy) as first, process(server, healthy) as second:
        await fail(first)
        await until(lambda: state(second) == "open")
        await until(lambda: state(second) == "half-open")

        assert await second.generate_text("hello") == "fine"
        assert state(second) == "closed"


@pytest.mark.asyncio
async def test_who_begins_later_knows_what_was_told_before(server: RedisServer) -> None:
    async with process(server, Vendor("timeout")) as first:
        await fail(first, 5)
    async with process(server, Vendor()) as later, process(server, Vendor(), "keys-2") as other:
        await until(lambda: state(later) == "open")
        await asyncio.sleep(0.2)

        assert state(other) == "closed", "another key, another account"


@pytest.mark.asyncio
async def test_another_operating_system_process_is_heard(server: RedisServer) -> None:
    async with process(server, Vendor()) as here:
        await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", OTHER_PROCESS, server.url],
            cwd=ROOT,
            check=True,
            timeout=50,
        )
        await until(lambda: state(here) == "open")

        assert here.get_stats()["vendor"]["models"]["small"]["openings"] == 2


@pytest.mark.asyncio
async def test_without_redis_everything_goes_on_and_it_is_taken_up_again(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.redis_board._LONGEST_PAUSE_S", 0.1)
    sick, healthy = Vendor("timeout"), Vendor()
    async with process(server, sick) as first, process(server, healthy) as second:
        await second.generate_text("hello")
        server.stop()
        assert await second.generate_text("hello") == "fine"
        await fail(first, 5)
        assert (state(first), state(second)) == ("open", "closed")

        server.start()
        third = RedisBoard(server.url, "keys-1")
        await asyncio.sleep(1.5)
        third.tell("text", Opening("vendor", "small", 60, 1, "timeout"))
        await until(lambda: state(second) == "open")
        await third.aclose()


@pytest.mark.asyncio
async def test_nonsense_on_the_channel_is_passed_over(server: RedisServer) -> None:
    import redis.asyncio

    channel = "providers:{keys-1}:channel"
    async with process(server, Vendor()) as here, redis.asyncio.Redis.from_url(server.url) as rogue:
        async with asyncio.timeout(20):
            while await rogue.pubsub_numsub(channel) != [(channel.encode(), 1)]:
                await asyncio.sleep(0.01)
        for nonsense in (b"\xff", b"{}", b"[1,2,3,4]", b'["x",1,"[]","[]"]', b'["x",1e9,"[1]"]'):
            await rogue.publish(channel, nonsense)
        board = RedisBoard(server.url, "keys-1")
        board.tell("text", Opening("unknown", "small", 60, 1, "timeout"))
        board.tell("text", Opening("vendor", "small", 60, 1, "timeout"))
        await until(lambda: state(here) == "open")
        await board.aclose()


@pytest.mark.asyncio
async def test_containers_with_the_same_keys_share_and_others_do_not(
    server: RedisServer, make_settings: Callable[..., Settings]
) -> None:
    def container(key: str) -> Container:
        text = TextSettings(TEXT_API_KEY=key, TEXT_MODEL_1="a/b", TEXT_API_URL="http://127.0.0.1:1")
        return Container(make_settings(text=text, redis_url=SecretStr(server.url)))

    def breaker(made: Container) -> str:
        return made.ai.get_stats()["openrouter"]["breaker"]

    first, second, other = container("sk-1"), container("sk-1"), container("sk-2")
    for made in (second, other):
        assert breaker(made) == "closed"
        made.health_board.wake()
    with pytest.raises(AllProvidersFailedError):
        await first.ai.generate_parallel([("hello", "a/b")])
    with pytest.raises(AllProvidersFailedError):
        await first.ai.generate_parallel([("hello", "a/b")])

    await until(lambda: breaker(second) == "open")
    await asyncio.sleep(0.2)
    assert breaker(other) == "closed"
    for made in (first, second, other):
        await made.aclose()


@pytest.mark.asyncio
async def test_domain_services_share_theirs_too(
    server: RedisServer, make_settings: Callable[..., Settings]
) -> None:
    async with DnsServer() as dns, WhoisXmlSimulator() as vendor, WhoApiSimulator() as other:
        domains = DomainSettings(
            DNS_NAMESERVERS=[dns.address],
            DOMAIN_API_1_PROVIDER="whoisxml", DOMAIN_API_1_KEY=whoisxml.KEY,
            DOMAIN_API_1_URL=vendor.url,
            DOMAIN_API_2_PROVIDER="whoapi", DOMAIN_API_2_KEY=whoapi.KEY,
            DOMAIN_API_2_URL=other.url,
        )  # fmt: skip
        settings = make_settings(
            domains=domains, redis_url=SecretStr(server.url), providers_on_loopback=True
        )
        first, second = Container(settings), Container(settings)
        assert second.domains.get_stats()["whoisxml"]["breaker"] == "closed"
        second.health_board.wake()
        vendor.modes.append("402")
        await first.domains.check_batch(["brand.so"])

        await until(lambda: second.domains.get_stats()["whoisxml"]["breaker"] == "open")
        assert second.domains.get_stats()["whoapi"]["breaker"] == "closed"
        (result,) = await second.domains.check_batch(["other.so"])
        assert (result["source"], len(vendor.seen)) == ("whoapi", 1)
        for made in (first, second):
            await made.aclose()


def test_a_url_that_is_none_of_redis_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="URL"):
        RedisBoard("http://127.0.0.1", "keys-1")
