"""What accounts promise beyond the usual way: nothing to guess, to mix up, or to leak."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import bcrypt
import httpx
import pytest
from loguru import logger
from sqlalchemy import text

from api.application import create_app
from config.settings import SecuritySettings, Settings
from database.unit_of_work import Database
from services.container import Container
from utils.logger import RequestLog, request_log

EMAIL = "founder@example.com"
PASSWORD = "four plain words here"
NEW_PASSWORD = "five other plain words here"

Json = dict[str, Any]  # Any: JSON values


@pytest.fixture
def bcrypt_calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the expensive functions, in the order in which they were called."""
    calls: list[str] = []

    def counted(name: str) -> Callable[..., Any]:  # Any: whatever bcrypt returns
        real = getattr(bcrypt, name)

        def call(*values: bytes) -> Any:  # Any: as above
            calls.append(name)
            return real(*values)

        return call

    for name in ("hashpw", "checkpw"):
        monkeypatch.setattr(bcrypt, name, counted(name))
    return calls


async def post(client: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/auth/{path}", json=body)


async def sign_up(client: httpx.AsyncClient, **changes: Any) -> Json:
    answer = await post(client, "signup", **({"email": EMAIL, "password": PASSWORD} | changes))
    assert answer.status_code == 201, answer.text
    session: Json = answer.json()
    return session


async def log_in(client: httpx.AsyncClient, password: str = PASSWORD, email: str = EMAIL) -> int:
    return (await post(client, "login", email=email, password=password)).status_code


def bearer(session: Json) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


async def stored_hash(database: Database) -> str:
    user = await database.alone.users.get_by_email(EMAIL)
    assert user is not None
    return user.password_hash or ""


async def test_an_unknown_address_costs_the_same_work_and_reads_the_same(
    client: httpx.AsyncClient, bcrypt_calls: list[str]
) -> None:
    await sign_up(client)
    answers, costs = [], []
    for email in (EMAIL, "nobody@example.com", "not an address", ""):
        bcrypt_calls.clear()
        answers.append(await post(client, "login", email=email, password="wrong password"))
        costs.append(list(bcrypt_calls))

    assert costs == [["checkpw"]] * 4
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers)) for answer in answers}) == 1


async def test_refused_tokens_and_passwords_cost_no_hashing(
    client: httpx.AsyncClient, bcrypt_calls: list[str]
) -> None:
    for body in ({"password": "short"}, {"password": "password123"}, {"password": "x" * 10_000}):
        assert (await post(client, "signup", email=EMAIL, **body)).status_code == 422
    assert (await post(client, "reset", token="x" * 72, password=NEW_PASSWORD)).status_code == 400
    assert (await post(client, "login", email=EMAIL, password="x" * 2000)).status_code == 422

    assert bcrypt_calls == []


async def test_a_megabyte_is_no_password(client: httpx.AsyncClient) -> None:
    answer = await post(client, "login", email=EMAIL, password="x" * 2**20)

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "password", ["😀" * 64, "   x   y ", "x" * 128, "пароль-пароль", "a'; --9x"]
)
async def test_any_characters_make_a_password_and_all_of_them_count(
    client: httpx.AsyncClient, password: str
) -> None:
    await sign_up(client, password=password)

    assert await log_in(client, password) == 200
    assert await log_in(client, password[:-1]) == 401
    assert await log_in(client, password + " ") == 401


@pytest.mark.parametrize(
    ("given", "typed"),
    [
        (" Founder@Example.com ", "founder@example.COM"),
        ("founder@xn--mnchen-3ya.de", "founder@MÜNCHEN.de"),
        ("JOSE\u0301@example.com", "josé@example.com"),
        ("founder@brand.test", "FOUNDER@brand.test"),
    ],
)
async def test_an_address_is_one_account_however_it_is_written(
    client: httpx.AsyncClient, given: str, typed: str
) -> None:
    await sign_up(client, email=given)

    assert await log_in(client, email=typed) == 200
    assert await log_in(client, email=given) == 200
    again = await post(client, "signup", email=typed, password=PASSWORD)
    assert (again.status_code, again.json()["code"]) == (409, "EMAIL_TAKEN")


