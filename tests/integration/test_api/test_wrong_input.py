"""Wrong bodies of every kind to every operation of the document: a documented error, never a 5xx.

The operations are read from the OpenAPI document, so a new one is tested as soon as it is there.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from config.constants import MAX_BODY_BYTES
from tests.integration.test_api.document import (
    JSON_TYPE,
    OPERATIONS,
    WITH_BODY,
    Json,
    Operation,
    resolved,
    send,
)

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
async def test_bodies_of_a_wrong_type(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    form = await send(client, operation, premium, data={"description": "a bakery"})

    assert form.status_code == 415


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
    yield from beyond(choices(schema)[0])


OUTSIDE: dict[str, Callable[[Any], Any]] = {  # Any: a limit, and a JSON value
    "minLength": lambda least: "x" * (least - 1),
    "maxLength": lambda most: "x" * (most + 1),
    "minimum": lambda least: least - 1,
    "exclusiveMaximum": lambda limit: limit,
    "minItems": lambda least: ["com"] * (least - 1),
    "maxItems": lambda most: ["com"] * (most + 1),
    "enum": lambda _: "nonsense",
    "pattern": lambda _: "#no-colour",
    "required": lambda _: {},
}


def beyond(schema: Json) -> Iterator[Any]:
    """The first value outside each limit that the schema states."""
    yield from (outside(schema[key]) for key, outside in OUTSIDE.items() if key in schema)
    for name, part in schema.get("properties", {}).items():
        yield from ({name: value} for value in beyond(choices(part)[0]))


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
async def test_unknown_fields_change_nothing(
    client: httpx.AsyncClient, premium: dict[str, str], operation: Operation
) -> None:
    unknown = {"id": 1, "user_id": [], "is_premium": True, "__proto__": {"a": 1}, "": None}

    without = await send(client, operation, premium, json={"description": 1, "name": 1})
    answer = await send(client, operation, premium, json={"description": 1, "name": 1} | unknown)

    assert answer.status_code == without.status_code
    assert answer.json() == without.json()


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
async def test_a_body_over_the_limit_is_refused_wherever_it_is_sent(
    client: httpx.AsyncClient, operation: Operation
) -> None:
    large = await send(client, operation, {}, content=b" " * (MAX_BODY_BYTES + 1))
    endless = await send(client, operation, {"Content-Length": "9" * 5_000}, content=b"")

    assert (large.status_code, endless.status_code) == (413, 413)


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


async def test_the_colours_of_a_logo_are_used_or_refused(
    client: httpx.AsyncClient, premium: dict[str, str]
) -> None:
    async def ask(colors: dict[str, str]) -> httpx.Response:
        body = {"description": "a bakery", "name": "Simmer", "seed": 7, "colors": colors}
        return await client.post("/api/generate/logos", json=body, headers=premium)

    brand = {"primary": "#254A39", "secondary": "#B1783B", "accent": "#EDDCAD"}
    made = await ask(brand | {"unknown": "#000000"})
    refused = await ask({"primary": "#254A39", "secondary": "#B1783B"})

    assert made.status_code == 200, made.text
    assert made.json()["colors"] == brand | dict.fromkeys(("soft", "background", "text"))
    address = f"/api/generations/{made.json()['generation_id']}"
    kept = (await client.get(address, headers=premium)).json()
    assert kept["result"]["colors"] == made.json()["colors"]
    assert refused.status_code == 422
    assert [each["path"] for each in refused.json()["details"]["fields"]] == ["body.colors.accent"]
