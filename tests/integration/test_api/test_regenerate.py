"""New versions of a package: what is locked stays, the rest is new, the old version is kept."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from api.schemas.response_schemas import PackageGenerationResponse
from services.container import Container

Headers = dict[str, str]
Json = dict[str, Any]  # Any: JSON values

PACKAGE = {"description": "A small bakery that delivers bread", "seed": 7, "tlds": []}
PARTS = {"names": "names", "palette": "colors", "taglines": "taglines", "logos": "logos"}


@pytest.fixture
async def headers(container: Container, signed_in: Headers, client: httpx.AsyncClient) -> Headers:
    """Of an account that may generate as often as it likes."""
    me = (await client.get("/api/users/me", headers=signed_in)).json()
    await container.database.alone.users.update(me["id"], {"is_premium": True})
    return signed_in


async def made(client: httpx.AsyncClient, headers: Headers) -> Json:
    answer = await client.post("/api/generate/package", json=PACKAGE, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def again(
    client: httpx.AsyncClient, headers: Headers, package: Json, *lock: str, **body: Any
) -> httpx.Response:
    address = f"/api/generations/{package['generation_id']}/regenerate"
    return await client.post(address, json={"lock": lock, **body}, headers=headers)


def content(package: Json, part: str) -> Any:  # Any: JSON values
    """What a part says; the links to its files differ from version to version."""
    value = package[PARTS[part]]
    if part == "logos":
        return [(logo["idea"], logo["family"], len(logo["files"])) for logo in value]
    if part == "names":
        return [item["name"] for item in value]
    return value


@pytest.mark.parametrize(
    ("lock", "kept"),
    [
        ((), ()),
        (("names",), ("names",)),
        (("palette",), ("palette",)),
        (("taglines",), ("taglines",)),
        (("logos",), ("palette", "logos")),
        (("names", "palette", "taglines"), ("names", "palette", "taglines")),
        (("names", "logos"), ("names", "palette", "logos")),
    ],
)
async def test_what_is_locked_stays_and_the_rest_is_new(
    client: httpx.AsyncClient, headers: Headers, lock: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    first = await made(client, headers)

    answer = await again(client, headers, first, *lock, seed=8)

    assert answer.status_code == 200, answer.text
    second = answer.json()
    PackageGenerationResponse.model_validate(second)
    assert second["project_id"] == first["project_id"]
    for part in PARTS:
        assert (content(second, part) == content(first, part)) == (part in kept), part
    carried = {"taglines", "logos", "names"} & set(lock)
    assert (second["brand_name"] == first["brand_name"]) == bool(carried)
    assert second["names"][0]["name"] == second["brand_name"]
    told = [warning for warning in second["warnings"] if "stays the first name" in warning]
    assert len(told) == (bool(carried) and "names" not in lock)
    old = (await client.get(f"/api/generations/{first['generation_id']}", headers=headers)).json()
    assert content(old["result"], "names") == content(first, "names")


async def test_versions_count_up_and_each_has_its_own_files(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    first = await made(client, headers)
    second = (await again(client, headers, first, "logos")).json()
    third = (await again(client, headers, first, "names")).json()

    jobs = [
        (await client.get(f"/api/generations/{each['generation_id']}", headers=headers)).json()
        for each in (first, second, third)
    ]
    assert [job["version"] for job in jobs] == [1, 2, 3]
    assert [job["based_on"] for job in jobs] == [None, *[first["generation_id"]] * 2]
    steps = {step["name"]: step["status"] for step in jobs[1]["steps"]}
    assert steps == {
        "names": "completed", "palette": "kept", "domains": "completed", "taglines": "completed",
        "logos": "completed",
    }  # fmt: skip
    files = [
        {file["asset_id"]: file["url"] for logo in each["logos"] for file in logo["files"]}
        for each in (first, second)
    ]
    assert not files[0].keys() & files[1].keys()
    for old, new in zip(files[0].values(), files[1].values(), strict=True):
        assert (await client.get(old)).content == (await client.get(new)).content


async def test_a_new_version_costs_a_unit(client: httpx.AsyncClient, signed_in: Headers) -> None:
    first = await made(client, signed_in)
    assert (await again(client, signed_in, first, "names")).status_code == 200
    refused = await again(client, signed_in, first, "names")
    assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMIT_EXCEEDED")


async def test_what_cannot_be_made_anew_says_so(
    client: httpx.AsyncClient, headers: Headers
) -> None:
    package = await made(client, headers)
    names = await client.post("/api/generate/names", json=PACKAGE, headers=headers)

    everything = await again(client, headers, package, *PARTS)
    unknown_part = await again(client, headers, package, "domains")
    single = await again(client, headers, names.json(), "names")
    unknown = await again(client, headers, {"generation_id": str(uuid4())})

    assert everything.status_code == unknown_part.status_code == 422
    assert (single.status_code, single.json()["code"]) == (409, "CONFLICT")
    assert unknown.status_code == 404
