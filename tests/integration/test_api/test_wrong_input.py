"""Wrong input of every kind to every operation of the document: a documented error, never a 5xx.

The operations are read from the OpenAPI document, so a new one is tested as soon as it is there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from config.constants import MAX_BODY_BYTES
from database.unit_of_work import Database
from tests.openapi_snapshot import SNAPSHOT

Json = dict[str, Any]  # Any: JSON values

UNKNOWN_ID = str(uuid4())
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Operation:
    """One method of one path, as the document describes it."""

    method: str
    path: str
    spec: Json

    @property
    def is_secured(self) -> bool:
        return bool(self.spec.get("security"))

    @property
    def body(self) -> Json | None:
        content = self.spec.get("requestBody", {}).get("content", {})
        return resolved(content["application/json"]["schema"]) if content else None

    def parameters(self, place: str) -> list[Json]:
        return [found for found in self.spec.get("parameters", []) if found["in"] == place]

    def address(self, value: str = UNKNOWN_ID) -> str:
        path = self.path
        for parameter in self.parameters("path"):
            path = path.replace(f"{{{parameter['name']}}}", value)
        return path

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def document() -> Json:
    read: Json = json.loads(SNAPSHOT.read_text())
    return read


def resolved(schema: Json) -> Json:
    """The schema that a reference names."""
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def operations() -> list[Operation]:
    return [
        Operation(method.upper(), path, spec)
        for path, methods in sorted(document()["paths"].items())
        for method, spec in sorted(methods.items())
    ]


SECURED = [found for found in operations() if found.is_secured]
WITH_BODY = [found for found in operations() if found.body is not None]
WITH_ID = [found for found in SECURED if found.parameters("path")]
WITH_QUERY = [found for found in operations() if found.parameters("query")]


@pytest.fixture
async def premium(
    client: httpx.AsyncClient, signed_in: dict[str, str], database: Database
) -> dict[str, str]:
    """An account whose requests reach the validation whatever was generated before."""
    user = (await client.get("/api/users/me", headers=signed_in)).json()
    await database.alone.users.update(UUID(user["id"]), {"is_premium": True})
    return signed_in


async def send(
    client: httpx.AsyncClient, operation: Operation, headers: dict[str, str], **request: Any
) -> httpx.Response:
    """The answer, which must be one that the document knows, in the shape that it promises."""
    address = request.pop("address", None) or operation.address()
    answer = await client.request(operation.method, address, headers=headers, **request)
    assert answer.status_code < 500, (str(operation), request, answer.text)
    assert str(answer.status_code) in operation.spec["responses"], (str(operation), answer.text)
    assert answer.headers["x-request-id"]
    if answer.status_code >= 400:
        assert set(answer.json()) == {"error", "code", "details"}, answer.text
        assert answer.json()["code"] in document()["components"]["schemas"]["ErrorCode"]["enum"]
    return answer


BROKEN_BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"0",
    b"[" * 50_000,
    b"\xef\xbb\xbf{}",
    b"\xff\xfe{\x00}\x00",
    b'{"description": "\xff"}',
    b'{"description": NaN}',
    b'{"description": "a", "description": "b"}',
]


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_broken_bodies(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    for body in BROKEN_BODIES:
        answer = await send(client, operation, premium | JSON_TYPE, content=body)
        assert answer.status_code == 422, (body[:40], answer.text)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_bodies_of_a_wrong_type_or_size(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    large = await send(client, operation, premium | JSON_TYPE, content=b" " * (MAX_BODY_BYTES + 1))
    form = await send(client, operation, premium, data={"description": "a bakery"})

    assert (large.status_code, form.status_code) == (413, 415)


def choices(schema: Json) -> list[Json]:
    """The schemas that a value may follow."""
    return [resolved(one) for one in schema.get("anyOf", [schema])]


def example(schema: Json) -> Any:
    """A value that the schema allows: its example, or one by its type."""
    if "examples" in schema:
        return schema["examples"][0]
    first = choices(schema)[0]
    if "properties" in first:
        required = first.get("required", [])
        return {name: example(first["properties"][name]) for name in required}
    if "enum" in first:
        return first["enum"][0]
    if "examples" in first:
        return first["examples"][0]
    return {"string": "four plain words here", "integer": 1, "array": [], "object": {}}[
        first["type"]
    ]


def wrong_values(schema: Json) -> Iterator[Any]:
    """Values of another type, beyond the limits, or with characters that no text may have."""
    types = {one.get("type", "string") for one in choices(schema)}
    samples: dict[str, Any] = {
        "boolean": True,
        "integer": 10**400,
        "number": 1.5,
        "object": {"a": {"b": 1}},
        "array": [[["x"]]],
    }
    yield from (value for kind, value in samples.items() if kind not in types)
    if "null" not in types:
        yield None
    if "string" in types:
        yield from ("\x00", "a\x00b", "\ud800", "x" * 60_000)
    if "integer" in types:
        yield from (-1, "1", 10**400)
    if "array" in types:
        yield from ([None], ["\x00"], ["\ud800"], ["x" * 400], ["x"] * 200)
    if "object" in types:
        yield {"\ud800": "x"}


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_one_wrong_field(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    assert operation.body is not None
    fields = operation.body["properties"]
    good = {name: example(fields[name]) for name in operation.body.get("required", [])}

    for name, schema in fields.items():
        for value in wrong_values(schema):
            body = json.dumps(good | {name: value})
            answer = await send(client, operation, premium | JSON_TYPE, content=body)
            assert answer.status_code == 422, (name, repr(value)[:40], answer.text)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
async def test_a_missing_field(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    assert operation.body is not None
    required = operation.body.get("required", [])
    good = {name: example(operation.body["properties"][name]) for name in required}

    for missing in required:
        body = {name: value for name, value in good.items() if name != missing}
        answer = await send(client, operation, premium, json=body)
        assert answer.status_code == 422
        paths = [field["path"] for field in answer.json()["details"]["fields"]]
        assert f"body.{missing}" in paths


NO_TOKENS = [
    b"",
    b"Bearer",
    b"Bearer x.y.z",
    b"Basic Zm91bmRlcjp4",
    b"Bearer eyJhbGciOiJub25lIn0.e30.",
    b"Bearer " + b"x" * 5_000,
    b"Bearer \xe9",
]


@pytest.mark.parametrize("operation", SECURED, ids=str)
async def test_a_token_is_asked_for_before_anything_else(
    client: httpx.AsyncClient, operation: Operation
) -> None:
    for token in NO_TOKENS:
        request = client.build_request(
            operation.method,
            operation.address("no-id"),
            headers=[(b"Authorization", token)] if token else [],
            content=b"{",
        )
        answer = await client.send(request)

        assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED"), token
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", WITH_ID, ids=str)
async def test_ids_that_name_nothing(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    body: Json = {} if operation.body is None else {"json": {}}

    unknown = await send(client, operation, premium, **body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
    for malformed in ("x", "1", "%00", "%ED%A0%80", UNKNOWN_ID + "0", "x" * 2_000, "{}"):
        answer = await send(
            client, operation, premium, address=operation.address(malformed), **body
        )
        assert answer.status_code == 422, (malformed, answer.text)


@pytest.mark.parametrize("operation", WITH_QUERY, ids=str)
async def test_wrong_queries(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    for parameter in operation.parameters("query"):
        for value in ("", "-1", "0", "1e9", "NaN", "%00", "%ED%A0%80", "x" * 3_000, "9" * 400):
            address = f"{operation.address()}?{parameter['name']}={value}"
            answer = await send(client, operation, premium, address=address)
            assert answer.status_code >= 400, (address[:90], answer.text)


async def test_every_error_of_another_users_things_is_the_same_as_for_none(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    made = await client.post(
        "/api/generate/logos", json={"description": "A small bakery"}, headers=premium
    )
    own = await client.get(f"/api/generations/{made.json()['generation_id']}", headers=premium)
    assert own.status_code == 200
    account = {"email": "stranger@example.com", "password": "four other words here"}
    signup = await client.post("/api/auth/signup", json=account)
    stranger = {"Authorization": f"Bearer {signup.json()['access_token']}"}
    ids = {
        "project_id": made.json()["project_id"],
        "generation_id": made.json()["generation_id"],
        "asset_id": made.json()["logos"][0]["files"][0]["asset_id"],
    }

    for operation in WITH_ID:
        (parameter,) = operation.parameters("path")
        body: Json = {} if operation.body is None else {"json": {}}
        address = operation.address(ids[parameter["name"]])
        foreign = await send(client, operation, stranger, address=address, **body)
        unknown = await send(client, operation, stranger, **body)
        assert foreign.status_code == 404, str(operation)
        assert foreign.json() == unknown.json()

    assert (await client.get(f"/api/projects/{ids['project_id']}", headers=premium)).is_success
    foreign_project = {"description": "A small bakery", "project_id": ids["project_id"]}
    answer = await client.post("/api/generate/names", json=foreign_project, headers=stranger)
    assert (answer.status_code, answer.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
