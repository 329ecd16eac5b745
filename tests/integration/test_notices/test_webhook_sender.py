"""One message to a stranger's address: signed, bounded, and never to the inside."""

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import web

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers import outbound
from core.providers.addresses import PublicHosts
from core.providers.notices import webhook
from core.providers.notices.base import Endpoint, WebhookGoneError
from core.providers.notices.webhook import WebhookSender, signature
from tests.integration.test_providers.test_outbound import HOST, certificate
from tests.simulators.http_server import deaf_host
from tests.simulators.webhook_receiver import WebhookReceiver, canary
from tests.unit.test_core.test_addresses import Told

# Of the specification's text; signed with another implementation (openssl dgst -sha256 -hmac).
KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ID = UUID("019b3c69-0000-7000-8000-000000000000")
BODY = json.dumps(
    {"type": "webhook.test", "timestamp": "2026-11-24T09:30:00Z", "data": {}}
).encode()


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with WebhookReceiver() as simulator:
        simulator.secret = SECRET
        yield simulator


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(PublicHosts(loopback=True))
    yield sender
    await sender.aclose()


async def refusal(sender: WebhookSender, url: str) -> AppError:
    with pytest.raises((ProviderUnavailableError, ProviderRejectedError)) as caught:
        await sender.send(Endpoint(url, KEY), ID, BODY)
    return caught.value


async def test_a_message_is_verified_by_who_knows_the_secret(
    receiver: WebhookReceiver, sender: WebhookSender
) -> None:
    endpoint = Endpoint(receiver.address, KEY)
    assert await sender.send(endpoint, ID, BODY) == 204
    assert await sender.send(endpoint, ID, BODY) == 204

    assert receiver.messages == {str(ID): json.loads(BODY)}
    seen = receiver.seen[0]
    assert (seen.method, seen.path, seen.query) == ("POST", "/hooks/brands", {"from": "tests"})
    assert seen.body == BODY
    assert seen.headers["content-type"] == "application/json"
    assert {one.headers["webhook-id"] for one in receiver.seen} == {str(ID)}


async def test_a_message_with_another_key_or_time_is_not_genuine(
    receiver: WebhookReceiver, sender: WebhookSender
) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await sender.send(Endpoint(receiver.address, KEY[::-1]), ID, BODY)
    late = WebhookSender(PublicHosts(loopback=True), clock=lambda: 1_700_000_000.9)
    assert (await refusal(late, receiver.address)).context["status"] == 401
    await late.aclose()

    assert caught.value.context["status"] == 401
    assert receiver.seen[1].headers["webhook-timestamp"] == "1700000000"
    assert receiver.messages == {}


def test_the_signature_is_that_of_another_implementation() -> None:
    assert signature(KEY, ID, 1_700_000_000, b'{"a":1}') == (
        "v1,XF5WEQWnZjwlmkzjRj+hqginkBf1Da0bexgoph7uFyk="
    )


@pytest.mark.parametrize("mode", ["400", "401", "403", "404", "408", "425", "429", "500", "503"])
async def test_refusals_may_be_repaired(
    receiver: WebhookReceiver, sender: WebhookSender, mode: str
) -> None:
    receiver.modes.append(mode)
    error = await refusal(sender, receiver.address)

    assert isinstance(error, ProviderUnavailableError)
    assert error.context["status"] == int(mode)
    assert "retry_after" not in error.context


@pytest.mark.parametrize(
    ("mode", "wait"), [("429:7", 7), ("503:86400", 3_600), ("429:-5", None), ("429:soon", None)]
)
async def test_a_receiver_says_how_long_to_wait_but_not_for_ever(
    receiver: WebhookReceiver, sender: WebhookSender, mode: str, wait: float | None
) -> None:
    receiver.modes.append(mode)
    assert (await refusal(sender, receiver.address)).context.get("retry_after") == wait


async def test_a_receiver_that_is_gone_says_so(
    receiver: WebhookReceiver, sender: WebhookSender
) -> None:
    receiver.modes.append("410")
    assert isinstance(await refusal(sender, receiver.address), WebhookGoneError)


@pytest.mark.parametrize("mode", ["drip", "flood", "flood_as_told", "html"])
async def test_what_a_receiver_says_besides_its_status_is_not_waited_for(
    receiver: WebhookReceiver, sender: WebhookSender, mode: str
) -> None:
    receiver.modes.append(mode)
    assert await sender.send(Endpoint(receiver.address, KEY), ID, BODY) == 200


