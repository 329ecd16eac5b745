"""What is said of every part: configured, reachable, used; and never a secret."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from config.settings import (
    DatabaseSettings,
    DomainSettings,
    Settings,
    SupabaseSettings,
    TextSettings,
)
from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.probe import Target, models_target, probe, probe_adapter, probe_redis
from services.container import Container
from services.settings_check import PartReport, is_degraded, lines
from tests.running_service import ROOT, free_port
from tests.simulators.http_server import HttpSimulator
from tests.simulators.redis_server import RedisServer

pytestmark = pytest.mark.timeout(60)

KEY = "sk-canary-1234"
PARTS = [
    "database", "accounts", "files", "text models", "image providers", "domains", "domain prices",
    "jobs", "completion mail", "limits",
]  # fmt: skip


async def answer(request: web.Request) -> web.StreamResponse:
    if request["mode"] == "elsewhere":
        return web.Response(status=302, headers={"Location": request.query["to"]})
    if request.headers.get("Authorization") != f"Bearer {KEY}":
        return web.json_response({"error": {"code": 401, "message": f"no {KEY}"}}, status=401)
    return web.json_response({"data": {}})


@pytest.fixture
async def service() -> AsyncIterator[HttpSimulator]:
    async with HttpSimulator(answer) as simulator:
        yield simulator


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("mode", "key", "state"),
    [
        ("ok", KEY, "reachable"),
        ("ok", "sk-other", "key refused"),
        ("404", KEY, "reachable"),
        ("429", KEY, "reachable"),
        ("402", KEY, "reachable"),
        ("403", KEY, "key refused"),
        ("500", KEY, "not reachable"),
        ("reset", KEY, "not reachable"),
        ("hang", KEY, "not reachable"),
        ("drip", KEY, "reachable"),
        ("flood", KEY, "reachable"),
    ],
)
async def test_an_outside_service_is_asked_within_the_deadline(
    service: HttpSimulator, monkeypatch: pytest.MonkeyPatch, mode: str, key: str, state: str
) -> None:
    monkeypatch.setattr("core.providers.probe.PROBE_TIMEOUT_S", 0.5)
    service.modes.extend([mode] * 2)  # the transport repeats a GET whose connection broke

    assert await probe(models_target("other", service.url, SecretStr(key))) == state
    assert {seen.path for seen in service.seen} == {"/models"}


@pytest.mark.asyncio
async def test_a_key_follows_no_redirect(service: HttpSimulator) -> None:
    async with HttpSimulator(answer) as stranger:
        service.modes.append("elsewhere")
        target = Target(f"{service.url}/key?to={stranger.url}/", SecretStr(KEY))

        assert await probe(target) == "reachable"
        assert (len(service.seen), stranger.seen) == (1, [])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (None, "reachable"),
        (ProviderUnavailableError(KEY, kind="auth"), "key refused"),
        (ProviderUnavailableError(KEY, kind="quota"), "reachable"),
        (ProviderUnavailableError(KEY, kind="timeout"), "not reachable"),
        (ProviderUnavailableError(KEY), "not reachable"),
        (ProviderRejectedError(KEY), "reachable"),
        (TimeoutError(KEY), "not reachable"),
    ],
)
async def test_an_adapters_own_free_call_says_how_it_is(
    failure: Exception | None, state: str
) -> None:
    async def ask() -> None:
        if failure is not None:
            raise failure

    assert await probe_adapter(ask) == state


@pytest.mark.parametrize(
    ("provider", "key", "path"),
    [
        ("openrouter", KEY, "/v1/key"),
        ("openrouter", None, "/v1/models"),
        ("ollama", None, "/v1/models"),
    ],
)
def test_the_free_request_of_an_endpoint_is_used(provider: str, key: str | None, path: str) -> None:
    target = models_target(provider, "http://127.0.0.1:9/v1/", SecretStr(key) if key else None)

    assert target.url == f"http://127.0.0.1:9{path}"
    assert ("Authorization" in target.headers()) is (key is not None)
    assert KEY not in repr(target)


@pytest.mark.asyncio
async def test_redis_is_asked_with_its_password(tmp_path: Path) -> None:
    with RedisServer(tmp_path) as server:
        assert await probe_redis(SecretStr(server.url)) == "reachable"
        server.stop()
        assert await probe_redis(SecretStr(server.url)) == "not reachable"
    assert await probe_redis(SecretStr("nonsense")) == "not reachable"


async def reports(settings: Settings) -> dict[str, PartReport]:
    container = Container(settings)
    try:
        found = await container.health.check()
    finally:
        await container.aclose()
    assert [report["part"] for report in found] == PARTS
    text = f"{found} {lines(found)}"
    assert "canary" not in text
    return {report["part"]: report for report in found}


def nothing_but_loopback(**more: Any) -> dict[str, Any]:  # Any: settings
    return {"domains": DomainSettings(DNS_NAMESERVERS=["127.0.0.1"])} | more


@pytest.mark.asyncio
async def test_with_nothing_configured_the_embedded_parts_do_the_work(
    make_settings: Callable[..., Settings],
) -> None:
    found = await reports(make_settings(**nothing_but_loopback()))

    assert found["text models"]["using"] == "the built-in engine"
    assert found["image providers"]["using"] == "the built-in engine"
    assert found["accounts"]["using"] == "local accounts"
    assert found["jobs"]["using"].startswith("this process")
    assert found["database"]["configured"][0]["state"] == "reachable"


@pytest.mark.asyncio
async def test_what_can_be_reached_is_used_and_what_cannot_is_replaced(
    make_settings: Callable[..., Settings], service: HttpSimulator
) -> None:
    def text(key: str, url: str = "") -> TextSettings:
        return TextSettings(TEXT_API_KEY=key, TEXT_API_URL=url or service.url, TEXT_MODEL_1="a/b")

    good = await reports(make_settings(**nothing_but_loopback(text=text(KEY))))
    assert good["text models"]["using"] == "openrouter with a/b"

    for settings, state in (
        (text("sk-canary-wrong"), "key refused"),
        (text(KEY, f"http://127.0.0.1:{free_port()}"), "not reachable"),
    ):
        bad = (await reports(make_settings(**nothing_but_loopback(text=settings))))["text models"]
        assert bad["configured"] == [{"name": "openrouter with a/b", "state": state}]
        assert bad["using"] == "the built-in engine"
        assert is_degraded([bad])


@pytest.mark.asyncio
async def test_a_database_that_is_down_has_no_stand_in(
    make_settings: Callable[..., Settings],
) -> None:
    url = "postgresql://user:canary@127.0.0.1:1/nowhere"
    database = DatabaseSettings(DATABASE_URL=url)
    redis_url = SecretStr("redis://:canary@127.0.0.1:1/0")
    found = await reports(
        make_settings(**nothing_but_loopback(database=database, redis_url=redis_url))
    )

    assert found["database"]["configured"][0]["state"] == "not reachable"
    assert found["database"]["using"] == "nothing until it is back"
    assert found["jobs"]["using"] == "the database, until they can be reached"


@pytest.mark.asyncio
async def test_half_a_setting_is_named(make_settings: Callable[..., Settings]) -> None:
    found = await reports(
        make_settings(
            **nothing_but_loopback(
                supabase=SupabaseSettings(SUPABASE_URL="https://canary.supabase.co"),
                text=TextSettings(TEXT_API_KEY=KEY),
            )
        )
    )

    assert found["accounts"]["problem"] == (
        "SUPABASE_URL is set without SUPABASE_KEY, SUPABASE_SERVICE_KEY"
    )
    assert found["text models"]["problem"] == "TEXT_API_KEY is set without TEXT_MODEL_1"


def test_the_command_line_says_one_line_a_part_and_leaves_no_file(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(tmp_path / "data"),
        "DNS_NAMESERVERS": '["127.0.0.1"]',
        "TEXT_API_KEY": KEY,
        "TEXT_MODEL_1": "a/b",
        "TEXT_API_URL": f"http://127.0.0.1:{free_port()}",
        "REDIS_URL": f"redis://:canary@127.0.0.1:{free_port()}/0",
    }
    done = subprocess.run(
        [sys.executable, ROOT / "main.py", "--check-config"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=True,
    )

    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == PARTS
    assert "text models: openrouter with a/b (not reachable); used: the built-in" in done.stdout
    assert "canary" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
