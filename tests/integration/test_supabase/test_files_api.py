"""Generated files in the project's storage, as a client meets them."""

import httpx

from tests.integration.test_supabase.calls import (
    bearer,
    me,
    sign_up,
)
from tests.simulators.supabase import SupabaseSimulator


async def test_files_are_linked_at_supabase(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    body = {"description": "A bakery for sourdough bread", "brand_name": "Crumb", "count": 1}
    made = await client.post("/api/generate/logos", json=body, headers=bearer(session))
    logo = made.json()["logos"][0]
    async with httpx.AsyncClient() as browser:
        picture, vector = await browser.get(logo["url"]), await browser.get(logo["svg_url"])

    assert picture.headers["content-type"] == "image/png"
    assert vector.headers["content-type"] == "image/svg+xml"
    asset = f"/api/assets/{logo['files'][0]['asset_id']}"
    redirected = await client.get(asset, headers=bearer(session))
    assert redirected.headers["location"] == logo["files"][0]["url"]
    found = await client.get(
        f"/api/generations/{made.json()['generation_id']}", headers=bearer(session)
    )
    assert found.status_code == 200, found.text
    assert found.json()["result"]["logos"][0]["url"] == logo["url"]
    ours = await client.get("/storage/a/b.png?expires=9999999999&signature=x")
    assert ours.status_code == 404


async def test_a_storage_that_is_down_gives_the_unit_back(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    assert (await me(client, session)).status_code == 200
    supabase.modes.extend(["503"] * 500)
    body = {"description": "A bakery for sourdough bread", "brand_name": "Crumb", "count": 1}
    made = await client.post("/api/generate/logos", json=body, headers=bearer(session))

    assert made.status_code == 503
    assert made.headers["Retry-After"]
    supabase.modes.clear()
    assert (await me(client, session)).json()["generations_remaining"] == 2
