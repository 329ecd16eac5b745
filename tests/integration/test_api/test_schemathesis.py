"""The service against its own document, with inputs that schemathesis makes of it."""

import json
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.openapi_snapshot import SNAPSHOT

SCHEMA = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_text()))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def account() -> tuple[TestClient, str]:
    """A client and the header of a new account with two units."""
    from main import app

    client = TestClient(app, follow_redirects=False)
    body = {"email": f"{uuid4()}@example.com", "password": "four plain words here"}
    token = client.post("/api/auth/signup", json=body).json()["access_token"]
    return client, f"Bearer {token}"


@SCHEMA.parametrize()
@settings(
    max_examples=10,
    phases=[Phase.generate],
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_answers_are_as_documented(
    case: schemathesis.Case[Any],  # Any: of every operation
    account: tuple[TestClient, str],
) -> None:
    client, authorization = account
    case.headers["Authorization"] = authorization

    request = case.as_transport_kwargs(base_url="http://testserver")
    if "data" in request:
        request["content"] = request.pop("data")
    request.pop("cookies", None)
    answer = client.request(**request)

    case.validate_response(answer, checks=CHECKS)
