"""What every answer carries: its id, protection, and permission for the right pages only."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from api.application import create_app
from config.settings import LimitSettings, SecuritySettings, Settings
from middleware.cors import EXPOSED
from services.container import Container

PAGE = "http://localhost:3000"
LOGIN = {"email": "nobody@example.com", "password": "four plain words here"}


@pytest.mark.parametrize("path", ["/health/live", "/nothing", "/api/users/me", "/docs"])
async def test_every_answer_is_protected(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers, "only where HTTPS is certain"
    assert "server" not in headers


async def test_a_sane_request_id_is_kept_and_any_other_replaced(client: httpx.AsyncClient) -> None:
    async def returned(given: str) -> str:
        headers = [(b"X-Request-ID", given.encode("latin-1"))]
        response = await client.get("/health/live", headers=headers)
        return response.headers["x-request-id"]

    assert await returned("trace-1.A_b") == "trace-1.A_b"
    for harmful in ("", "a b", "x" * 65, "a\tb", '{"a":1}', "\u00e9"):
        replaced = await returned(harmful)
        assert replaced != harmful
        assert len(replaced) == 32


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (PAGE, True),
        ("http://localhost:3001", True),
        ("null", False),
        ("https://localhost:3000", False),
        ("http://localhost:3002", False),
        ("http://localhost", False),
        ("http://localhost:3000.evil.example", False),
        ("http://evil.example/http://localhost:3000", False),
        ("http://sub.localhost:3000", False),
    ],
)
async def test_only_listed_origins_are_allowed(
    client: httpx.AsyncClient, origin: str, *, allowed: bool
) -> None:
    simple = await client.get("/health/live", headers={"Origin": origin})
    preflight = await client.options(
        "/api/projects",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization, content-type, prefer",
        },
    )

    for response in (simple, preflight):
        granted = response.headers.get("access-control-allow-origin")
        assert granted == (origin if allowed else None)
        assert "origin" in response.headers["vary"].lower()
        assert "access-control-allow-credentials" not in response.headers
    assert preflight.status_code == (200 if allowed else 400)
    if not allowed:
        assert preflight.json()["code"] == "BAD_REQUEST"


async def test_pages_may_read_the_headers_that_they_need(client: httpx.AsyncClient) -> None:
    response = await client.get("/health/live", headers={"Origin": PAGE})

    exposed = response.headers["access-control-expose-headers"].split(", ")
    assert {"Location", "Retry-After", "ETag", "Content-Disposition", "X-Request-ID"} <= set(
        exposed
    )
    assert set(exposed) == set(EXPOSED)


async def test_answers_from_a_kilobyte_on_are_compressed(client: httpx.AsyncClient) -> None:
    large = await client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    small = await client.get("/health/live", headers={"Accept-Encoding": "gzip"})

    assert large.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in small.headers


@pytest.fixture
async def limited(
    make_settings: Callable[..., Settings], database_url: str
) -> AsyncIterator[Callable[[str], httpx.AsyncClient]]:
    """Makes clients by their address; the limits are on, 10.0.0.0/8 are trusted proxies."""
    settings = make_settings(
        limits=LimitSettings(RATE_LIMIT_REQUESTS=True),
        security=SecuritySettings(TRUSTED_PROXIES=["10.0.0.0/8"]),
    )
    container = Container(settings)
    app = create_app(settings, container)

    def client_from(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=app, client=(address, 50_000))
        return httpx.AsyncClient(transport=transport, base_url="http://testserver")

    yield client_from
    await container.aclose()


async def login(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post("/api/auth/login", json=LOGIN, headers=headers)


async def test_the_eleventh_login_from_an_address_must_wait(
    limited: Callable[[str], httpx.AsyncClient],
) -> None:
    async with limited("203.0.113.7") as stranger, limited("198.51.100.1") as owner:
        answers = [await login(stranger) for _ in range(11)]
        other = await login(owner)

    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"login";q=10;w=300'
    assert answers[0].headers["ratelimit"].startswith('"login";r=9;')
    assert answers[0].headers["x-ratelimit-remaining"] == "9"
    refused = answers[-1]
    assert refused.json()["code"] == "TOO_MANY_REQUESTS"
    assert int(refused.headers["retry-after"]) == refused.json()["details"]["retry_after"] > 0
    assert refused.headers["x-ratelimit-limit"] == "10"
    assert refused.headers["x-request-id"]
    assert other.status_code == 401, "nobody else is locked out"


async def test_a_stranger_wins_nothing_by_forged_proxy_headers(
    limited: Callable[[str], httpx.AsyncClient],
) -> None:
    async with limited("203.0.113.7") as stranger, limited("10.0.0.1") as proxy:
        direct = [
            await login(stranger, **{"X-Forwarded-For": f"192.0.2.{number}"})
            for number in range(11)
        ]
        behind = [
            await login(proxy, **{"X-Forwarded-For": f"192.0.2.{number}, 198.51.100.9"})
            for number in range(11)
        ]

    assert direct[-1].status_code == 429
    assert behind[-1].status_code == 429


async def test_health_is_never_limited_and_paths_have_their_own_rates(
    limited: Callable[[str], httpx.AsyncClient],
) -> None:
    async with limited("203.0.113.7") as client:
        health = [await client.get("/health/live") for _ in range(200)]
        policies = [
            (await client.post(path)).headers["ratelimit-policy"]
            for path in (
                "/api/auth/signup",
                "/api/auth/refresh",
                "/api/auth/recover",
                "/api/auth/resend-confirmation",
                "/api/generate/names",
                "/api/generations/0190a000-0000-7000-8000-000000000000/regenerate",
                "/api/domains/check",
            )
        ]

    assert {response.status_code for response in health} == {200}
    assert "ratelimit" not in health[0].headers
    assert policies == [
        '"signup";q=5;w=3600',
        '"refresh";q=150;w=300',
        '"recover";q=5;w=3600',
        '"resend";q=5;w=3600',
        '"generate";q=10;w=60',
        '"generate";q=10;w=60',
        '"requests";q=120;w=60',
    ]


async def test_a_page_can_read_that_it_is_too_fast(
    limited: Callable[[str], httpx.AsyncClient],
) -> None:
    async with limited("203.0.113.7") as client:
        for _ in range(11):
            response = await login(client, Origin=PAGE)

    assert response.status_code == 429
    assert response.headers["access-control-allow-origin"] == PAGE
