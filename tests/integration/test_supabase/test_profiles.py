"""Each account of the project has one profile here, and only while it exists."""

import asyncio
from uuid import UUID

import httpx
from sqlalchemy import text

from database.unit_of_work import Database
from tests.integration.test_supabase.calls import (
    EMAIL,
    PASSWORD,
    log_in,
    me,
    post,
    sign_up,
)
from tests.simulators.supabase import SupabaseSimulator


async def test_a_token_from_the_page_itself_makes_the_profile_once(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, database: Database
) -> None:
    """A page may talk to Supabase without us; its first request here finds no profile."""
    await sign_up(client)
    async with database.session() as session:
        await session.execute(text("delete from users"))
    user = next(iter(supabase.gotrue.users.values()))
    direct = supabase.gotrue.open_session(user, "password")
    supabase.seen.clear()
    answers = await asyncio.gather(*(me(client, direct) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["id"] for answer in answers} == {user.id}
    supabase.seen.clear()
    assert (await me(client, direct)).status_code == 200
    assert supabase.seen == []  # a request costs no request to Supabase


async def test_tokens_of_a_deleted_account_do_not_bring_it_back(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, database: Database
) -> None:
    session = await sign_up(client)
    supabase.gotrue.users.clear()
    async with database.session() as db:
        await db.execute(text("delete from users"))

    assert (await me(client, session)).status_code == 401
    async with database.session() as db:
        assert await db.scalar(text("select count(*) from users")) == 0


async def test_an_address_moves_to_whom_supabase_says(
    supabase: SupabaseSimulator, client: httpx.AsyncClient, database: Database
) -> None:
    """The old account was deleted in Supabase's console; its row here still has the address."""
    old = await sign_up(client)
    supabase.gotrue.users.clear()
    new = await sign_up(client)

    assert new["user"]["id"] != old["user"]["id"]
    assert new["user"]["email"] == EMAIL
    row = await database.alone.users.get_by_id(UUID(old["user"]["id"]))
    assert row is not None
    assert row.email.endswith(".invalid")


async def test_a_wished_name_that_is_unfit_or_taken_is_left_out(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    await sign_up(client, username="founder")
    supabase.switches.autoconfirm = False
    for number, name in enumerate(["founder", "x", "a\u202eb", 7, "y" * 101]):
        email = f"u{number}@example.com"
        await post(client, "signup", email=email, password=PASSWORD)
        row = next(row for row in supabase.gotrue.users.values() if row.email == email)
        row.data, row.confirmed = {"username": name}, 1.0
        assert (await log_in(client, email))["user"]["username"] is None
