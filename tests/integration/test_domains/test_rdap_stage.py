"""The RDAP stage against a server that answers or misbehaves, over both transports."""

import asyncio

import httpx
import pytest

from core.providers.domain.base import LifeSigns, RdapVerdict
from core.providers.domain.bootstrap import RdapDirectory, RdapServer
from core.providers.domain.rdap import RdapStage
from tests.integration.test_domains.conftest import (
    LOOPBACK,
    UNHURRIED,
    Transport,
    directory,
    name,
    now,
)
from tests.memory import peak_memory
from tests.simulators.rdap_server import (
    HTML,
    RdapSimulator,
    Send,
    cut_off,
    drip,
    gzip_bomb,
    hang,
    huge_body,
    not_found,
    record,
    redirect,
    registered,
    reply,
    throttled,
)

R = RdapVerdict


async def ask(stage: RdapStage, domain: str = "brand.com") -> tuple[RdapVerdict, str]:
    answer = await stage.look_up(name(domain), now() + 8.0)
    return answer.verdict, answer.evidence.detail


@pytest.mark.parametrize(
    ("domain", "send", "verdict", "detail", "requests"),
    [
        ("brand.com", registered(), R.REGISTERED, "registered", 1),
        ("brand.com", not_found(), R.NOT_FOUND, "http_404", 1),
        ("brand.com", reply(404), R.NOT_FOUND, "http_404", 1),
        ("brand.com", reply(404, HTML, "text/html"), R.NOT_FOUND, "http_404", 1),
        ("brand.io", not_found(), R.NOT_FOUND_LOW_TRUST, "http_404_unlisted_host", 1),
        ("brand.io", reply(404, HTML, "text/html"), R.FAILED, "http_404_page", 1),
        ("brand.com", reply(200, record("other.com")), R.FAILED, "other_name", 1),
        ("brand.com", reply(200, HTML, "text/html"), R.FAILED, "not_json", 1),
        ("brand.com", reply(400), R.FAILED, "http_400", 1),
        ("brand.com", reply(403), R.FAILED, "http_403", 1),
        ("brand.com", reply(500), R.FAILED, "http_500", 2),
        ("brand.com", throttled(), R.RATE_LIMITED, "http_429", 2),
        ("brand.com", throttled("3600"), R.RATE_LIMITED, "http_429", 1),
        ("brand.com", gzip_bomb(), R.FAILED, "body_too_large", 1),
        ("brand.com", huge_body(), R.FAILED, "body_too_large", 1),
        ("brand.com", cut_off(), R.FAILED, "connection_failed", 2),
        ("brand.com", reply(200, b"x", headers={"Content-Encoding": "br"}), R.FAILED,
         "unknown_content_encoding", 1),
        ("brand.com", reply(200, b"not gzip", headers={"Content-Encoding": "gzip"}), R.FAILED,
         "body_badly_packed", 1),
        ("brand.com", redirect("http://127.0.0.2:1/{domain}"), R.FAILED, "address_not_allowed", 1),
        ("brand.com", redirect("https://relay.test/{domain}"), R.FAILED, "address_not_allowed", 1),
        ("brand.com", redirect("file:///etc/passwd"), R.FAILED, "address_not_allowed", 1),
        ("brand.com", redirect("https://x:port/"), R.FAILED, "connection_failed", 2),
        ("brand.com", redirect("{domain}"), R.FAILED, "too_many_redirects", 3),
        ("brand.com", reply(302), R.FAILED, "http_302", 1),
        ("brand.so", registered(), R.NO_SERVER, "no_rdap_for_tld", 0),
    ],
)  # fmt: skip
async def test_answers(
    stage: RdapStage,
    rdap: RdapSimulator,
    domain: str,
    send: Send,
    verdict: RdapVerdict,
    detail: str,
    requests: int,
) -> None:
    rdap.script(domain, send)

    assert await ask(stage, domain) == (verdict, detail)
    assert rdap.asked(domain) == requests


