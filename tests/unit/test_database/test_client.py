"""The Supabase client is made from the settings, or not at all."""

import pytest

from config.settings import get_settings
from database.client import init_supabase


def test_without_a_project_there_is_no_client() -> None:
    assert init_supabase() is None


def test_a_configured_project_gets_a_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPABASE_URL", "https://project.supabase.co")
    monkeypatch.setenv("SUPABASE_ANON_KEY", "sb_publishable_x")
    get_settings.cache_clear()
    try:
        client = init_supabase()
    finally:
        get_settings.cache_clear()

    assert client is not None
    assert str(client.supabase_url).rstrip("/") == "https://project.supabase.co"
