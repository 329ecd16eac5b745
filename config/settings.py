"""Everything that a deployment may set, read once from the environment and `.env`.

Each group reads exactly the variable names that the README lists. Secrets are `SecretStr`, so that
neither `print(settings)` nor an error shows them.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.secrets import weakness_of

_CONFIG = SettingsConfigDict(
    env_file=".env",
    env_file_encoding="utf-8",
    extra="ignore",
    frozen=True,
    populate_by_name=True,
    hide_input_in_errors=True,
    env_ignore_empty=True,
)


class DatabaseSettings(BaseSettings):
    """Where PostgreSQL is and how to treat it; without a URL the embedded server is used."""

    model_config = _CONFIG

    url: SecretStr | None = Field(None, validation_alias="DATABASE_URL")
    mode: Literal["direct", "session", "transaction"] = Field(
        "direct", validation_alias="DATABASE_POOLER_MODE"
    )
    pool_size: int = Field(8, ge=0, le=64, validation_alias="DATABASE_POOL_SIZE")
    connect_timeout_s: float = Field(3, gt=0, validation_alias="DATABASE_CONNECT_TIMEOUT_SECONDS")
    statement_timeout_ms: int = Field(
        10_000, ge=100, validation_alias="DATABASE_STATEMENT_TIMEOUT_MS"
    )
    lock_timeout_ms: int = Field(2_000, ge=100, validation_alias="DATABASE_LOCK_TIMEOUT_MS")
    idle_in_transaction_timeout_ms: int = Field(
        15_000, ge=100, validation_alias="DATABASE_IDLE_IN_TRANSACTION_TIMEOUT_MS"
    )


class SupabaseSettings(BaseSettings):
    """A Supabase project; both spellings of each key are accepted."""

    model_config = _CONFIG

    url: str | None = Field(None, validation_alias="SUPABASE_URL")
    anon_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("SUPABASE_KEY", "SUPABASE_ANON_KEY")
    )
    service_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("SUPABASE_SERVICE_KEY", "SUPABASE_SERVICE_ROLE_KEY")
    )
    jwt_secret: SecretStr | None = Field(
        None, min_length=32, validation_alias="SUPABASE_JWT_SECRET"
    )
    bucket: str = Field(
        "brand-packages",
        pattern=r"^[a-z0-9][a-z0-9-]{0,98}$",
        validation_alias="SUPABASE_STORAGE_BUCKET",
    )

    @property
    def missing(self) -> list[str]:
        """What a project with an address lacks; accounts and files are embedded then."""
        keys = {"SUPABASE_KEY": self.anon_key, "SUPABASE_SERVICE_KEY": self.service_key}
        return [name for name, key in keys.items() if key is None] if self.url else []


class TextSettings(BaseSettings):
    """The language models, in order of preference."""

    model_config = _CONFIG

    provider: str = Field("openrouter", validation_alias="TEXT_API_PROVIDER")
    key: SecretStr | None = Field(None, validation_alias="TEXT_API_KEY")
    url: str = Field("https://openrouter.ai/api/v1", validation_alias="TEXT_API_URL")
    model_1: str | None = Field(None, validation_alias="TEXT_MODEL_1")
    model_2: str | None = Field(None, validation_alias="TEXT_MODEL_2")
    model_3: str | None = Field(None, validation_alias="TEXT_MODEL_3")
    model_4: str | None = Field(None, validation_alias="TEXT_MODEL_4")
    model_5: str | None = Field(None, validation_alias="TEXT_MODEL_5")
    research_model: str = Field("google/gemini-3.8-flash", validation_alias="RESEARCH_MODEL")


class ImageApiSettings(BaseSettings):
    """The image providers, in order of preference; `n` runs from 1 to 4."""

    model_config = _CONFIG

    provider_1: str | None = Field(None, validation_alias="IMAGE_API_1_PROVIDER")
    key_1: SecretStr | None = Field(None, validation_alias="IMAGE_API_1_KEY")
    url_1: str | None = Field(None, validation_alias="IMAGE_API_1_URL")
    model_1: str | None = Field(None, validation_alias="IMAGE_API_1_MODEL")
    provider_2: str | None = Field(None, validation_alias="IMAGE_API_2_PROVIDER")
    key_2: SecretStr | None = Field(None, validation_alias="IMAGE_API_2_KEY")
    url_2: str | None = Field(None, validation_alias="IMAGE_API_2_URL")
    model_2: str | None = Field(None, validation_alias="IMAGE_API_2_MODEL")


class DomainSettings(BaseSettings):
    """How domains are looked up; without a key DNS and RDAP do the work."""

    model_config = _CONFIG

    nameservers: list[str] = Field(
        ["1.1.1.1", "8.8.8.8"], min_length=1, validation_alias="DNS_NAMESERVERS"
    )
    api_1_provider: str | None = Field(None, validation_alias="DOMAIN_API_1_PROVIDER")
    api_1_key: SecretStr | None = Field(None, validation_alias="DOMAIN_API_1_KEY")


class SecuritySettings(BaseSettings):
    """Keys and lifetimes of the local accounts."""

    model_config = _CONFIG

    jwt_secret_key: SecretStr | None = Field(None, validation_alias="JWT_SECRET_KEY")
    jwt_algorithm: Literal["HS256"] = Field("HS256", validation_alias="JWT_ALGORITHM")
    access_token_minutes: int = Field(
        1440, ge=1, le=43_200, validation_alias="ACCESS_TOKEN_EXPIRE_MINUTES"
    )
    password_pepper: SecretStr | None = Field(None, validation_alias="PASSWORD_PEPPER")
    bcrypt_cost: int = Field(12, ge=4, le=16, validation_alias="BCRYPT_COST")
    trusted_proxies: list[str] = Field([], validation_alias="TRUSTED_PROXIES")


class LimitSettings(BaseSettings):
    """The free quota and the guards against floods."""

    model_config = _CONFIG

    generations: int = Field(2, ge=0, le=1_000_000, validation_alias="RATE_LIMIT_GENERATIONS")
    window_minutes: int = Field(1440, ge=1, validation_alias="RATE_LIMIT_WINDOW_MINUTES")
    requests_enabled: bool = Field(True, validation_alias="RATE_LIMIT_REQUESTS")


class Settings(BaseSettings):
    """All settings of one process. Raises `pydantic.ValidationError` naming what is wrong."""

    model_config = _CONFIG

    app_env: Literal["development", "staging", "production", "test"] = "development"
    app_name: str = "Brand Package Generator"
    app_version: str = "1.0.0"
    debug: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65_535)
    reload: bool = False
    frontend_url: str = "http://localhost:3000"
    cors_origins: list[str] = ["http://localhost:3000", "http://localhost:3001"]
    public_url: str | None = None
    data_dir: Path = Path(".data")
    engine_processes: int | None = Field(None, ge=1, le=64)
    redis_url: SecretStr | None = None
    metrics_token: SecretStr | None = None

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    supabase: SupabaseSettings = Field(default_factory=SupabaseSettings)
    text: TextSettings = Field(default_factory=TextSettings)
    images: ImageApiSettings = Field(default_factory=ImageApiSettings)
    domains: DomainSettings = Field(default_factory=DomainSettings)
    security: SecuritySettings = Field(default_factory=SecuritySettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)

    @property
    def base_url(self) -> str:
        """Where clients reach this service, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_production(self) -> bool:
        """Whether the strict rules apply: also in staging, which is production's rehearsal."""
        return self.app_env in {"staging", "production"}

    @model_validator(mode="after")
    def _production_needs_strong_secrets(self) -> Self:
        if not self.is_production:
            return self
        required = {
            "JWT_SECRET_KEY": self.security.jwt_secret_key,
            "PASSWORD_PEPPER": self.security.password_pepper,
        }
        problems = [
            f"{name} {problem}"
            for name, secret in required.items()
            if (problem := weakness_of(secret))
        ]
        problems += [f"SUPABASE_URL needs {name}" for name in self.supabase.missing]
        if self.supabase.url is not None and not self.supabase.url.startswith("https://"):
            problems.append("SUPABASE_URL must begin with https://")
        if "*" in self.cors_origins:
            problems.append('CORS_ORIGINS may not contain "*"')
        if self.security.bcrypt_cost < 12:
            problems.append("BCRYPT_COST must be at least 12")
        if self.debug:
            problems.append("DEBUG must be off")
        if problems:
            raise ValueError("; ".join(problems))
        return self


@cache
def get_settings() -> Settings:
    """The settings of this process, read on first use."""
    return Settings()


def __getattr__(name: str) -> Any:  # Any: the module attribute protocol of PEP 562
    """`from config.settings import settings` without reading anything at import time."""
    if name == "settings":
        return get_settings()
    raise AttributeError(name)