@pytest.mark.parametrize("username", ["", "x", "x" * 101, "a\nb", "a\u202eb", "a\u0000b", 7])
async def test_names_that_cannot_be_shown_are_refused(
    client: httpx.AsyncClient, username: object
) -> None:
    answer = await post(client, "signup", email=EMAIL, password=PASSWORD, username=username)

    assert answer.status_code == 422


async def test_one_name_goes_to_one_of_many_who_want_it(client: httpx.AsyncClient) -> None:
    sessions = [await sign_up(client, email=f"f{number}@example.com") for number in range(5)]

    answers = await asyncio.gather(
        *(
            client.patch("/api/users/me", json={"username": "Ada"}, headers=bearer(session))
            for session in sessions
        )
    )
    late = await post(client, "signup", email=EMAIL, password=PASSWORD, username="Ada")

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]
    assert (late.status_code, late.json()["code"]) == (409, "USERNAME_TAKEN")
    assert await log_in(client) == 401  # the refused sign-up left nothing behind


async def test_weak_passwords_are_named_by_their_field(client: httpx.AsyncClient) -> None:
    headers = bearer(await sign_up(client))
    answers = [
        await post(client, "signup", email="x@example.com", password="password123"),
        await post(client, "reset", token="x", password="iloveyou1"),
        await client.patch(
            "/api/users/me",
            json={"password": "Password1", "current_password": PASSWORD},
            headers=headers,
        ),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert [field["path"] for field in answer.json()["details"]["fields"]] == ["body.password"]
    assert await log_in(client) == 200


async def test_hashes_of_elsewhere_are_renewed_by_simultaneous_logins(
    client: httpx.AsyncClient, database: Database
) -> None:
    user_id = (await sign_up(client))["user"]["id"]
    plain = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await database.alone.users.update(user_id, {"password_hash": plain})

    assert await log_in(client, "wrong password") == 401
    assert await stored_hash(database) == plain
    assert await asyncio.gather(*(log_in(client) for _ in range(3))) == [200, 200, 200]
    assert (await stored_hash(database)).startswith("hmac-sha384$2b$04$")
    assert await log_in(client) == 200


async def test_a_dearer_cost_is_taken_over_at_the_next_login(
    client: httpx.AsyncClient, database: Database, make_settings: Callable[..., Settings]
) -> None:
    await sign_up(client)
    settings = make_settings(security=SecuritySettings(BCRYPT_COST=5))
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as dearer:
        assert await log_in(dearer) == 200
    await container.aclose()

    assert (await stored_hash(database)).startswith("hmac-sha384$2b$05$")


async def test_a_login_cannot_slip_through_a_change_of_the_password(
    client: httpx.AsyncClient,
) -> None:
    headers = bearer(await sign_up(client))
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}

    answers = await asyncio.gather(
        *(post(client, "login", email=EMAIL, password=PASSWORD) for _ in range(3)),
        client.patch("/api/users/me", json=change, headers=headers),
        *(post(client, "login", email=EMAIL, password=PASSWORD) for _ in range(3)),
    )

    assert answers[3].status_code == 200
    for answer in answers:
        if "refresh_token" in answer.json():
            token = answer.json()["refresh_token"]
            assert (await post(client, "refresh", refresh_token=token)).status_code == 401
    assert await log_in(client) == 401
    assert await log_in(client, NEW_PASSWORD) == 200


async def test_two_changes_of_one_password_cannot_both_win(client: httpx.AsyncClient) -> None:
    headers = bearer(await sign_up(client))
    wishes = [f"{NEW_PASSWORD} {number}" for number in range(4)]

    answers = await asyncio.gather(
        *(
            client.patch(
                "/api/users/me",
                json={"password": wish, "current_password": PASSWORD},
                headers=headers,
            )
            for wish in wishes
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    winner = [answer.status_code for answer in answers].index(200)
    assert [await log_in(client, wish) for wish in wishes] == [
        200 if number == winner else 401 for number in range(4)
    ]


@pytest.mark.parametrize("path", ["reset", "refresh"])
async def test_a_token_used_at_once_by_many_has_one_effect(
    client: httpx.AsyncClient, container: Container, path: str
) -> None:
    session = await sign_up(client)
    if path == "refresh":
        bodies = [{"refresh_token": session["refresh_token"]}] * 10
    else:
        token = await reset_token_of(container)
        bodies = [{"token": token, "password": f"{NEW_PASSWORD} {n}"} for n in range(10)]

    answers = await asyncio.gather(*(post(client, path, **body) for body in bodies))

    statuses = sorted(answer.status_code for answer in answers)
    if path == "refresh":
        assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    else:
        assert statuses == [204] + [400] * 9


async def reset_token_of(container: Container) -> str:
    """The token as development finds it in the log."""
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), format="{message}", level="INFO")
    object.__setattr__(container.local_accounts._rules, "show_reset_tokens", True)
    await container.local_accounts.recover(EMAIL)
    logger.remove(sink)
    return lines[-1].split()[-1]


