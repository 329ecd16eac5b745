"""Generations over HTTP: results, quota, life cycle, ownership."""

import asyncio
import io
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import httpx
import pytest
from PIL import Image

from api.schemas.job_schemas import GenerationRead
from api.schemas.response_schemas import (
    ColorGenerationResponse,
    HistoryPage,
    LogoGenerationResponse,
    NameGenerationResponse,
    PackageGenerationResponse,
    ProjectPage,
    ProjectRead,
    TaglineGenerationResponse,
)
from core.exceptions import OverloadedError
from database.unit_of_work import Database
from services.container import Container

BAKERY = {"description": "A small bakery that delivers sourdough bread by bike", "seed": 7}
Headers = dict[str, str]


async def sign_up(client: httpx.AsyncClient, email: str) -> Headers:
    answer = await client.post(
        "/api/auth/signup", json={"email": email, "password": "four plain words here"}
    )
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
async def headers(client: httpx.AsyncClient) -> Headers:
    return await sign_up(client, "founder@example.com")


async def post(client: httpx.AsyncClient, path: str, headers: Headers, **body: Any) -> Any:
    answer = await client.post(f"/api/generate/{path}", json=BAKERY | body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def units(client: httpx.AsyncClient, headers: Headers) -> int:
    answer = await client.get("/api/users/me", headers=headers)
    return int(answer.json()["generations_remaining"])


async def test_names(client: httpx.AsyncClient, headers: Headers) -> None:
    answer = NameGenerationResponse.model_validate(
        await post(client, "names", headers, tlds=[], style="modern")
    )

    assert len({name.name.casefold() for name in answer.names}) == 10
    assert answer.models_used == ["builtin"]
    assert all(name.reasoning and name.factors for name in answer.names)
    assert answer.seed == BAKERY["seed"]


async def test_taglines_and_colors(client: httpx.AsyncClient, headers: Headers) -> None:
    lines = TaglineGenerationResponse.model_validate(
        await post(client, "taglines", headers, name="Crumbloom")
    )
    palette = ColorGenerationResponse.model_validate(
        await post(client, "colors", headers, colors="earthy tones")
    )

    assert len({line.text for line in lines.taglines}) == 5
    assert all(pair.ratio >= pair.required for pair in palette.palette.contrasts)


async def test_a_name_that_no_typeface_can_set_is_invalid_input_and_costs_nothing(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    answer = await client.post(
        "/api/generate/logos", json=BAKERY | {"name": "\u30d1\u30f3\u5c4b"}, headers=headers
    )

    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert "typeface" in answer.json()["error"]
    assert await units(client, headers) == 2


async def test_logos_are_files_that_open_without_a_token(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    answer = LogoGenerationResponse.model_validate(
        await post(client, "logos", headers, name="Crumbloom")
    )

    assert len({logo.family for logo in answer.logos}) == 3
    for logo in answer.logos:
        assert logo.svg_url is not None
        picture = await client.get(logo.url)
        vector = await client.get(logo.svg_url)
        assert Image.open(io.BytesIO(picture.content)).mode == "RGBA"
        assert fromstring(vector.content).tag.endswith("svg")
        assert "sandbox" in vector.headers["content-security-policy"]


async def test_a_package_links_project_parts_and_files(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    body = {**BAKERY, "preferences": {"style": "modern", "colors": "earthy tones"}, "tlds": []}
    answer = await client.post("/api/generate/package", json=body, headers=headers)
    package = PackageGenerationResponse.model_validate(answer.json())
    history = HistoryPage.model_validate(
        (await client.get("/api/users/history", headers=headers)).json()
    )
    project = ProjectRead.model_validate(
        (await client.get(f"/api/projects/{package.project_id}", headers=headers)).json()
    )

    assert answer.headers["X-RateLimit-Remaining"] == "1"
    assert package.status == "completed"
    assert package.names is not None
    assert len(package.names) == 10
    assert package.taglines is not None
    assert len(package.taglines) == 5
    assert package.logos is not None
    assert len(package.logos) == 3
    assert project.name == package.brand_name
    assert project.status == "completed"
    kinds = sorted(item.generation_type for item in history.items)
    assert kinds == ["color", "logo", "name", "package", "tagline"]
    assert await units(client, headers) == 1


async def test_the_same_seed_gives_the_same_names(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    first = await post(client, "names", headers, tlds=[])
    second = await post(client, "names", headers, tlds=[])

    assert first["names"] == second["names"]


async def test_of_two_hundred_requests_exactly_two_succeed(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/generate/colors", json=BAKERY, headers=headers) for _ in range(200))
    )

    statuses = [answer.status_code for answer in answers]
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert statuses.count(200) == 2
    assert statuses.count(429) == 198
    assert refused.json()["code"] == "RATE_LIMIT_EXCEEDED"
    assert int(refused.headers["Retry-After"]) > 80_000


async def test_bad_input_costs_nothing(client: httpx.AsyncClient, headers: Headers) -> None:
    for body in ({}, {"description": " "}, {"description": 5}, {**BAKERY, "project_id": "x"}):
        answer = await client.post("/api/generate/names", json=body, headers=headers)
        assert answer.status_code == 422
    unknown = {**BAKERY, "project_id": str(uuid4())}
    answer = await client.post("/api/generate/names", json=unknown, headers=headers)
    assert answer.status_code == 404
    assert await units(client, headers) == 2


async def test_a_failed_generation_returns_its_unit(
    client: httpx.AsyncClient, headers: Headers, container: Container
) -> None:
    class Broken:
        async def make(self, *_: object) -> None:
            raise RuntimeError("a bug with a secret in it")

    container.generation_runner._makers = Broken()  # type: ignore[assignment]  # a fault

    answer = await client.post("/api/generate/names", json=BAKERY, headers=headers)

    assert answer.status_code == 500
    assert answer.json()["code"] == "GENERATION_FAILED"
    assert "secret" not in answer.text
    assert await units(client, headers) == 2


class Slow:
    """Makes nothing until it is told to."""

    def __init__(self) -> None:
        self.started = asyncio.Event()

    async def make(self, *_: object) -> None:
        self.started.set()
        await asyncio.sleep(60)


async def test_async_generation_can_be_polled_and_cancelled(
    client: httpx.AsyncClient, headers: Headers, container: Container
) -> None:
    slow = Slow()
    container.generation_runner._makers = slow  # type: ignore[assignment]  # a slow provider
    accepted = await client.post(
        "/api/generate/names", json=BAKERY, headers=headers | {"Prefer": "respond-async"}
    )
    assert accepted.status_code == 202
    location = accepted.headers["Location"]
    await slow.started.wait()
    running = GenerationRead.model_validate((await client.get(location, headers=headers)).json())

    cancelled = await client.post(f"{location}/cancel", headers=headers)
    again = await client.post(f"{location}/cancel", headers=headers)

    assert running.status == "running"
    assert cancelled.json()["status"] == "cancelled"
    assert again.status_code == 409
    assert await units(client, headers) == 2


async def test_work_goes_on_when_the_client_leaves(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    request = asyncio.create_task(
        client.post("/api/generate/names", json={**BAKERY, "tlds": []}, headers=headers)
    )
    for _ in range(200):
        if (await client.get("/api/users/history", headers=headers)).json()["items"]:
            break
        await asyncio.sleep(0.01)
    request.cancel()

    for _ in range(200):
        items = (await client.get("/api/users/history", headers=headers)).json()["items"]
        if items[0]["status"] == "success":
            break
        await asyncio.sleep(0.05)

    assert items[0]["status"] == "success"
    assert items[0]["quota_state"] == "spent"


async def test_strangers_find_nothing(client: httpx.AsyncClient, headers: Headers) -> None:
    package = await post(client, "logos", headers, name="Crumbloom")
    stranger = await sign_up(client, "stranger@example.com")
    paths = [
        f"/api/generations/{package['generation_id']}",
        f"/api/projects/{package['project_id']}",
        f"/api/assets/{package['logos'][0]['files'][0]['asset_id']}",
    ]
    for path in paths:
        foreign = await client.get(path, headers=stranger)
        unknown = await client.get(f"{path.rpartition('/')[0]}/{uuid4()}", headers=stranger)
        assert foreign.status_code == unknown.status_code == 404
        assert foreign.json() == unknown.json()
    cancel = await client.post(f"{paths[0]}/cancel", headers=stranger)
    assert cancel.status_code == 404
    assert (await client.delete(paths[1], headers=stranger)).status_code == 404
    assert (await client.get(paths[1], headers=headers)).status_code == 200


async def test_an_altered_link_opens_nothing(client: httpx.AsyncClient, headers: Headers) -> None:
    url = (await post(client, "logos", headers, name="Crumbloom"))["logos"][0]["url"]

    assert (await client.get(url)).status_code == 200
    assert (await client.get(url[:-1] + ("A" if url[-1] != "A" else "B"))).status_code == 404
    assert (await client.get(url.replace("expires=", "expires=9"))).status_code == 404
    assert (await client.get("/storage/../jwt_secret?expires=1&signature=x")).status_code == 404


async def test_deleting_a_project_deletes_its_files(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    answer = await post(client, "logos", headers, name="Crumbloom")

    deleted = await client.delete(f"/api/projects/{answer['project_id']}", headers=headers)

    assert deleted.status_code == 204
    assert (await client.get(answer["logos"][0]["url"])).status_code == 404


async def test_project_pages_meet_without_gap_or_repeat(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    for number in range(5):
        made = await client.post(
            "/api/projects", json={"name": f"Project {number}"}, headers=headers
        )
        assert made.status_code == 201
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await client.get("/api/projects", params=params, headers=headers)
        page = ProjectPage.model_validate(answer.json())
        seen += [project.name for project in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert seen == [f"Project {number}" for number in reversed(range(5))]
    changed = await client.put(
        f"/api/projects/{page.items[0].id}", json={"name": "New"}, headers=headers
    )
    assert changed.json()["name"] == "New"


async def test_reads_take_one_query(
    client: httpx.AsyncClient, headers: Headers, database: Database, container: Container
) -> None:
    project = (await client.post("/api/projects", json={"name": "One"}, headers=headers)).json()
    counted: list[str] = []
    fetch = container.database.fetch

    async def counting(statement: Any, values: Any, *, retry: bool = True) -> Any:
        counted.append(statement.sql)
        return await fetch(statement, values, retry=retry)

    container.database.fetch = counting  # type: ignore[method-assign]
    for path in (f"/api/projects/{project['id']}", "/api/projects", "/api/users/history"):
        counted.clear()
        assert (await client.get(path, headers=headers)).status_code == 200
        assert len(counted) == 1, path


async def test_a_beat_after_the_commit_does_not_take_the_answer_away(
    client: httpx.AsyncClient,
    headers: Headers,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    commit = container.generation_runner._commit

    async def commit_and_linger(*arguments: Any) -> bool:
        published = await commit(*arguments)
        await asyncio.sleep(0.3)
        return published

    monkeypatch.setattr("services.generation_runner.HEARTBEAT_S", 0.02)
    monkeypatch.setattr(container.generation_runner, "_commit", commit_and_linger)

    await post(client, "colors", headers)

    assert await units(client, headers) == 1


async def test_a_package_says_it_when_the_service_is_too_busy_for_a_step(
    client: httpx.AsyncClient,
    headers: Headers,
    container: Container,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse(*_: Any) -> None:
        raise OverloadedError(retry_after=2)

    monkeypatch.setattr(container.names, "add_domains", refuse)

    response = await client.post(
        "/api/generate/package", json={"description": "A small bakery"}, headers=headers
    )

    assert response.status_code == 503
    assert response.headers["retry-after"] == "2"
    assert response.json()["code"] == "OVERLOADED"
    assert await units(client, headers) == 2
