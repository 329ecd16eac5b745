"""Settings: closed by default in production, silent about secrets, changeable on the way in."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from config.constants import RETENTION_DAYS
from config.overrides import override
from config.secrets import kept_secret, sendable, weakness_of
from config.settings import (
    DomainSettings,
    ImageApi,
    LimitSettings,
    SecuritySettings,
    Settings,
    SupabaseSettings,
    TextSettings,
    get_settings,
)

ROOT = Path(__file__).parents[3]
LOGIN = {"username": "packages", "password": "secret"}
STRONG = "n0-words-h3re-Zq8vT3mWc5yLr1uJd7bHn"


def production(**changes: object) -> Settings:
    security = {
        "JWT_SECRET_KEY": STRONG,
        "PASSWORD_PEPPER": STRONG[::-1],
        "BCRYPT_COST": 12,
    } | {name: value for name, value in changes.items() if name.isupper()}
    others = {name: value for name, value in changes.items() if not name.isupper()}
    return Settings.model_validate(
        {"app_env": "production", "security": SecuritySettings.model_validate(security)} | others
    )


def test_results_are_kept_for_ninety_days_and_never_less_than_thirty() -> None:
    assert LimitSettings().retention_days == RETENTION_DAYS == 90
    assert LimitSettings(RETENTION_DAYS=30).retention_days == 30
    with pytest.raises(ValidationError):
        LimitSettings(RETENTION_DAYS=29)


def test_production_starts_with_strong_secrets() -> None:
    assert production().is_production


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"JWT_SECRET_KEY": "short"}, "JWT_SECRET_KEY must have at least 32 bytes"),
        ({"JWT_SECRET_KEY": "your-super-secret-key-change-this-x"}, "JWT_SECRET_KEY is a place"),
        ({"PASSWORD_PEPPER": "ab" * 20}, "PASSWORD_PEPPER is too regular"),
        ({"BCRYPT_COST": 4}, "BCRYPT_COST must be at least 12"),
        ({"cors_origins": ["*"]}, "CORS_ORIGINS may not contain"),
        ({"debug": True}, "DEBUG must be off"),
        ({"supabase": {"url": "https://x.supabase.co"}}, "SUPABASE_URL needs SUPABASE_KEY"),
        (
            {"supabase": {"url": "https://x.supabase.co", "anon_key": "k"}},
            "SUPABASE_URL needs SUPABASE_SERVICE_KEY",
        ),
        (
            {"supabase": {"url": "http://x.test", "anon_key": "k", "service_key": "k"}},
            "SUPABASE_URL must begin with https",
        ),
        ({"providers_on_loopback": True}, "PROVIDERS_ON_LOOPBACK must be off"),
        (
            {
                "mail": {"security": "none", "way": "smtp", "host": "h", "sender": "a@b.example"}
                | LOGIN
            },
            "SMTP_SECURITY=none would send SMTP_PASSWORD in clear",
        ),
    ],
)
def test_production_refuses_what_is_unsafe_and_says_why(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason) as refusal:
        production(**changes)

    assert str(changes.get("JWT_SECRET_KEY", "\0")) not in str(refusal.value)


def test_no_secret_is_shown() -> None:
    shown = f"{production()!r} {production()!s} {production().model_dump_json()}"

    assert STRONG not in shown
    assert STRONG[::-1] not in shown


def test_a_missing_secret_is_weak_and_a_strong_one_is_not() -> None:
    assert weakness_of(None) == "is required"
    assert weakness_of(SecretStr(STRONG)) is None


def test_a_kept_secret_stays_the_same_and_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secret"

    first = kept_secret(path)

    assert weakness_of(first) is None
    assert kept_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("LOG_LEVEL", "INFO")
    get_settings.cache_clear()

    override(PORT=8123, LOG_LEVEL="DEBUG")

    assert (get_settings().port, get_settings().log_level) == (8123, "DEBUG")
    assert os.environ["PORT"] == "8123", "processes that are started inherit it"
    get_settings.cache_clear()


def test_printing_the_settings_leaks_nothing_and_needs_nothing() -> None:
    environment = os.environ | {"JWT_SECRET_KEY": STRONG, "TEXT_API_KEY": "sk-or-v1-canary"}
    printed = subprocess.run(
        [sys.executable, "-c", "from config.settings import settings; print(settings)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=True,
        text=True,
    ).stdout

    assert "app_env='test'" in printed
    assert STRONG not in printed
    assert "canary" not in printed


@pytest.mark.parametrize(
    ("variables", "reachable", "reads"),
    [
        ({}, False, False),
        ({"TEXT_API_KEY": "sk-1"}, True, True),
        ({"TEXT_API_URL": "http://localhost:11434/v1", "TEXT_API_PROVIDER": "ollama"}, True, False),
        ({"TEXT_API_KEY": "sk-1", "TEXT_API_PROVIDER": "openai"}, True, False),
        (
            {"TEXT_API_KEY": "k", "TEXT_API_PROVIDER": "openai", "RESEARCH_MODEL": "gpt"},
            True,
            True,
        ),
    ],
)
def test_text_models_are_asked_where_there_is_somebody_to_ask(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], reachable: bool, reads: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("TEXT_MODEL_1", "a")
    monkeypatch.setenv("TEXT_MODEL_3", "b")
    monkeypatch.setenv("TEXT_MODEL_4", "a")
    text = TextSettings()

    assert text.models == ("a", "b")
    assert (text.is_reachable, text.reads_research) == (reachable, reads)


def test_each_model_has_prices_for_what_it_reads_and_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in {
        "TEXT_MODEL_1": "dear",
        "TEXT_MODEL_1_INPUT_PRICE": "0.75",
        "TEXT_MODEL_1_OUTPUT_PRICE": "3.75",
        "TEXT_MODEL_2": "local",
        "TEXT_MODEL_3_INPUT_PRICE": "9",
        "TEXT_MODEL_5": "half",
        "TEXT_MODEL_5_OUTPUT_PRICE": "1",
        "RESEARCH_MODEL": "reader",
        "RESEARCH_MODEL_INPUT_PRICE": "2",
    }.items():
        monkeypatch.setenv(name, value)

    assert TextSettings().prices == {
        "dear": (Decimal("0.75"), Decimal("3.75")),
        "half": (0, 1),
        "reader": (2, 0),
    }


@pytest.mark.parametrize("price", ["-1", "much", "NaN", "Infinity", "10001"])
def test_a_price_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, price: str) -> None:
    monkeypatch.setenv("TEXT_MODEL_1_INPUT_PRICE", price)
    with pytest.raises(ValidationError, match="TEXT_MODEL_1_INPUT_PRICE"):
        TextSettings()


def test_no_text_provider_may_take_the_name_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_API_PROVIDER", "builtin")
    with pytest.raises(ValidationError):
        TextSettings()


@pytest.mark.parametrize("given", ["sk-1", " sk-1\n", "sk-1\r\n"])
def test_the_line_end_of_a_file_is_no_part_of_a_key(given: str) -> None:
    assert sendable(SecretStr(given)).get_secret_value() == "sk-1"


@pytest.mark.parametrize("given", ["", " ", "sk 1", "sk-\u00e9", "sk\n1", "sk\x00"])
@pytest.mark.parametrize(
    ("group", "variable"),
    [
        (TextSettings, "TEXT_API_KEY"),
        (DomainSettings, "DOMAIN_API_1_KEY"),
        (DomainSettings, "DOMAIN_REGISTRAR_KEY"),
        (SupabaseSettings, "SUPABASE_KEY"),
        (SupabaseSettings, "SUPABASE_SERVICE_KEY"),
    ],
)
def test_keys_that_no_header_can_hold_are_refused_and_not_shown(
    group: type[TextSettings | DomainSettings | SupabaseSettings], variable: str, given: str
) -> None:
    with pytest.raises(ValidationError, match="printable ASCII") as caught:
        group.model_validate({variable: given})
    assert not given.strip() or given not in str(caught.value)


def test_keys_of_image_providers_are_judged_alike() -> None:
    with pytest.raises(ValidationError, match="printable ASCII"):
        ImageApi.model_validate({"provider": "flux", "key": "sk\n1"})
