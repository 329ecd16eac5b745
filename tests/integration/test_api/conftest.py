"""What the specification's example test expects to find."""

import pytest
from fastapi.testclient import TestClient

EXAMPLE_TEST = "test_generation_endpoints"


@pytest.fixture(autouse=True)
def example_account(request: pytest.FixtureRequest) -> None:
    """The account that the example logs in with."""
    if request.module.__name__.rpartition(".")[2] != EXAMPLE_TEST:
        return
    from main import app

    account = {"email": "test@example.com", "password": "testpass123"}
    answer = TestClient(app).post("/api/auth/signup", json=account)
    assert answer.status_code in {201, 409}, answer.text
