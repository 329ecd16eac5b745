"""The operations of the OpenAPI document, and how tests send them what is wrong."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import httpx

from tests.openapi_snapshot import SNAPSHOT

Json = dict[str, Any]  # Any: JSON values
Headers = dict[str, str] | list[tuple[bytes, bytes]]

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


OPERATIONS = operations()
SECURED = [found for found in OPERATIONS if found.is_secured]
WITH_BODY = [found for found in OPERATIONS if found.body is not None]
WITH_ID = [found for found in SECURED if found.parameters("path")]
WITH_QUERY = [found for found in OPERATIONS if found.parameters("query")]


async def send(
    client: httpx.AsyncClient, operation: Operation, headers: Headers, **request: Any
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
