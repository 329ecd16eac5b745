"""The job resource: one shape from the first answer to the last, and nothing sent twice."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest

from api.schemas.job_schemas import GenerationRead
from config.constants import RETENTION_DAYS
from database.job_models import Step
from database.models import GenerationStatus, GenerationType
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_generations.generation_rows import add_step, end, new_generation
from utils.storage import LINK_SECONDS

Headers = dict[str, str]
Json = dict[str, Any]
BAKERY: Json = {"description": "A small bakery that delivers sourdough bread by bike", "seed": 7}
PACKAGE_STEPS = ["names", "palette", "domains", "taglines", "logos"]


@pytest.fixture
async def user(client: httpx.AsyncClient, signed_in: Headers) -> UUID:
    return UUID((await client.get("/api/users/me", headers=signed_in)).json()["id"])


@pytest.fixture
def job(client: httpx.AsyncClient, signed_in: Headers) -> Callable[[UUID], Awaitable[Json]]:
    async def read(generation_id: UUID) -> Json:
        answer = await client.get(f"/api/generations/{generation_id}", headers=signed_in)
        assert answer.status_code == 200, answer.text
        GenerationRead.model_validate(answer.json())
        found: Json = answer.json()
        return found

    return read


Job = Callable[[UUID], Awaitable[Json]]


def states(job: Json) -> list[str]:
    return [step["status"] for step in job["steps"]]


async def names_of(container: Container) -> Json:
    made: Json = orjson.loads(orjson.dumps(await container.names.generate(**BAKERY)))
    return made


async def test_what_is_accepted_has_the_shape_of_what_is_read(
    client: httpx.AsyncClient, signed_in: Headers
) -> None:
    accepted = await client.post(
        "/api/generate/colors", json=BAKERY, headers=signed_in | {"Prefer": "respond-async"}
    )
    read = await client.get(accepted.headers["location"], headers=signed_in)

    GenerationRead.model_validate(accepted.json())
    assert accepted.json().keys() == read.json().keys()
    assert accepted.json()["links"]["self"] == accepted.headers["location"]
    assert (accepted.json()["status"], accepted.json()["quota_state"]) == ("pending", "held")


async def test_steps_under_way_follow_from_those_that_ended(
    database: Database, user: UUID, job: Job
) -> None:
    waiting = await new_generation(database, user, status=GenerationStatus.PENDING)
    begun = await new_generation(database, user)
    half = await new_generation(database, user)
    await add_step(database, half, Step.NAMES, duration_ms=640)
    await add_step(database, half, Step.TAGLINES, status="failed")
    ended = await new_generation(database, user)
    await add_step(database, ended, Step.NAMES, status="kept")
    await end(database, ended, GenerationStatus.CANCELLED, 3)

    first = await job(waiting)
    assert [step["name"] for step in first["steps"]] == PACKAGE_STEPS
    assert (first["progress"], states(first)) == (0, ["pending"] * 5)
    assert states(await job(begun)) == ["running", "running", "pending", "pending", "pending"]
    middle = await job(half)
    assert states(middle) == ["completed", "running", "running", "failed", "pending"]
    assert (middle["progress"], middle["steps"][0]["duration_ms"]) == (0.4, 640)
    assert states(await job(ended)) == ["kept"] + ["pending"] * 4


async def test_results_of_steps_are_there_while_the_whole_is_not(
    client: httpx.AsyncClient, database: Database, container: Container, user: UUID, job: Job
) -> None:
    generation_id = await new_generation(database, user)
    named = await names_of(container)
    checked = {"names": named["names"][::-1], "scorecard": [], "understood": named["understood"]}
    colors = orjson.loads(orjson.dumps(await container.colors.generate(**BAKERY)))
    drawn = await container.logos.generate(**BAKERY, name="Crumbloom", colors=colors["colors"])
    logos, _ = await container.assets.store_logos(drawn["logos"], user)
    await add_step(database, generation_id, Step.NAMES, output=named)
    await add_step(database, generation_id, Step.PALETTE, output=colors)
    before = (await job(generation_id))["partial"]
    await add_step(database, generation_id, Step.DOMAINS, output=checked)
    await add_step(database, generation_id, Step.TAGLINES, status="failed")
    await add_step(
        database, generation_id, Step.LOGOS, output=orjson.loads(orjson.dumps({"logos": logos}))
    )
    found = await job(generation_id)

    assert before.keys() == {"names", "colors", "palette"}
    assert before["names"] == named["names"]
    partial = found["partial"]
    assert partial.keys() == {"names", "colors", "palette", "logos"}
    assert partial["names"] == checked["names"]
    assert partial["colors"] == colors["colors"]
    assert (await client.get(partial["logos"][0]["url"])).status_code == 200
    assert found["result"] is None


async def test_a_result_takes_the_place_of_its_parts(
    database: Database, container: Container, user: UUID, job: Job
) -> None:
    named = await names_of(container)
    generation_id = await new_generation(database, user, GenerationType.NAME)
    await add_step(database, generation_id, Step.NAMES, output=named)
    await end(database, generation_id, GenerationStatus.SUCCESS, 3, output_data=named)

    row = await database.alone.progress.job(generation_id, user)
    found = await job(generation_id)

    assert row is not None
    assert [step["output"] for step in row["steps"]] == [None]
    assert found["partial"] == {}
    assert found["result"]["names"] == named["names"]
    assert found["result"]["generation_id"] == str(generation_id)
    assert (found["progress"], states(found)) == (1, ["completed"])
    assert found["links"]["regenerate"] is None


async def test_a_package_can_be_made_anew_and_not_be_cancelled(
    client: httpx.AsyncClient, signed_in: Headers, job: Job
) -> None:
    made = await client.post("/api/generate/package", json=BAKERY | {"tlds": []}, headers=signed_in)
    found = await job(UUID(made.json()["generation_id"]))

    address = f"/api/generations/{found['id']}"
    assert found["links"] == {
        "self": address,
        "events": f"{address}/events",
        "cancel": None,
        "regenerate": f"{address}/regenerate",
    }
    created, expires = (datetime.fromisoformat(found[key]) for key in ("created_at", "expires_at"))
    assert expires - created == timedelta(days=RETENTION_DAYS)
    assert found["error"] is None


@pytest.mark.parametrize(
    ("status", "stored", "told"),
    [
        (GenerationStatus.FAILED, "OVERLOADED", "OVERLOADED"),
        (GenerationStatus.FAILED, None, "GENERATION_FAILED"),
        (GenerationStatus.CANCELLED, None, "GENERATION_CANCELLED"),
    ],
)
async def test_what_went_wrong_is_told_with_a_code(
    database: Database,
    user: UUID,
    job: Job,
    status: GenerationStatus,
    stored: str | None,
    told: str,
) -> None:
    generation_id = await new_generation(database, user)
    await end(database, generation_id, status, 3, error_message="Oh no.", error_code=stored)

    found = await job(generation_id)

    assert found["error"] == {"error": "Oh no.", "code": told}
    assert found["error_message"] == "Oh no."
    assert found["links"]["cancel"] is None


async def test_what_has_not_changed_is_not_sent_again(
    client: httpx.AsyncClient,
    signed_in: Headers,
    database: Database,
    user: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime(2026, 11, 24, 1, tzinfo=UTC)
    monkeypatch.setattr("api.job_answer.utc_now", lambda: now)
    generation_id = await new_generation(database, user)

    async def ask(etag: str) -> httpx.Response:
        return await client.get(
            f"/api/generations/{generation_id}", headers=signed_in | {"If-None-Match": etag}
        )

    first = await ask('"other"')
    same = await ask(first.headers["etag"])
    assert (first.status_code, first.headers["retry-after"]) == (200, "2")
    assert (same.status_code, same.content, same.headers["etag"]) == (
        304,
        b"",
        first.headers["etag"],
    )
    assert (await ask(f'"other", W/{first.headers["etag"]}')).status_code == 304
    assert first.headers["cache-control"] == same.headers["cache-control"] == "no-store"

    await add_step(database, generation_id, Step.NAMES)
    second = await ask(first.headers["etag"])
    await end(database, generation_id, GenerationStatus.FAILED, 3)
    third = await ask(second.headers["etag"])
    assert (second.status_code, third.status_code) == (200, 200)
    assert "retry-after" not in third.headers
    assert (await ask(third.headers["etag"])).status_code == 304
    now += timedelta(seconds=LINK_SECONDS // 2)
    assert (await ask(third.headers["etag"])).status_code == 200  # its links grow old


async def test_strangers_find_no_job(
    client: httpx.AsyncClient, signed_in: Headers, database: Database
) -> None:
    owner = await database.alone.users.create({"email": "owner@example.com"})
    foreign = await new_generation(database, owner.id)

    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/events/ticket")):
        answers = [
            await client.request(method, f"/api/generations/{known}{path}", headers=signed_in)
            for known in (foreign, uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].json() == answers[1].json()
