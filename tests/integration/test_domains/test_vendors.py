"""Every vendor's adapter against every way in which any service may fail, on a real socket."""

import asyncio
import gc
import logging
import tracemalloc
from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from core.providers import outbound
from core.providers.base import failure_kind
from core.providers.domain.cloudflare import CloudflareRegistrar
from core.providers.domain.network import open_api
from core.providers.domain.whoapi import WhoApi
from core.providers.domain.whoisxml import WhoisXml
from tests.integration.test_domains.vendor_world import (
    SECRETS,
    access,
    assert_no_secret,
    called,
    failure,
    made,
    opened,
)
from tests.simulators.http_server import deaf_host, gzip_bomb

pytestmark = pytest.mark.usefixtures("key_is_never_logged")
MEGABYTE = 1 << 20

PROVIDERS = ("whoisxml", "whoapi", "cloudflare", "porkbun")
EVERYWHERE = [
    ("hang", "timeout"),
    ("drip", "timeout"),
    ("reset", "transient"),
    ("html", "bad_payload"),
    ("empty", "bad_payload"),
    ("flood", "bad_payload"),
    ("gzip_bomb", "bad_payload"),
    ("400", "invalid_request"),
    ("401", "auth"),
    ("403", "auth"),
    ("404", "bad_payload"),
    ("302", "bad_payload"),
    ("408", "transient"),
    ("422", "invalid_request"),
    ("429", "rate_limited"),
    ("500", "transient"),
    ("502", "transient"),
    ("503", "transient"),
    ("529", "transient"),
]


@pytest.mark.parametrize(("mode", "kind"), EVERYWHERE)
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_what_any_service_may_do(
    stack: AsyncExitStack, provider: str, mode: str, kind: str
) -> None:
    gzip_bomb()  # compressed before the deadline of the call runs
    simulator, vendor = await opened(stack, provider)
    # The transport itself repeats a GET whose connection broke before any answer, once.
    calls = 2 if mode == "reset" and provider != "cloudflare" else 1
    simulator.modes.extend([mode] * calls)

    assert failure_kind(await failure(vendor)) == kind
    assert await called(vendor), "the next call is not affected"
    assert len(simulator.seen) == calls + 1, "an adapter tries nothing again"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_nobody_listens(stack: AsyncExitStack, provider: str) -> None:
    simulator, vendor = await opened(stack, provider)
    await simulator.__aexit__(None, None, None)

    assert failure_kind(await failure(vendor)) == "transient"


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_who_does_not_answer_the_call_is_left_at_the_connect_limit(
    stack: AsyncExitStack, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outbound._CONNECT_S == 3.0
    monkeypatch.setattr(outbound, "_CONNECT_S", 0.1)
    url = stack.enter_context(deaf_host())
    vendor = made(provider, url, call_seconds=10)
    stack.push_async_callback(vendor.aclose)
    loop = asyncio.get_running_loop()
    began = loop.time()

    assert failure_kind(await failure(vendor)) == "transient"
    assert loop.time() - began < 2


@pytest.mark.parametrize("mode", ["flood", "flood_as_told", "gzip_bomb"])
@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_body_without_end_costs_little_memory(
    stack: AsyncExitStack, provider: str, mode: str
) -> None:
    simulator, vendor = await opened(stack, provider)
    simulator.modes.append(mode)
    gzip_bomb()
    gc.collect()
    tracemalloc.start()
    try:
        await failure(vendor)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 * MEGABYTE


@pytest.mark.parametrize("provider", ["whoisxml", "whoapi", "cloudflare"])
async def test_no_key_goes_to_this_machine_unless_simulators_are_allowed(
    stack: AsyncExitStack, provider: str
) -> None:
    simulator, _ = await opened(stack, provider)
    vendor = open_api(replace(access(simulator.url, SECRETS[0], provider), loopback=False))
    stack.push_async_callback(vendor.aclose)

    assert isinstance(vendor, WhoisXml | WhoApi | CloudflareRegistrar)
    assert failure_kind(await failure(vendor)) == "bad_payload"
    assert simulator.seen == []


@pytest.mark.parametrize("provider", ["whoisxml", "whoapi", "cloudflare"])
async def test_a_wrong_key_is_said_so_and_not_shown(stack: AsyncExitStack, provider: str) -> None:
    simulator, vendor = await opened(stack, provider, key=SECRETS[0] + "-wrong")

    assert failure_kind(await failure(vendor)) == "auth"
    assert_no_secret(repr(vendor), repr(vars(vendor)), repr(access(simulator.url, SECRETS[0])))


@pytest.mark.parametrize(("provider", "secret"), [("whoisxml", SECRETS[0]), ("whoapi", SECRETS[1])])
async def test_even_loud_libraries_know_no_key(
    stack: AsyncExitStack, provider: str, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    simulator, vendor = await opened(stack, provider)
    for library in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio"):
        caplog.set_level(logging.DEBUG, library)

    await called(vendor)

    assert secret in simulator.seen[0].query.values()
    assert any("HTTP Request" in line for line in caplog.messages)
    assert not [line for line in caplog.messages if secret in line]
