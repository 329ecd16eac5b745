"""A simulated project, and our side of it."""

import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from config.settings import Settings, SupabaseSettings
from core.breaker import Breaker
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.project import SupabaseProject
from core.providers.supabase.storage import SupabaseStorage
from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_keys import PUBLIC_KEY, SECRET_KEY

FRONTEND = "http://localhost:3000"


@pytest.fixture
async def supabase() -> AsyncIterator[SupabaseSimulator]:
    """A project with confirmed addresses; its switches may be changed."""
    async with SupabaseSimulator() as simulator:
        yield simulator


@pytest.fixture
async def project(supabase: SupabaseSimulator) -> AsyncIterator[SupabaseProject]:
    """Our side; its breaker has time enough between any two openings."""
    seconds = itertools.count(step=1000.0)
    project = SupabaseProject(
        supabase.url,
        SecretStr(PUBLIC_KEY),
        SecretStr(SECRET_KEY),
        breaker=Breaker(clock=lambda: next(seconds)),
    )
    yield project
    await project.aclose()


@pytest.fixture
def accounts(project: SupabaseProject) -> SupabaseAccounts:
    """Supabase Auth as calls."""
    return SupabaseAccounts(project, return_to=FRONTEND)


@pytest.fixture
def files(project: SupabaseProject) -> SupabaseStorage:
    """Supabase Storage behind our interface."""
    return SupabaseStorage(project, "brand-packages")


@pytest.fixture
def settings(make_settings: Callable[..., Settings], supabase: SupabaseSimulator) -> Settings:
    """The whole application with this project."""
    return make_settings(supabase=supabase_settings(supabase.url), frontend_url=FRONTEND)


def supabase_settings(url: str, **changes: Any) -> SupabaseSettings:
    """The settings of a simulated project."""
    values = {"SUPABASE_URL": url, "SUPABASE_KEY": PUBLIC_KEY, "SUPABASE_SERVICE_KEY": SECRET_KEY}
    return SupabaseSettings(**(values | changes))
