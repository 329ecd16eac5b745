"""What the tests of the account API say over HTTP."""

from typing import Any

import httpx

EMAIL = "founder@example.com"
PASSWORD = "four plain words here"
NEW_PASSWORD = "five other plain words here"

Json = dict[str, Any]


async def post(client: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/auth/{path}", json=body)


async def sign_up(client: httpx.AsyncClient, email: str = EMAIL, **more: Any) -> Json:
    answer = await post(client, "signup", email=email, password=PASSWORD, **more)
    assert answer.status_code == 201, answer.text
    session: Json = answer.json()
    return session


async def log_in(client: httpx.AsyncClient, email: str = EMAIL) -> Json:
    answer = await post(client, "login", email=email, password=PASSWORD)
    assert answer.status_code == 200, answer.text
    session: Json = answer.json()
    return session


def bearer(session: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


async def me(client: httpx.AsyncClient, session: Json) -> httpx.Response:
    return await client.get("/api/users/me", headers=bearer(session))


async def delete_me(client: httpx.AsyncClient, session: Json, password: str) -> httpx.Response:
    return await client.request(
        "DELETE", "/api/users/me", json={"password": password}, headers=bearer(session)
    )