async def test_a_reset_token_ends_after_an_hour(
    client: httpx.AsyncClient, container: Container
) -> None:
    await sign_up(client)
    token = await reset_token_of(container)
    clock = container.local_accounts._clock
    container.local_accounts._clock = lambda: clock() + timedelta(minutes=61)

    answer = await post(client, "reset", token=token, password=NEW_PASSWORD)

    assert answer.status_code == 400
    assert await log_in(client) == 200


async def test_a_reset_token_dies_when_the_password_changes_otherwise(
    client: httpx.AsyncClient, container: Container
) -> None:
    headers = bearer(await sign_up(client))
    token = await reset_token_of(container)
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}
    assert (await client.patch("/api/users/me", json=change, headers=headers)).status_code == 200

    assert (await post(client, "reset", token=token, password=PASSWORD)).status_code == 400


async def test_neither_recovery_nor_accounts_leave_secrets_in_the_log(
    client: httpx.AsyncClient,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(request_log, "write", RequestLog().write)
    lines: list[str] = []
    sink = logger.add(lambda message: lines.append(str(message)), level="TRACE", serialize=True)
    session = await sign_up(client)
    await post(client, "login", email=EMAIL, password=PASSWORD + "!")
    await post(client, "recover", email=EMAIL)
    await post(client, "refresh", refresh_token=session["refresh_token"])
    forged = session["access_token"][:-4] + "AAAA"
    await client.get("/api/users/me", headers={"Authorization": f"Bearer {forged}"})
    logger.remove(sink)

    written = "".join(lines) + "".join(capfd.readouterr())
    assert "/api/auth/login" in written
    for secret in (PASSWORD, session["access_token"], session["refresh_token"], forged, EMAIL):
        assert secret not in written


async def test_the_counter_shows_a_renewed_window(
    client: httpx.AsyncClient, database: Database
) -> None:
    session = await sign_up(client)

    async def shown(started: str) -> int:
        async with database.session() as db:
            await db.execute(
                text(
                    "update users set generations_remaining = 0,"
                    f" quota_window_started_at = now() - interval '{started}'"
                )
            )
        answer = await client.get("/api/users/me", headers=bearer(session))
        remaining: int = answer.json()["generations_remaining"]
        return remaining

    assert await shown("23 hours 59 minutes") == 0
    assert await shown("24 hours 1 minute") == 2


async def test_reading_the_account_takes_one_statement(
    client: httpx.AsyncClient, database: Database, container: Container
) -> None:
    headers = bearer(await sign_up(client))
    await client.get("/api/users/me", headers=headers)
    fetch, asked = container.database.fetch, []

    async def counting(statement: Any, values: Any, **options: Any) -> Any:  # Any: passed through
        asked.append(statement.sql)
        return await fetch(statement, values, **options)

    container.database.fetch = counting  # type: ignore[method-assign]  # counts and passes on
    assert (await client.get("/api/users/me", headers=headers)).status_code == 200

    assert len(asked) == 1


async def test_extra_fields_change_nothing_of_an_account(client: httpx.AsyncClient) -> None:
    session = await sign_up(client)
    body = {
        "username": "Ada",
        "id": "00000000-0000-0000-0000-000000000000",
        "is_premium": True,
        "generations_remaining": 99,
        "password_hash": "x",
    }

    answer = await client.patch("/api/users/me", json=body, headers=bearer(session))

    assert answer.json() == session["user"] | {"username": "Ada"}


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Token {}", "{}", "Bearer {} x", "Bearer {},Bearer {}", 'Bearer "{}"'],
)
async def test_other_forms_of_the_header_are_refused(
    client: httpx.AsyncClient, header: str
) -> None:
    session = await sign_up(client)
    value = header.replace("{}", session["access_token"])

    answer = await client.get("/api/users/me", headers={"Authorization": value})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
