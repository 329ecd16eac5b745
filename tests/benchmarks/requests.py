"""Prebuilt HTTP/1.1 requests, as a browser behind a proxy sends them."""

import json
from collections.abc import Mapping

from tests.benchmarks.load import ADDRESS

DESCRIPTION = "A small bakery that delivers sourdough bread by bike"


def get(path: str, token: str | None = None) -> str:
    """A GET, from another client address each time."""
    return _request("GET", path, token, "")


def post(
    path: str,
    body: Mapping[str, object],
    token: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> str:
    """A POST with a JSON body, from another client address each time."""
    content = json.dumps(body)
    own = {"Content-Type": "application/json", "Content-Length": str(len(content.encode()))}
    return _request("POST", path, token, content, own | dict(headers or {}))


def _request(
    method: str, path: str, token: str | None, body: str, headers: Mapping[str, str] | None = None
) -> str:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: service.test",
        "Accept: application/json",
        "User-Agent: benchmark",
        f"X-Forwarded-For: {ADDRESS}",
        *([f"Authorization: Bearer {token}"] if token else []),
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join([*lines, "", body])
