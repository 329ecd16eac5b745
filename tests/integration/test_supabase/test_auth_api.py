"""Our whole account API over HTTP, with Supabase behind it."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from api.application import create_app
from config.settings import Settings
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_supabase.calls import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    Json,
    bearer,
    delete_me,
    log_in,
    me,
    post,
    sign_up,
)
from tests.integration.test_supabase.conftest import FRONTEND, supabase_settings
from tests.simulators.supabase import SECRET_TEXT, SupabaseSimulator
from tests.simulators.supabase_keys import PUBLIC_KEY, SECRET_KEY


async def test_signing_up_makes_a_profile_with_the_free_units(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client, "Founder@Example.COM", username="founder")

    user = session["user"]
    assert user["id"] in supabase.gotrue.users
    assert (user["email"], user["username"]) == (EMAIL, "founder")
    assert user["generations_remaining"] == 2
    assert session["expires_in"] == 3600
    assert (await me(client, session)).json() == user


async def test_logins_refresh_and_end(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    await sign_up(client)
    session = await log_in(client)
    other = await log_in(client)
    renewed = await post(client, "refresh", refresh_token=session["refresh_token"])
    again = await post(client, "refresh", refresh_token=session["refresh_token"])
    assert renewed.status_code == 200
    assert again.json()["refresh_token"] == renewed.json()["refresh_token"]

    left = await client.post("/api/auth/logout", headers=bearer(renewed.json()))
    assert left.status_code == 204
    for ended in (session, renewed.json()):  # one login: its older token is dead as well
        assert (await me(client, ended)).status_code == 401
    dead = await post(client, "refresh", refresh_token=renewed.json()["refresh_token"])
    assert (dead.status_code, dead.json()["code"]) == (401, "AUTH_REQUIRED")
    assert dead.headers["WWW-Authenticate"] == "Bearer"
    assert (await me(client, other)).status_code == 200


async def test_wrong_password_and_unknown_address_look_alike(client: httpx.AsyncClient) -> None:
    await sign_up(client)
    wrong = await post(client, "login", email=EMAIL, password=NEW_PASSWORD)
    unknown = await post(client, "login", email="x@example.com", password=NEW_PASSWORD)
    empty = await post(client, "login", email=EMAIL, password="")

    assert wrong.status_code == unknown.status_code == empty.status_code == 401
    assert wrong.json() == unknown.json() == empty.json()
    assert wrong.json()["code"] == "INVALID_CREDENTIALS"


async def test_a_made_up_refresh_token_is_401(client: httpx.AsyncClient) -> None:
    for token in ("x", "0123456abcde", "A" * 200):
        assert (await post(client, "refresh", refresh_token=token)).status_code == 401


async def test_a_taken_address_or_name_is_a_conflict(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    await sign_up(client, username="founder")
    address = await post(client, "signup", email=EMAIL, password=PASSWORD)
    name = await post(
        client, "signup", email="new@example.com", password=PASSWORD, username="founder"
    )

    assert (address.status_code, address.json()["code"]) == (409, "EMAIL_TAKEN")
    assert (name.status_code, name.json()["code"]) == (409, "USERNAME_TAKEN")
    assert len(supabase.gotrue.users) == 1


async def test_an_address_to_be_confirmed(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, database: Database
) -> None:
    await sign_up(client)
    supabase.switches.autoconfirm = False
    known = await post(client, "signup", email=EMAIL, password=PASSWORD)
    new = await post(
        client, "signup", email="new@example.com", password=PASSWORD, username="newcomer"
    )
    early = await post(client, "login", email="new@example.com", password=PASSWORD)

    assert known.status_code == new.status_code == 202  # nobody learns who has an account
    assert known.content == new.content
    assert (early.status_code, early.json()["code"]) == (403, "EMAIL_NOT_CONFIRMED")
    async with database.session() as session:
        assert await session.scalar(text("select count(*) from users")) == 1
    mail = supabase.mails[-1]
    assert (mail.email, mail.redirect_to) == ("new@example.com", FRONTEND)
    await confirm(supabase, mail.token_hash, "signup")
    assert (await log_in(client, "new@example.com"))["user"]["username"] == "newcomer"


async def test_the_mail_of_a_sign_up_is_sent_once_more_and_the_answer_tells_nothing(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    await sign_up(client)
    supabase.switches.autoconfirm = False
    await post(client, "signup", email="new@example.com", password=PASSWORD)
    answers = [await post(client, "resend-confirmation", email="new@example.com")]
    assert len(supabase.mails) == 1, "within a minute of the first"
    supabase.skip(61)
    answers += [
        await post(client, "resend-confirmation", email=email)
        for email in ("new@example.com", EMAIL, "nobody@example.com")
    ]
    supabase.modes.append("fault:400:email_address_not_authorized")
    supabase.skip(61)
    answers.append(await post(client, "resend-confirmation", email="new@example.com"))

    assert [answer.status_code for answer in answers] == [202] * 5
    assert len({answer.content for answer in answers}) == 1
    mail = supabase.mails[-1]
    assert [each.email for each in supabase.mails] == ["new@example.com"] * 2
    assert (mail.kind, mail.redirect_to) == ("signup", FRONTEND)
    await confirm(supabase, mail.token_hash, "signup")
    assert await log_in(client, "new@example.com")


async def test_who_has_not_confirmed_is_told_where_to_have_the_mail_again(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    supabase.switches.autoconfirm = False
    await post(client, "signup", email=EMAIL, password=PASSWORD)
    early = await post(client, "login", email=EMAIL, password=PASSWORD)

    assert early.json()["code"] == "EMAIL_NOT_CONFIRMED"
    assert "POST /api/auth/resend-confirmation" in early.json()["error"]


async def confirm(supabase: SupabaseSimulator, token_hash: str, kind: str) -> Json:
    """What a browser does with the link of a mail."""
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(
            f"{supabase.url}/auth/v1/verify", json={"type": kind, "token_hash": token_hash}
        )
    session: Json = answer.json()
    return session


@pytest.mark.parametrize("way", ["hash", "session"])
async def test_a_lost_password_is_set_anew_and_all_logins_end(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, way: str
) -> None:
    session = await sign_up(client)
    assert (await me(client, session)).status_code == 200
    known = await post(client, "recover", email=EMAIL)
    unknown = await post(client, "recover", email="nobody@example.com")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    token = supabase.mails[-1].token_hash
    if way == "session":
        token = (await confirm(supabase, token, "recovery"))["access_token"]

    done = await post(client, "reset", token=token, password=NEW_PASSWORD)
    again = await post(client, "reset", token=token, password=PASSWORD)
    assert done.status_code == 204, done.text
    assert (again.status_code, again.json()["code"]) == (400, "PROOF_REFUSED")
    assert (await me(client, session)).status_code == 401
    assert not supabase.gotrue.sessions
    old = await post(client, "login", email=EMAIL, password=PASSWORD)
    new = await post(client, "login", email=EMAIL, password=NEW_PASSWORD)
    assert (old.status_code, new.status_code) == (401, 200)
    assert (await me(client, new.json())).status_code == 200


async def test_an_ordinary_token_resets_no_password(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    for token in (session["access_token"], "made-up", "a.b.c", supabase.keyring.anon_jwt):
        answer = await post(client, "reset", token=token, password=NEW_PASSWORD)
        assert (answer.status_code, answer.json()["code"]) == (400, "PROOF_REFUSED")

    assert await log_in(client)


async def test_a_new_password_needs_the_old_one_and_ends_all_logins(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session, other = await sign_up(client), await log_in(client)
    assert (await me(client, other)).status_code == 200
    change = {"password": NEW_PASSWORD, "current_password": NEW_PASSWORD, "username": "renamed"}
    wrong = await client.patch("/api/users/me", json=change, headers=bearer(session))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "INVALID_CREDENTIALS")
    assert (await me(client, session)).json()["username"] is None

    change["current_password"] = PASSWORD
    done = await client.patch("/api/users/me", json=change, headers=bearer(session))
    assert done.status_code == 200, done.text
    assert (await me(client, session)).status_code == 401
    assert (await me(client, other)).status_code == 401
    assert not supabase.gotrue.sessions


@pytest.mark.parametrize("autoconfirm", [True, False])
async def test_a_new_address_shows_when_it_is_confirmed(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, autoconfirm: bool
) -> None:
    session = await sign_up(client)
    supabase.switches.autoconfirm = autoconfirm
    change = {"email": "new@example.com", "current_password": PASSWORD, "username": "renamed"}
    done = await client.patch("/api/users/me", json=change, headers=bearer(session))

    assert done.status_code == 200
    assert done.json()["username"] == "renamed"
    assert done.json()["email"] == ("new@example.com" if autoconfirm else EMAIL)
    if not autoconfirm:
        await confirm(supabase, supabase.mails[-1].token_hash, "email_change")
    assert (await log_in(client, "new@example.com"))["user"]["email"] == "new@example.com"
    assert (await me(client, session)).json()["email"] == "new@example.com"


async def test_deleting_an_account_takes_everything(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, database: Database
) -> None:
    session = await sign_up(client)
    body = {"description": "A bakery for sourdough bread", "brand_name": "Crumb", "count": 1}
    made = await client.post("/api/generate/logos", json=body, headers=bearer(session))
    assert made.status_code == 200, made.text
    assert supabase.storage.buckets["brand-packages"].files
    kept = await delete_me(client, session, NEW_PASSWORD)
    assert (kept.status_code, kept.json()["code"]) == (401, "INVALID_CREDENTIALS")

    assert (await delete_me(client, session, PASSWORD)).status_code == 204
    assert not supabase.gotrue.users
    assert not supabase.storage.buckets["brand-packages"].files
    async with database.session() as db:
        assert await db.scalar(text("select count(*) from users")) == 0
    assert (await me(client, session)).status_code == 401
    assert (await post(client, "login", email=EMAIL, password=PASSWORD)).status_code == 401


async def test_a_half_done_deletion_can_be_asked_for_again(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    assert (await me(client, session)).status_code == 200
    # The token is checked, the password is proved, and then Supabase goes away.
    supabase.modes.extend(["ok", "ok", *["503"] * 3])
    half = await delete_me(client, session, PASSWORD)
    assert half.status_code == 503
    assert half.headers["Retry-After"]

    supabase.modes.clear()
    assert (await delete_me(client, session, PASSWORD)).status_code == 204
    assert not supabase.gotrue.users


async def test_what_matters_asks_whether_the_token_was_revoked(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    """Somebody logged out elsewhere: the token verifies until it expires, and deletes nothing."""
    session = await sign_up(client)
    assert (await me(client, session)).status_code == 200
    supabase.gotrue.sessions.clear()

    change = {"email": "thief@example.com", "current_password": PASSWORD}
    moved = await client.patch("/api/users/me", json=change, headers=bearer(session))
    gone = await delete_me(client, session, PASSWORD)
    assert moved.status_code == gone.status_code == 401
    assert len(supabase.gotrue.users) == 1


async def test_a_banned_user_is_told_so(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    next(iter(supabase.gotrue.users.values())).banned = True

    for answer in (
        await post(client, "login", email=EMAIL, password=PASSWORD),
        await post(client, "refresh", refresh_token=session["refresh_token"]),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_the_keys_of_the_project_are_nobody(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    for token in (supabase.keyring.anon_jwt, supabase.keyring.service_jwt, PUBLIC_KEY, SECRET_KEY):
        assert (await me(client, {"access_token": token})).status_code == 401


async def test_two_people_at_once_get_their_own(client: httpx.AsyncClient) -> None:
    async def visit(number: int) -> None:
        email = f"founder{number}@example.com"
        await sign_up(client, email)
        session = await log_in(client, email)
        renewed = await post(client, "refresh", refresh_token=session["refresh_token"])
        assert (await me(client, renewed.json())).json()["email"] == email
        if number % 2:
            assert (await delete_me(client, renewed.json(), PASSWORD)).status_code == 204

    await asyncio.gather(*(visit(number) for number in range(12)))
    for number in range(0, 12, 2):
        await log_in(client, f"founder{number}@example.com")


DOWN = [
    ("signup", {"email": "new@example.com", "password": PASSWORD}),
    ("login", {"email": EMAIL, "password": PASSWORD}),
    ("refresh", {"refresh_token": "0123456abcde"}),
    ("resend-confirmation", {"email": EMAIL}),
    ("recover", {"email": EMAIL}),
    ("reset", {"token": "0123456abcde", "password": NEW_PASSWORD}),
]


@pytest.mark.parametrize(("path", "body"), DOWN)
async def test_a_project_that_is_down_is_503_and_soon(
    make_settings: Callable[..., Settings], database: Database, path: str, body: Json
) -> None:
    settings = make_settings(supabase=supabase_settings("http://127.0.0.1:9"))
    container = Container(settings)
    transport = httpx.ASGITransport(app=create_app(settings, container))
    began = time.monotonic()
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        answer = await post(client, path, **body)
    await container.aclose()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert time.monotonic() - began < 10  # against a hang only


@pytest.mark.parametrize("code", ["unexpected_failure", "not_admin", "over_request_rate_limit"])
async def test_texts_of_the_provider_stay_inside(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, code: str
) -> None:
    statuses = {"unexpected_failure": 500, "not_admin": 403, "over_request_rate_limit": 429}
    supabase.modes.append(f"fault:{statuses[code]}:{code}")
    answer = await post(client, "login", email=EMAIL, password=PASSWORD)

    assert answer.status_code == {"unexpected_failure": 502, "not_admin": 500}.get(code, 429)
    assert SECRET_TEXT not in answer.text
    assert ("Retry-After" in answer.headers) == (answer.status_code == 429)
