"""The OpenAPI document: complete, readable, generated clients can use it, and it never drifts.

After an intended change: `python -m tests.openapi_snapshot` writes the snapshot anew.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.openapi_snapshot import SNAPSHOT, as_text

Json = dict[str, Any]  # Any: JSON values

OPEN = {
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/providers/health",
    "/api/auth/signup",
    "/api/auth/login",
    "/api/auth/refresh",
    "/api/auth/recover",
    "/api/auth/resend-confirmation",
    "/api/auth/reset",
    "/storage/{key}",
}


@pytest.fixture
def document(app: FastAPI) -> Json:
    return app.openapi()


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_the_document_is_the_one_that_clients_were_made_from(document: Json) -> None:
    assert as_text(document) == SNAPSHOT.read_text(), (
        "the interface changed; if that is intended: python -m tests.openapi_snapshot"
    )


def test_operations_have_unique_readable_names_one_tag_and_a_sentence(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(names) == len(set(names))
    for _, path, operation in operations(document):
        assert operation["operationId"].isidentifier(), path
        assert len(operation["tags"]) == 1, path
        assert operation["description"], path
    assert {tag["name"] for tag in document["tags"]} == {
        operation["tags"][0] for _, _, operation in operations(document)
    }
    assert all(tag["description"] for tag in document["tags"])


def test_all_but_the_open_paths_need_the_bearer_token(document: Json) -> None:
    assert document["components"]["securitySchemes"] == {
        "HTTPBearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "The access token of a login.",
        }
    }
    for _, path, operation in operations(document):
        assert ("security" in operation) == (path not in OPEN), path


def test_every_error_is_documented_with_our_shape_and_an_example(document: Json) -> None:
    codes = set(document["components"]["schemas"]["ErrorCode"]["enum"])
    for method, path, operation in operations(document):
        answers = operation["responses"]
        expected = {"500"}
        expected |= {"401"} if "security" in operation else set()
        expected |= {"413", "415", "422"} if "requestBody" in operation else set()
        assert expected <= set(answers), f"{method} {path}"
        for status, answer in answers.items():
            assert "X-Request-ID" in answer["headers"]
            if status >= "400":
                content = answer["content"]["application/json"]
                assert content["schema"] == {"$ref": "#/components/schemas/ErrorResponse"}
                assert content["example"]["code"] in codes
    assert "HTTPValidationError" not in json.dumps(document)


def test_every_reference_leads_somewhere_and_every_schema_is_used(document: Json) -> None:
    schemas = document["components"]["schemas"]
    used = {reference.rpartition("/")[2] for reference in references(document)}

    assert used == set(schemas)


async def test_every_protected_path_refuses_strangers_before_anything_else(
    document: Json, client: httpx.AsyncClient
) -> None:
    for method, path, operation in operations(document):
        if "security" not in operation:
            continue
        response = await client.request(method, path, content=b"{")
        assert response.status_code == 401, f"{method} {path}"
        assert response.headers["www-authenticate"] == "Bearer"


async def test_only_declared_methods_are_answered(
    document: Json, client: httpx.AsyncClient
) -> None:
    for path, methods in document["paths"].items():
        declared = {method.upper() for method in methods}
        for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"} - declared:
            response = await client.request(method, path)
            assert response.status_code == 405, f"{method} {path}"
            assert set(response.headers["allow"].split(", ")) == declared


async def test_the_front_door_leads_to_the_page(client: httpx.AsyncClient) -> None:
    response = await client.get("/")

    assert (response.status_code, response.headers["location"]) == (307, "/docs")


async def test_the_document_and_its_page_are_hidden_in_production(
    make_settings: Any,  # Any: the fixture takes any field of the settings
) -> None:
    from api.application import create_app
    from config.settings import SecuritySettings
    from services.container import Container

    settings = make_settings(app_env="production", security=SecuritySettings(BCRYPT_COST=12))
    transport = httpx.ASGITransport(app=create_app(settings, Container(settings)))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for path in ("/", "/docs", "/docs/assets/swagger-ui.css", "/openapi.json", "/redoc"):
            response = await client.get(path)
            assert response.status_code == 404, path
        assert "max-age" in response.headers["strict-transport-security"]
