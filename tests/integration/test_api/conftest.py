"""What the tests of the API have in common, and what the specification's example expects."""

from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient

from database.unit_of_work import Database

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


@pytest.fixture
async def premium(
    client: httpx.AsyncClient, signed_in: dict[str, str], database: Database
) -> dict[str, str]:
    """An account whose requests reach the validation whatever was generated before."""
    user = (await client.get("/api/users/me", headers=signed_in)).json()
    await database.alone.users.update(UUID(user["id"]), {"is_premium": True})
    return signed_in
