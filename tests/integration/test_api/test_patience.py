"""Who does not want to wait gets a job; who would wait for too much is told to come again."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from config.settings import JobSettings, Settings
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_api.keyed import BAKERY, Gate, Headers, made, units

pytestmark = pytest.mark.timeout(60)

PACKAGE = BAKERY | {"tlds": []}


@pytest.fixture
def logos(container: Container, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The last step of a package, which begins when it may and ends when the gate opens."""
    gate = Gate(container.logos.generate)
    monkeypatch.setattr(container.logos, "generate", gate)
    return gate


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=0", "wait=0"),
        ("respond-async", "respond-async"),
        ("respond-async, return=minimal", "respond-async"),
    ],
)
async def test_who_does_not_wait_gets_a_job_at_once(
    client: httpx.AsyncClient, signed_in: Headers, logos: Gate, prefer: str, applied: str
) -> None:
    headers = signed_in | {"Prefer": prefer}
    answer = await client.post("/api/generate/package", json=PACKAGE, headers=headers)
    logos.open.set()

    job = answer.json()
    assert (answer.status_code, job["status"], job["result"]) == (202, "pending", None)
    assert answer.headers["preference-applied"] == applied
    assert answer.headers["location"] == f"/api/generations/{job['id']}" == job["links"]["self"]
    assert answer.headers["retry-after"] == "2"
    assert {step["status"] for step in job["steps"]} == {"pending"}


@pytest.mark.parametrize("prefer", ["wait=1", "respond-async, wait=1"])
async def test_who_waits_in_vain_gets_what_is_known_so_far(
    client: httpx.AsyncClient, signed_in: Headers, logos: Gate, prefer: str
) -> None:
    headers = signed_in | {"Prefer": prefer}
    answer = await client.post("/api/generate/package", json=PACKAGE, headers=headers)
    logos.open.set()

    job = answer.json()
    assert (answer.status_code, job["status"], job["result"]) == (202, "running", None)
    assert answer.headers["preference-applied"] == "wait=1"
    assert answer.headers["location"] == f"/api/generations/{job['id']}"
    assert answer.headers["retry-after"] == "2"
    states = {step["name"]: step["status"] for step in job["steps"]}
    assert set(states) == {"names", "domains", "palette", "taglines", "logos"}
    ended = {name for name, state in states.items() if state == "completed"}
    assert job["progress"] == len(ended) / len(states) < 1
    assert ("names" in job["partial"]) == ("names" in ended)


@pytest.mark.parametrize("prefer", ["wait=30", "respond-async, wait=30", "wait=0.5", "handling=x"])
async def test_who_waits_long_enough_gets_the_result(
    client: httpx.AsyncClient, signed_in: Headers, prefer: str
) -> None:
    headers = signed_in | {"Prefer": prefer}
    answer = await client.post("/api/generate/colors", json=BAKERY, headers=headers)

    assert answer.status_code == 200
    assert answer.json()["colors"]
    followed = "wait=30" if "wait=30" in prefer else None
    assert answer.headers.get("preference-applied") == followed
    assert "location" not in answer.headers


class TestRoom:
    """With a process that works on one generation at a time."""

    @pytest.fixture
    def settings(self, make_settings: Callable[..., Settings]) -> Settings:
        return make_settings(jobs=JobSettings(JOBS_AT_ONCE=1))

    @pytest.mark.parametrize("prefer", ["", "respond-async"])
    async def test_one_more_is_refused_and_costs_nothing(
        self,
        client: httpx.AsyncClient,
        signed_in: Headers,
        database: Database,
        logos: Gate,
        prefer: str,
    ) -> None:
        headers = signed_in | {"Prefer": prefer, "Idempotency-Key": "one"}
        first = asyncio.create_task(
            client.post("/api/generate/logos", json=BAKERY, headers=signed_in)
        )
        await logos.begun.wait()
        refused = await client.post("/api/generate/colors", json=BAKERY, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (503, "OVERLOADED")
        assert refused.headers["retry-after"] == "5"
        assert await made(database) == (1, 1, 0)
        assert await units(client, signed_in) == 1

        logos.open.set()
        assert (await first).status_code == 200
        again = await client.post("/api/generate/colors", json=BAKERY, headers=headers)
        assert again.status_code in {200, 202}
        assert "idempotent-replayed" not in again.headers
