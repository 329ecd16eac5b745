"""No input makes a 5xx, and every error has the one shape, a request id and no trace."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from api.application import create_app
from api.schemas.error_schemas import ErrorCode
from config.constants import MAX_BODY_BYTES
from config.settings import DatabaseSettings, Settings
from services.container import Container

ORIGIN = {"Origin": "http://localhost:3000"}
JSON = {"Content-Type": "application/json"}
LOGIN = {"email": "nobody@example.com", "password": "four plain words here"}


def assert_error(response: httpx.Response, status: int, code: str) -> None:
    """The status and the one shape of errors."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error", "code", "details"}
    assert response.json()["code"] == code
    assert code in set(ErrorCode)
    assert response.headers["x-request-id"]
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"email": NaN, "password": "x"}',
        b'{"email": "\\ud800", "password": "x"}',
        b'{"email": "a\\u0000@example.com", "password": "x"}',
        b'{"email": "a", "email": "b", "password": "x"}',
        b'{"email": {"a": 1}, "password": ["x"]}',
        b'{"email": 1e999, "password": "x"}',
        b"[" * 50_000,
        b'\xff\xfe{\x00"\x00',
    ],
    ids=lambda body: repr(body[:24]),
)
async def test_hostile_bodies_are_invalid_input(client: httpx.AsyncClient, body: bytes) -> None:
    response = await client.post("/api/auth/login", content=body, headers=JSON)

    assert_error(response, 422, "VALIDATION_ERROR")
    for field in response.json()["details"]["fields"]:
        assert set(field) == {"path", "message", "type"}
        assert field["path"].startswith("body")


async def test_the_wrong_input_is_not_repeated(client: httpx.AsyncClient) -> None:
    body = {"email": {"canary-key": "canary-value"}, "password": ["canary-password"]}

    response = await client.post("/api/auth/login", json=body)

    assert_error(response, 422, "VALIDATION_ERROR")
    assert "canary" not in response.text


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "x"],
)
async def test_a_body_that_is_not_declared_as_json_is_refused(
    client: httpx.AsyncClient, content_type: str
) -> None:
    response = await client.post(
        "/api/auth/login",
        content=b'{"email": "a@example.com", "password": "x"}',
        headers={"Content-Type": content_type} if content_type else {},
    )

    assert_error(response, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/x+json"]
)
async def test_all_spellings_of_json_are_read(client: httpx.AsyncClient, content_type: str) -> None:
    response = await client.post(
        "/api/auth/login",
        content=b'{"email": "a@example.com", "password": "x"}',
        headers={"Content-Type": content_type},
    )

    assert_error(response, 401, "INVALID_CREDENTIALS")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_the_token_comes_before_the_body(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/generate/names", content=b"{", headers=JSON)

    assert_error(response, 401, "AUTH_REQUIRED")
    assert response.headers["www-authenticate"] == "Bearer"


async def test_a_body_over_the_limit_is_413_also_without_a_length(
    client: httpx.AsyncClient,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1_000 + 1):
            yield b" " * 1_000

    for content in (b" " * (MAX_BODY_BYTES + 1), chunks()):
        response = await client.post("/api/auth/login", content=content, headers=JSON | ORIGIN)

        assert_error(response, 413, "PAYLOAD_TOO_LARGE")
        assert response.headers["access-control-allow-origin"] == ORIGIN["Origin"]


@pytest.mark.parametrize("address", ["/api/projects?cursor=%00", "/api/projects/%00"])
async def test_nul_in_an_address_is_invalid_input(
    client: httpx.AsyncClient, signed_in: dict[str, str], address: str
) -> None:
    assert_error(await client.get(address, headers=signed_in), 422, "VALIDATION_ERROR")


async def test_unknown_paths_and_methods(client: httpx.AsyncClient) -> None:
    assert_error(await client.get("/api/nothing"), 404, "RESOURCE_NOT_FOUND")
    assert_error(await client.get("/api/projects/"), 404, "RESOURCE_NOT_FOUND")

    response = await client.patch("/api/projects/x")
    assert_error(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "DELETE, GET, PUT"


async def test_what_nobody_foresaw_is_a_500_that_a_page_can_read_and_that_tells_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    async def crash() -> None:
        raise LookupError("canary in the error")

    app.add_api_route("/crash", crash)
    response = await client.get("/crash", headers=ORIGIN)

    assert_error(response, 500, "INTERNAL_ERROR")
    assert "canary" not in response.text
    assert response.headers["access-control-allow-origin"] == ORIGIN["Origin"]


async def test_a_database_that_is_down_is_a_503(make_settings: Callable[..., Settings]) -> None:
    url = "postgresql://postgres@127.0.0.1:1/bpg_test_nowhere"
    settings = make_settings(database=DatabaseSettings(DATABASE_URL=url))
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        response = await client.post("/api/auth/login", json=LOGIN)
    await container.aclose()

    assert_error(response, 503, "SERVICE_UNAVAILABLE")
    assert int(response.headers["retry-after"]) > 0


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(["/api/auth/signup", "/api/auth/refresh", "/api/auth/reset"]),
    body=st.binary(max_size=300)
    | st.from_regex(
        rb'\{("(email|password|token|refresh_token)":"[^"]*",?){0,4}\}', fullmatch=True
    ),
)
async def test_no_body_makes_a_server_error(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    response = await client.post(path, content=body, headers=JSON)

    assert response.status_code < 500, response.text
