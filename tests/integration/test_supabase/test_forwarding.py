"""Supabase's limits by address count founders, not this server, where the settings say so."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from api.application import create_app
from config.settings import SecuritySettings, Settings
from database.unit_of_work import Database
from services.container import Container
from tests.integration.test_supabase.calls import log_in, me, post, sign_up
from tests.integration.test_supabase.conftest import supabase_settings
from tests.simulators.http_server import Seen
from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_keys import PUBLIC_KEY, SECRET_KEY

SIGNUP, TOKEN = "/auth/v1/signup", "/auth/v1/token"


@pytest.fixture
def forwarding() -> bool:
    return True


@pytest.fixture
def settings(
    make_settings: Callable[..., Settings], supabase: SupabaseSimulator, forwarding: bool
) -> Settings:
    project = supabase_settings(supabase.url, SUPABASE_FORWARD_CLIENT_IP=forwarding)
    return make_settings(
        supabase=project, security=SecuritySettings(BCRYPT_COST=4, TRUSTED_PROXIES=["10.0.0.1"])
    )


def visitor(settings: Settings, container: Container, address: str) -> httpx.AsyncClient:
    """A founder at an address, behind our proxy."""
    transport = httpx.ASGITransport(app=create_app(settings, container), client=("10.0.0.1", 1))
    headers = {"X-Forwarded-For": address}
    return httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers)


def address_of(seen: Seen) -> str:
    return seen.headers.get("sb-forwarded-for", "")


async def test_founders_at_once_are_each_told_by_their_own_address(
    supabase: SupabaseSimulator, settings: Settings, container: Container, database: Database
) -> None:
    async def visit(number: int) -> None:
        async with visitor(settings, container, f"203.0.113.{number}") as client:
            session = await sign_up(client, f"founder{number}@example.com")
            renewed = await post(client, "refresh", refresh_token=session["refresh_token"])
            assert (await me(client, renewed.json())).status_code == 200

    await asyncio.gather(*(visit(number) for number in range(1, 13)))

    signed_up = [seen for seen in supabase.seen if seen.path == SIGNUP]
    refreshed = [seen for seen in supabase.seen if seen.path == TOKEN]
    assert {address_of(seen) for seen in refreshed} == {f"203.0.113.{n}" for n in range(1, 13)}
    assert len(signed_up) == len(refreshed) == 12
    for seen in signed_up:
        number = address_of(seen).rpartition(".")[2]
        assert json.loads(seen.body)["email"] == f"founder{number}@example.com"
    assert {seen.headers["apikey"] for seen in (*signed_up, *refreshed)} == {SECRET_KEY}


@pytest.mark.parametrize("forwarding", [False])
async def test_without_the_setting_nobodys_address_is_told(
    supabase: SupabaseSimulator, settings: Settings, container: Container, database: Database
) -> None:
    async with visitor(settings, container, "203.0.113.7") as client:
        await sign_up(client)
        await log_in(client)

    assert all("sb-forwarded-for" not in seen.headers for seen in supabase.seen)
    assert {seen.headers["apikey"] for seen in supabase.seen if seen.path in {SIGNUP, TOKEN}} == {
        PUBLIC_KEY
    }
