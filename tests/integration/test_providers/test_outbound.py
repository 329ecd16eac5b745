"""One bounded call: addresses that are checked once, redirects, credentials, sizes, hints."""

import asyncio
import datetime
import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from core.exceptions import AppError
from core.providers import outbound
from core.providers.addresses import AllowedHosts
from core.providers.outbound import Call, Outbound
from core.providers.room import Loan, Room
from tests.simulators.http_server import HttpSimulator, deaf_host
from tests.unit.test_core.test_addresses import Told

HOST = "api.provider.test"
NOW = datetime.datetime.now(datetime.UTC)


def certificate(folder: Path, host: str = HOST) -> Path:
    """A certificate for a host that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return pem


@asynccontextmanager
async def tls_server(pem: Path, names: list[str | None]) -> AsyncIterator[int]:
    """Answers with the Host header; `names` gets the names that clients ask for."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=request.headers["Host"])

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_the_checked_address_is_connected_to_by_the_hosts_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    monkeypatch.setattr(outbound, "tls_context", lambda: trusting)
    names: list[str | None] = []
    told = Told("127.0.0.1")
    async with tls_server(pem, names) as port:
        hosts = AllowedHosts((f"{HOST}:{port}",), loopback=True)
        client = Outbound("test", hosts, make_lookup=lambda: told)
        reply = await client.ask(Call("GET", f"https://{HOST}:{port}/"))
        await client.aclose()

    assert reply.body.decode() == f"{HOST}:{port}"
    assert names == [HOST]
    assert told.asked == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "64:ff9b::1"])
async def test_names_that_lead_inside_are_not_connected_to(address: str) -> None:
    client = Outbound("test", AllowedHosts((HOST,)), make_lookup=lambda: Told(address))
    with pytest.raises(AppError) as caught:
        await client.ask(Call("GET", f"https://{HOST}/"))
    await client.aclose()
    assert caught.value.context == {
        "provider": "test",
        "kind": "bad_payload",
        "reason": "ForbiddenAddressError",
    }


async def test_credentials_do_not_cross_hosts_and_cookies_do_not_stay() -> None:
    async def answer(request: web.Request) -> web.Response:
        if request["mode"].startswith("to "):
            there = {"Location": request["mode"][3:], "Set-Cookie": "tracked=1"}
            return web.Response(status=302, headers=there)
        return web.Response(text="here")

    async with HttpSimulator(answer) as first, HttpSimulator(answer) as second:
        client = Outbound("test", AllowedHosts((), loopback=True))
        first.modes.extend(["to /same", f"to {second.url}/other"])
        call = Call("GET", f"{first.url}/", {"x-key": "secret"}, redirects=2)
        await client.ask(call)
        await client.ask(call)
        await client.aclose()

    assert ["x-key" in seen.headers for seen in first.seen] == [True, True, True]
    assert [seen.headers.get("x-key") for seen in second.seen] == [None]
    assert not any("cookie" in seen.headers for seen in (*first.seen, *second.seen))


async def test_what_is_sealed_arrives_and_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request["mode"].startswith("to "):
            return web.Response(status=302, headers={"Location": request["mode"][3:]})
        return web.Response(text=(await request.read()).decode())

    for logger in (None, "httpx"):  # the service, once it runs, has this library be quiet
        caplog.set_level(logging.DEBUG, logger)
    sealed = {"key": SecretStr("canary&=é")}
    async with HttpSimulator(answer) as first, HttpSimulator(answer) as second:
        client = Outbound("test", AllowedHosts((), loopback=True))
        posted = Call("POST", f"{first.url}/?shown=1", sealed=sealed, json={"a": 1})
        assert (await client.ask(posted)).json() == {"a": 1}
        first.modes.extend(["to /same", f"to {second.url}/other"])
        await client.ask(Call("GET", first.url, sealed=sealed, redirects=2))
        await client.aclose()

    assert [seen.query for seen in first.seen] == [
        {"shown": "1", "key": "canary&=é"},
        {"key": "canary&=é"},
        {"key": "canary&=é"},
    ]
    assert [seen.query for seen in second.seen] == [{}]
    assert any("HTTP Request" in line for line in caplog.messages)
    assert "canary" not in f"{caplog.text}{posted}"


async def test_redirects_are_not_followed_unasked() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with HttpSimulator(answer) as service:
        client = Outbound("test", AllowedHosts((), loopback=True))
        assert (await client.send(Call("POST", service.url, json={}))).status == 307
        await client.aclose()
    assert len(service.seen) == 1


@pytest.mark.parametrize("size", [1 << 10, (1 << 10) + 1])
async def test_bodies_are_taken_up_to_their_limit(size: int) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * size)

    async with HttpSimulator(answer) as service:
        client = Outbound("test", AllowedHosts((), loopback=True))
        call = Call("GET", service.url, max_bytes=1 << 10)
        if size > 1 << 10:
            with pytest.raises(AppError):
                await client.send(call)
        else:
            assert len((await client.send(call)).body) == size
        await client.aclose()


async def test_who_does_not_answer_the_call_is_left_at_the_connect_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert outbound._CONNECT_S == 3.0
    monkeypatch.setattr(outbound, "_CONNECT_S", 0.1)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with deaf_host() as url:
        client = Outbound("test", AllowedHosts((), loopback=True))
        with pytest.raises(AppError) as caught:
            await client.ask(Call("GET", url))
        await client.aclose()
    assert caught.value.context["kind"] == "transient"
    assert loop.time() - began < 2


HOSTILE_HINTS = (
    "Mon, 1 Jan 99999999999 00:00:00 GMT",
    "Mon, 99999999999 Jan 2026 00:00:00 GMT",
    "9" * 500,
)


@pytest.mark.parametrize("hint", HOSTILE_HINTS)
async def test_hostile_hints_are_failures_like_others(hint: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": hint})

    async with HttpSimulator(answer) as service:
        client = Outbound("test", AllowedHosts((), loopback=True), hint_s=3)
        with pytest.raises(AppError) as caught:
            await client.ask(Call("GET", service.url))
        await client.aclose()
    assert caught.value.context["kind"] == "rate_limited"
    assert caught.value.context["retry_after"] in {3, 600}


@pytest.mark.parametrize("key", ["secret\n", "secr\0et", "s\u00e9cret", "\ud800"])
async def test_keys_that_cannot_be_sent_are_failures_that_do_not_show_them(key: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response()

    async with HttpSimulator(answer) as service:
        client = Outbound("test", AllowedHosts((), loopback=True))
        with pytest.raises(AppError) as caught:
            await client.ask(Call("GET", service.url, {"x-key": key}))
        await client.aclose()
    assert caught.value.context["kind"] == "invalid_request"
    assert caught.value.__context__ is None, "it holds the key"
    assert service.seen == []


async def test_a_body_whose_length_is_not_told_is_taken() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"here")
        return response

    async with HttpSimulator(answer) as service:
        client = Outbound("test", AllowedHosts((), loopback=True))
        with Loan(Room(1)) as loan:
            reply = await client.ask(Call("GET", service.url, loan=loan))
        await client.aclose()
    assert "content-length" not in reply.headers
    assert reply.body == b"here"
