"""One line a request, and no secret in any sink, whatever goes wrong."""

import json
import sys
from io import StringIO
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request

from config.logging_config import configure_logging

PASSWORD = "canary-pass-7fQ2"
EMAIL = "canary-mail-7fQ2@example.com"
SECRET = "canary-secret-7fQ2"


class Sinks:
    """All that was written: the file and stderr, as JSON and as text."""

    def __init__(self, folder: Path, stderr: StringIO) -> None:
        self._folder = folder
        self._stderr = stderr

    def text(self) -> str:
        return (self._folder / "app.log").read_text() + self._stderr.getvalue()

    def entries(self, component: str) -> list[dict[str, str]]:
        lines = (self._folder / "app.log").read_text().splitlines()
        return [entry for entry in map(json.loads, lines) if entry["component"] == component]


@pytest.fixture
def sinks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> Sinks:
    stderr = StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    configure_logging(level="DEBUG", as_json=True, folder=tmp_path)
    return Sinks(tmp_path, stderr)


async def test_a_request_is_one_line_with_its_route_and_no_address(
    client: httpx.AsyncClient, sinks: Sinks
) -> None:
    response = await client.get("/storage/a/b.png?expires=1&signature=abc")
    await client.get("/nothing/here?token=abc")

    first, second = sinks.entries("http")
    assert first["message"].startswith("GET /storage/{key:path} 404 ")
    assert first["request_id"] == response.headers["x-request-id"]
    assert first["code"] == "RESOURCE_NOT_FOUND"
    assert len(first["client"]) == 12
    assert first["client"] == second["client"]
    assert second["message"].startswith("GET unknown 404 ")
    assert "127.0.0.1" not in sinks.text()


async def test_the_ticket_of_a_stream_is_in_no_line(
    client: httpx.AsyncClient, sinks: Sinks
) -> None:
    await client.get(f"/api/generations/{uuid4()}/events?ticket={SECRET}")

    (line,) = sinks.entries("http")
    assert line["message"].startswith("GET /api/generations/{generation_id}/events 401 ")
    assert SECRET not in sinks.text()


async def test_a_line_names_the_account_of_its_caller(
    client: httpx.AsyncClient, signed_in: dict[str, str], sinks: Sinks
) -> None:
    account = (await client.get("/api/users/me", headers=signed_in)).json()

    assert sinks.entries("http")[-1]["user"] == account["id"]


async def test_denials_are_lines_with_their_reason(client: httpx.AsyncClient, sinks: Sinks) -> None:
    await client.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
    await client.get("/api/users/me", headers={"Authorization": f"Bearer {SECRET}"})

    assert [line["code"] for line in sinks.entries("http")] == [
        "INVALID_CREDENTIALS",
        "AUTH_REQUIRED",
    ]


async def test_no_secret_reaches_a_sink(
    app: FastAPI, client: httpx.AsyncClient, sinks: Sinks
) -> None:
    async def crash(request: Request) -> None:
        raise LookupError(f"{await request.json()} {request.headers['authorization']}")

    app.add_api_route("/crash", crash, methods=["POST"])
    body = {"email": EMAIL, "password": PASSWORD, "token": SECRET, "refresh_token": SECRET}
    headers = {"Authorization": f"Bearer {SECRET}", "X-Request-ID": f"{SECRET}{{}}"}
    for path in (
        "/api/auth/signup",
        "/api/auth/login",
        "/api/auth/refresh",
        "/api/auth/recover",
        "/api/auth/resend-confirmation",
        "/api/auth/reset",
        "/api/auth/logout",
        "/crash",
        f"/nothing/{SECRET}?password={SECRET}",
    ):
        await client.post(path, json=body, headers=headers)
        await client.post(path, content=f'{{"password": "{PASSWORD}"', headers=headers)

    written = sinks.text()
    assert "unhandled error" in written, "the crash is in the log"
    for canary in (PASSWORD, EMAIL, "canary-mail", SECRET):
        assert canary not in written


async def test_input_cannot_forge_a_line(client: httpx.AsyncClient, sinks: Sinks) -> None:
    await client.get("/a%0aERROR%20forged%1b%5b31m", headers={"X-Request-ID": "a b"})

    assert len(sinks.entries("http")) == 1
    assert "forged" not in sinks.text()