@pytest.mark.parametrize(("mode", "kind"), [("hang", "timeout"), ("reset", "transient")])
async def test_who_gives_no_answer_is_left(
    receiver: WebhookReceiver, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch,
    mode: str, kind: str,
) -> None:  # fmt: skip
    assert webhook._DEADLINE_S == 10.0
    if mode == "hang":
        monkeypatch.setattr(webhook, "_DEADLINE_S", 0.3)
    receiver.modes.append(mode)
    error = await refusal(sender, receiver.address)

    assert isinstance(error, ProviderUnavailableError)
    assert error.context["kind"] == kind


async def test_who_does_not_pick_up_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_CONNECT_S", 0.1)
    sender = WebhookSender(PublicHosts(loopback=True))
    with deaf_host() as url:
        assert isinstance(await refusal(sender, url), ProviderUnavailableError)
    await sender.aclose()


async def test_a_redirect_to_the_inside_is_a_failure_and_not_followed(
    receiver: WebhookReceiver, sender: WebhookSender
) -> None:
    async with canary() as inside:
        receiver.modes.append(f"to http://127.0.0.1:{inside.port}/")
        error = await refusal(sender, receiver.address)

        assert error.context["status"] == 307
        assert inside.connections == 0


SPELLINGS = [
    "127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "localhost", "localhost.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
    "127.0.0.1.", "user@127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_spelling_of_this_machine_is_connected_to(scheme: str, host: str) -> None:
    async with canary() as inside:
        sender = WebhookSender(PublicHosts(frozenset({inside.port})))
        error = await refusal(sender, f"{scheme}://{host}:{inside.port}/")
        await sender.aclose()

        assert isinstance(error, ProviderRejectedError)
        assert inside.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("::1",),
        ("8.8.8.8", "127.0.0.1"),
        ("10.0.0.1",),
        ("169.254.169.254",),
        ("fd00::1",),
        ("64:ff9b::7f00:1",),
        ("::ffff:127.0.0.1",),
        ("2002:7f00:1::",),
    ],
)
async def test_names_that_lead_inside_are_asked_once_and_not_connected_to(
    addresses: tuple[str, ...],
) -> None:
    told = Told(*addresses)
    async with canary() as inside:
        sender = WebhookSender(PublicHosts(frozenset({inside.port})), make_lookup=lambda: told)
        error = await refusal(sender, f"https://innocent.example:{inside.port}/")
        await sender.aclose()

        assert isinstance(error, ProviderRejectedError)
        assert (told.asked, inside.connections) == (1, 0)


async def test_the_checked_address_is_connected_to_by_the_hosts_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    monkeypatch.setattr(outbound, "tls_context", lambda: trusting)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    hosts: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        hosts.append(request.headers["Host"])
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/hook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port, told = runner.addresses[0][1], Told("127.0.0.1")
    # The resolver lets loopback pass here, standing for an address of the internet.
    sender = WebhookSender(PublicHosts(frozenset({port}), loopback=True), make_lookup=lambda: told)
    statuses = [
        await sender.send(Endpoint(f"https://{HOST}:{port}/hook", KEY), ID, BODY) for _ in range(2)
    ]
    stranger = await refusal(sender, f"https://other.test:{port}/hook")
    await sender.aclose()
    await runner.cleanup()

    assert (statuses, hosts) == ([202, 202], [f"{HOST}:{port}"] * 2)
    assert stranger.context["kind"] == "transient"  # the certificate is another's


async def test_errors_show_neither_address_nor_key(
    receiver: WebhookReceiver, sender: WebhookSender
) -> None:
    receiver.modes.append("500")
    error = await refusal(sender, f"{receiver.url}/secret-path?token=canary")
    shown = f"{error!r}{error.context}{Endpoint('canary', KEY)!r}"
    assert "canary" not in shown
    assert "secret-path" not in shown
    assert KEY.decode() not in shown


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://example.com/hook", None),
        ("https://example.com:bad/", "this is not an address"),
        ("https://\u0001.example/", "this is not an address"),
        ("https://0177.0.0.1/", "this is not an address"),
        ("https://１２７.0.0.1/", "this is not an address"),
        ("http://example.com/", "the address must begin with https://"),
    ],
)
def test_an_address_is_judged_before_it_is_kept(url: str, problem: str | None) -> None:
    assert WebhookSender(PublicHosts()).problem(url) == problem
