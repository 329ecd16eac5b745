"""Accounts over HTTP: sign up, stay logged in, log out, recover, change, delete."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from database.unit_of_work import Database
from services.container import Container

PASSWORD = "four plain words here"
NEW_PASSWORD = "five other plain words here"
EMAIL = "founder@example.com"
NOBODY = UUID(int=1)
PROTECTED = (
    ("GET", "/api/users/me"),
    ("PATCH", "/api/users/me"),
    ("PUT", "/api/users/me/webhook"),
    ("POST", "/api/users/me/webhook/test"),
    ("DELETE", "/api/users/me"),
    ("GET", "/api/users/history"),
    ("GET", "/api/projects"),
    ("POST", "/api/projects"),
    ("GET", f"/api/projects/{NOBODY}"),
    ("PUT", f"/api/projects/{NOBODY}"),
    ("DELETE", f"/api/projects/{NOBODY}"),
    ("POST", "/api/generate/names"),
    ("POST", "/api/generate/package"),
    ("POST", "/api/domains/check"),
    ("GET", f"/api/generations/{NOBODY}"),
    ("POST", f"/api/generations/{NOBODY}/cancel"),
    ("GET", f"/api/assets/{NOBODY}"),
    ("POST", "/api/auth/logout"),
)


async def post(client: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/auth/{path}", json=body)


async def sign_up(client: httpx.AsyncClient, email: str = EMAIL) -> dict[str, Any]:
    answer = await post(client, "signup", email=email, password=PASSWORD)
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    return session


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def is_alive(client: httpx.AsyncClient, session: dict[str, Any]) -> bool:
    answer = await client.get("/api/users/me", headers=bearer(session["access_token"]))
    return answer.status_code == 200


async def test_signing_up_logs_in_with_the_free_units(client: httpx.AsyncClient) -> None:
    session = await sign_up(client, "Founder@Example.COM")

    assert session["user"]["email"] == EMAIL
    assert session["user"]["generations_remaining"] == 2
    assert session["token_type"] == "bearer"
    assert "password" not in str(session)
    assert await is_alive(client, session)
    login = await post(client, "login", email="FOUNDER@example.com", password=PASSWORD)
    assert login.status_code == 200


@pytest.mark.parametrize(("method", "path"), PROTECTED)
async def test_a_missing_or_bad_token_is_refused_before_the_body_is_read(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    for headers in ({}, bearer("nonsense"), {"Authorization": "Basic eA=="}, bearer("")):
        answer = await client.request(method, path, content=b"{broken", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "AUTH_REQUIRED"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_the_same_address_cannot_sign_up_twice(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    answers = await asyncio.gather(
        *(post(client, "signup", email="racer@example.com", password=PASSWORD) for _ in range(5))
    )
    again = await post(client, "signup", email=EMAIL.upper(), password=PASSWORD)

    assert again.status_code == 409
    assert again.json()["code"] == "EMAIL_TAKEN"
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "nobody", "password": PASSWORD},
        {"email": EMAIL, "password": "short"},
        {"email": EMAIL, "password": "password123"},
        {"email": EMAIL, "password": "x" * 129},
        {"email": EMAIL, "password": 5},
        {"email": EMAIL, "password": PASSWORD, "username": "a\u0000b"},
    ],
)
async def test_bad_sign_ups_are_explained(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await post(client, "signup", **body)

    assert answer.status_code == 422
    assert answer.json()["code"] == "VALIDATION_ERROR"


async def test_extra_fields_assign_nothing(client: httpx.AsyncClient) -> None:
    answer = await post(
        client, "signup", email=EMAIL, password=PASSWORD, is_premium=True, generations_remaining=99
    )

    assert answer.json()["user"]["is_premium"] is False
    assert answer.json()["user"]["generations_remaining"] == 2


async def test_wrong_password_and_unknown_address_look_alike(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    wrong = await post(client, "login", email=EMAIL, password=NEW_PASSWORD)
    unknown = await post(client, "login", email="x@example.com", password=NEW_PASSWORD)

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_a_refresh_token_works_once_and_a_copy_ends_the_login(
    client: httpx.AsyncClient, database: Database
) -> None:
    session = await sign_up(client)
    second = await post(client, "refresh", refresh_token=session["refresh_token"])
    again = await post(client, "refresh", refresh_token=session["refresh_token"])
    assert second.status_code == again.status_code == 200
    assert second.json()["refresh_token"] == again.json()["refresh_token"]

    async with database.session() as db:
        await db.execute(text("update refresh_tokens set rotated_at = now() - interval '11 s'"))
    replay = await post(client, "refresh", refresh_token=session["refresh_token"])
    victim = await post(client, "refresh", refresh_token=second.json()["refresh_token"])

    assert replay.status_code == victim.status_code == 401
    assert not await is_alive(client, second.json())


async def test_twenty_refreshes_at_once_agree_on_one_successor(client: httpx.AsyncClient) -> None:
    session = await sign_up(client)
    answers = await asyncio.gather(
        *(post(client, "refresh", refresh_token=session["refresh_token"]) for _ in range(20))
    )

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1


async def test_tokens_of_one_kind_do_not_pass_for_another(client: httpx.AsyncClient) -> None:
    session = await sign_up(client)

    assert (
        await client.get("/api/users/me", headers=bearer(session["refresh_token"]))
    ).status_code == 401
    assert (await post(client, "refresh", refresh_token=session["access_token"])).status_code == 401


async def test_logging_out_ends_this_login_at_once(client: httpx.AsyncClient) -> None:
    session = await sign_up(client)
    other = (await post(client, "login", email=EMAIL, password=PASSWORD)).json()
    assert await is_alive(client, session)

    answer = await client.post("/api/auth/logout", headers=bearer(session["access_token"]))

    assert answer.status_code == 204
    assert not await is_alive(client, session)
    assert (
        await post(client, "refresh", refresh_token=session["refresh_token"])
    ).status_code == 401
    assert await is_alive(client, other)


async def test_a_lost_password_is_replaced_once_and_ends_all_logins(
    client: httpx.AsyncClient, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await sign_up(client)
    tokens: list[str] = []
    monkeypatch.setattr(
        "services.auth_service.log.info", lambda _message, token: tokens.append(token)
    )
    object.__setattr__(container.local_accounts._rules, "show_reset_tokens", True)
    known = await post(client, "recover", email=EMAIL)
    unknown = await post(client, "recover", email="x@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(tokens) == 1

    done = await post(client, "reset", token=tokens[0], password=NEW_PASSWORD)
    again = await post(client, "reset", token=tokens[0], password=PASSWORD)

    assert done.status_code == 204
    assert again.status_code == 400
    assert not await is_alive(client, session)
    assert (await post(client, "login", email=EMAIL, password=PASSWORD)).status_code == 401
    assert (await post(client, "login", email=EMAIL, password=NEW_PASSWORD)).status_code == 200


async def test_local_accounts_wait_for_no_confirmation(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    known = await post(client, "resend-confirmation", email=EMAIL)
    unknown = await post(client, "resend-confirmation", email="x@example.com")
    none = await post(client, "resend-confirmation", email="not an address")

    assert (known.status_code, unknown.status_code, none.status_code) == (202, 202, 422)
    assert known.content == unknown.content


async def test_changing_the_account(client: httpx.AsyncClient) -> None:
    headers = bearer((await sign_up(client))["access_token"])
    await sign_up(client, "other@example.com")

    async def patch(**body: Any) -> httpx.Response:
        return await client.patch("/api/users/me", json=body, headers=headers)

    assert (await patch(username="Ada")).json()["username"] == "Ada"
    assert (await patch(email="new@example.com")).status_code == 401
    taken = await patch(email="other@example.com", current_password=PASSWORD)
    assert taken.json()["code"] == "EMAIL_TAKEN"
    moved = await patch(email="new@example.com", current_password=PASSWORD)
    assert moved.json()["email"] == "new@example.com"
    assert (await patch(password=NEW_PASSWORD, current_password=PASSWORD)).status_code == 200
    assert (await patch(username="Bob")).status_code == 401


async def test_deleting_the_account_deletes_what_it_owns(
    client: httpx.AsyncClient, database: Database
) -> None:
    session = await sign_up(client)
    headers = bearer(session["access_token"])
    await client.post("/api/projects", json={"name": "One"}, headers=headers)

    async def delete(password: str) -> int:
        answer = await client.request(
            "DELETE", "/api/users/me", json={"password": password}, headers=headers
        )
        return answer.status_code

    assert await delete("wrong password") == 401
    assert await delete(PASSWORD) == 204
    assert not await is_alive(client, session)
    async with database.session() as db:
        for table in ("users", "projects", "refresh_tokens"):
            assert await db.scalar(text(f"select count(*) from {table}")) == 0
