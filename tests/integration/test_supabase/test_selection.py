"""Settings decide whether a Supabase project is used; nothing else changes."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from loguru import logger
from pydantic import ValidationError

from config.settings import Settings, SupabaseSettings
from core.providers.supabase.storage import SupabaseStorage
from services.auth_service import AuthService
from services.container import Container
from services.supabase_auth_service import SupabaseAuthService
from tests.integration.test_supabase.conftest import supabase_settings
from tests.running_service import ROOT
from utils.storage import LocalStorage


def test_with_address_and_keys_the_project_is_used(make_settings: Callable[..., Settings]) -> None:
    container = Container(make_settings(supabase=supabase_settings("http://127.0.0.1:9")))

    assert isinstance(container.auth, SupabaseAuthService)
    assert isinstance(container.storage, SupabaseStorage)


@pytest.mark.parametrize("lacking", ["SUPABASE_URL", "SUPABASE_KEY", "SUPABASE_SERVICE_KEY"])
def test_with_less_the_embedded_parts_do_the_work(
    make_settings: Callable[..., Settings], lacking: str
) -> None:
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="WARNING")
    container = Container(
        make_settings(supabase=supabase_settings("http://127.0.0.1:9", **{lacking: None}))
    )
    try:
        assert isinstance(container.auth, AuthService)
        assert isinstance(container.storage, LocalStorage)
    finally:
        logger.remove(sink)
    assert any(lacking in line for line in lines) == (lacking != "SUPABASE_URL")


@pytest.mark.parametrize("name", ["", "Upper", "a/b", "-a"])
def test_a_bucket_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValidationError):
        SupabaseSettings(SUPABASE_STORAGE_BUCKET=name)


def test_a_start_loads_no_library_of_supabase() -> None:
    code = (
        "import sys; import services.container;"
        "sys.exit(any(name.split('.')[0] in {'supabase', 'storage3'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