@pytest.mark.parametrize("send", [gzip_bomb(), huge_body(3 * 1024)], ids=["bomb", "3 GB"])
async def test_a_body_without_end_takes_little_memory(
    stage: RdapStage, rdap: RdapSimulator, send: Send
) -> None:
    rdap.script("brand.com", send)

    with peak_memory() as peak:
        assert await ask(stage) == (R.FAILED, "body_too_large")
        assert peak() < 8 << 20


async def test_a_second_try_after_an_outage_may_succeed(
    stage: RdapStage, rdap: RdapSimulator
) -> None:
    rdap.script("brand.com", reply(503), registered("redemption period"))

    answer = await stage.look_up(name("brand.com"), now() + 8.0)

    assert (answer.verdict, answer.lifecycle) == (R.REGISTERED, "redemption")
    assert answer.registrar == "Example Registrar"


async def test_two_redirects_are_followed(stage: RdapStage, rdap: RdapSimulator) -> None:
    rdap.script("brand.com", redirect("step"), registered())
    rdap.script("step", redirect(f"{rdap.base}domain/brand.com", 307))

    assert await ask(stage) == (R.REGISTERED, "registered")
    assert rdap.domains == ["brand.com", "step", "brand.com"]


@pytest.mark.parametrize("send", [hang(), drip()])
async def test_no_server_holds_a_call_longer_than_its_time(
    rdap: RdapSimulator, transport: Transport, send: Send
) -> None:
    rdap.script("brand.com", send, not_found())
    stage = RdapStage(
        httpx.AsyncClient(transport=transport()),
        directory(rdap),
        UNHURRIED,
        LifeSigns(),
        http_hosts=LOOPBACK,
        call_seconds=0.4,
    )

    assert await ask(stage) == (R.NOT_FOUND, "http_404")
    (first, _), (second, _) = rdap.log
    assert second - first >= 0.39
    await stage.aclose()


async def test_a_host_that_forbids_us_is_left_alone(stage: RdapStage, rdap: RdapSimulator) -> None:
    rdap.script("brand.com", reply(403))

    await ask(stage)

    assert await ask(stage, "other.com") == (R.FAILED, "host_paused")
    assert rdap.domains == ["brand.com"]


async def test_a_host_that_cannot_be_reached_is_left_alone_after_two_tries(
    rdap: RdapSimulator, transport: Transport
) -> None:
    gone = RdapSimulator()
    async with gone:
        addresses = RdapDirectory({"com": RdapServer(gone.base), "net": RdapServer(rdap.base)})
    client = httpx.AsyncClient(transport=transport())
    stage = RdapStage(client, addresses, UNHURRIED, LifeSigns(), http_hosts=LOOPBACK)

    answers = [await ask(stage, f"brand{i}.com") for i in range(3)]

    assert answers == [(R.FAILED, "unreachable")] * 2 + [(R.FAILED, "host_paused")]
    await stage.aclose()


async def test_without_permission_plain_http_is_never_spoken(
    rdap: RdapSimulator, transport: Transport
) -> None:
    client = httpx.AsyncClient(transport=transport())
    stage = RdapStage(client, directory(rdap), UNHURRIED, LifeSigns())

    assert await ask(stage) == (R.FAILED, "address_not_allowed")
    assert rdap.log == []
    await stage.aclose()


async def test_what_is_asked(stage: RdapStage, rdap: RdapSimulator) -> None:
    await ask(stage, "bücher.com")

    assert rdap.domains == ["xn--bcher-kva.com"]
    assert rdap.headers["accept"].startswith("application/rdap+json")
    assert rdap.headers["accept-encoding"] == "identity"
    assert "cookie" not in rdap.headers


async def test_a_lost_client_leaves_the_host_free(stage: RdapStage, rdap: RdapSimulator) -> None:
    rdap.script("slow.com", hang())
    for _ in range(10):
        lost = asyncio.create_task(stage.look_up(name("slow.com"), now() + 8.0))
        await asyncio.sleep(0.02)
        lost.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lost

    assert await ask(stage) == (R.NOT_FOUND, "http_404")
