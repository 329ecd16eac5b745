"""Everything that a deployment may set, read once from the environment and `.env`.

Each group reads exactly the variable names that the README lists. Secrets are `SecretStr`, so that
neither `print(settings)` nor an error shows them.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.constants import RETENTION_DAYS
from config.mail_settings import MailSettings
from config.secrets import weakness_of
from config.sources import CONFIG as _CONFIG
from config.sources import ApiKey


def _an_address(url: str) -> str:
    if AnyHttpUrl(url).username is not None:
        raise ValueError("the address may hold no user name")
    return url


ApiUrl = Annotated[str, AfterValidator(_an_address)]
Price = Annotated[Decimal, Field(ge=0, le=10_000)]
_OPENROUTER = "https://openrouter.ai/api/v1"
_FREE = Decimal(0)


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
    anon_key: ApiKey | None = Field(
        None, validation_alias=AliasChoices("SUPABASE_KEY", "SUPABASE_ANON_KEY")
    )
    service_key: ApiKey | None = Field(
        None, validation_alias=AliasChoices("SUPABASE_SERVICE_KEY", "SUPABASE_SERVICE_ROLE_KEY")
    )
    jwt_secret: SecretStr | None = Field(
        None, min_length=32, validation_alias="SUPABASE_JWT_SECRET"
    )
    forward_client_ip: bool = Field(False, validation_alias="SUPABASE_FORWARD_CLIENT_IP")
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
    """The language models, in order of preference.

    Prices are US dollars for a million tokens, where the endpoint does not state what a call cost.
    """

    model_config = _CONFIG

    provider: str = Field(
        "openrouter", pattern="^[a-z0-9_-]{1,50}$", validation_alias="TEXT_API_PROVIDER"
    )
    key: ApiKey | None = Field(None, validation_alias="TEXT_API_KEY")
    url: ApiUrl = Field(_OPENROUTER, validation_alias="TEXT_API_URL")
    model_1: str | None = Field(None, max_length=100, validation_alias="TEXT_MODEL_1")
    model_2: str | None = Field(None, max_length=100, validation_alias="TEXT_MODEL_2")
    model_3: str | None = Field(None, max_length=100, validation_alias="TEXT_MODEL_3")
    model_4: str | None = Field(None, max_length=100, validation_alias="TEXT_MODEL_4")
    model_5: str | None = Field(None, max_length=100, validation_alias="TEXT_MODEL_5")
    research_model: str = Field("google/gemini-3.8-flash", validation_alias="RESEARCH_MODEL")
    input_price_1: Price = Field(_FREE, validation_alias="TEXT_MODEL_1_INPUT_PRICE")
    input_price_2: Price = Field(_FREE, validation_alias="TEXT_MODEL_2_INPUT_PRICE")
    input_price_3: Price = Field(_FREE, validation_alias="TEXT_MODEL_3_INPUT_PRICE")
    input_price_4: Price = Field(_FREE, validation_alias="TEXT_MODEL_4_INPUT_PRICE")
    input_price_5: Price = Field(_FREE, validation_alias="TEXT_MODEL_5_INPUT_PRICE")
    research_input_price: Price = Field(_FREE, validation_alias="RESEARCH_MODEL_INPUT_PRICE")
    output_price_1: Price = Field(_FREE, validation_alias="TEXT_MODEL_1_OUTPUT_PRICE")
    output_price_2: Price = Field(_FREE, validation_alias="TEXT_MODEL_2_OUTPUT_PRICE")
    output_price_3: Price = Field(_FREE, validation_alias="TEXT_MODEL_3_OUTPUT_PRICE")
    output_price_4: Price = Field(_FREE, validation_alias="TEXT_MODEL_4_OUTPUT_PRICE")
    output_price_5: Price = Field(_FREE, validation_alias="TEXT_MODEL_5_OUTPUT_PRICE")
    research_output_price: Price = Field(_FREE, validation_alias="RESEARCH_MODEL_OUTPUT_PRICE")
    cache_seconds: int = Field(0, ge=0, le=86_400, validation_alias="TEXT_CACHE_SECONDS")

    @field_validator("provider")
    @classmethod
    def _is_not_ours(cls, name: str) -> str:
        if name == "builtin":
            raise ValueError("builtin is the name of the built-in engine, which is always there")
        return name

    @property
    def models(self) -> tuple[str, ...]:
        """The models that are set, each once."""
        given = (self.model_1, self.model_2, self.model_3, self.model_4, self.model_5)
        return tuple(dict.fromkeys(model for model in given if model))

    @property
    def prices(self) -> dict[str, tuple[Decimal, Decimal]]:
        """The prices of a million tokens in and out, by model; only those that are set."""
        given = (
            (self.research_model, self.research_input_price, self.research_output_price),
            (self.model_5, self.input_price_5, self.output_price_5),
            (self.model_4, self.input_price_4, self.output_price_4),
            (self.model_3, self.input_price_3, self.output_price_3),
            (self.model_2, self.input_price_2, self.output_price_2),
            (self.model_1, self.input_price_1, self.output_price_1),
        )
        return {model: (read, made) for model, read, made in given if model and (read or made)}

    @property
    def is_reachable(self) -> bool:
        """Whether there is an endpoint to ask: a local one needs no key."""
        return self.key is not None or self.url != _OPENROUTER

    @property
    def reads_research(self) -> bool:
        """Whether `research_model` may be asked: its default is one of OpenRouter's."""
        chosen = self.provider == "openrouter" or "research_model" in self.model_fields_set
        return self.key is not None and chosen


class ImageApi(BaseModel):
    """One image provider; without URL or model its usual ones are meant."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    provider: Literal["flux", "ideogram", "stability", "openai", "dalle", "recraft", "openrouter"]
    key: ApiKey | None = None
    url: ApiUrl | None = None
    model: str | None = None
    price: Price = _FREE
    output_price: Price = _FREE

    @field_validator("provider", mode="before")
    @classmethod
    def _in_any_case(cls, name: str) -> str:
        return name.strip().lower()


class ImageApiSettings(BaseSettings):
    """The image providers, `IMAGE_API_n_PROVIDER` and so on, as many as there are numbers."""

    model_config = SettingsConfigDict(
        **_CONFIG | {"env_nested_delimiter": "_", "env_nested_max_split": 2}
    )

    image_api: dict[int, ImageApi] = {}

    @field_validator("image_api", mode="before")
    @classmethod
    def _without_unnamed(cls, found: dict[str, Any]) -> dict[str, Any]:  # Any: not parsed yet
        """A number that names no provider configures nothing, nor does what has no number."""
        return {
            number: api
            for number, api in found.items()
            if isinstance(api, ImageApi)
            or (str(number).isdecimal() and isinstance(api, dict) and api.get("provider"))
        }

    @property
    def in_order(self) -> list[ImageApi]:
        """Those that have a key, the preferred one first."""
        return [api for _, api in sorted(self.image_api.items()) if api.key is not None]


DomainApi = Literal["whoisxml", "whoapi"]
# Keys travel in these addresses' requests: in clear only within this machine.
DomainUrl = Annotated[
    str, Field(pattern=r"^(https://|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$))")
]


class DomainSettings(BaseSettings):
    """How domains are looked up; without a key DNS and RDAP do the work."""

    model_config = _CONFIG

    nameservers: list[str] = Field(
        ["1.1.1.1", "8.8.8.8"], min_length=1, validation_alias="DNS_NAMESERVERS"
    )
    api_1_provider: DomainApi | None = Field(None, validation_alias="DOMAIN_API_1_PROVIDER")
    api_1_key: ApiKey | None = Field(None, validation_alias="DOMAIN_API_1_KEY")
    api_1_url: DomainUrl | None = Field(None, validation_alias="DOMAIN_API_1_URL")
    api_2_provider: DomainApi | None = Field(None, validation_alias="DOMAIN_API_2_PROVIDER")
    api_2_key: ApiKey | None = Field(None, validation_alias="DOMAIN_API_2_KEY")
    api_2_url: DomainUrl | None = Field(None, validation_alias="DOMAIN_API_2_URL")
    registrar: Literal["cloudflare"] | None = Field(None, validation_alias="DOMAIN_REGISTRAR")
    registrar_key: ApiKey | None = Field(None, validation_alias="DOMAIN_REGISTRAR_KEY")
    registrar_account: str = Field(
        "", pattern="^[0-9A-Za-z]{0,64}$", validation_alias="DOMAIN_REGISTRAR_ACCOUNT"
    )
    registrar_url: DomainUrl | None = Field(None, validation_alias="DOMAIN_REGISTRAR_URL")
    price_list: Literal["shipped", "porkbun"] = Field(
        "shipped", validation_alias="DOMAIN_PRICE_LIST"
    )
    price_list_url: DomainUrl | None = Field(None, validation_alias="DOMAIN_PRICE_LIST_URL")
    rdap_bootstrap_url: DomainUrl | Literal["off"] = Field(
        "https://data.iana.org/rdap/dns.json", validation_alias="DOMAIN_RDAP_BOOTSTRAP_URL"
    )
    aftermarket: bool = Field(False, validation_alias="DOMAIN_AFTERMARKET")

    @property
    def apis(self) -> list[tuple[DomainApi, SecretStr, str | None]]:
        """Provider, key and address of each service that has all it needs, in order."""
        slots = (
            (self.api_1_provider, self.api_1_key, self.api_1_url),
            (self.api_2_provider, self.api_2_key, self.api_2_url),
        )
        return [(name, key, url) for name, key, url in slots if name and key]

    @model_validator(mode="after")
    def _registrar_is_complete(self) -> Self:
        if self.registrar and not (self.registrar_key and self.registrar_account):
            raise ValueError("DOMAIN_REGISTRAR needs DOMAIN_REGISTRAR_KEY and _ACCOUNT")
        return self


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
    """The free quota, the guards against floods, and how long results are kept."""

    model_config = _CONFIG

    generations: int = Field(2, ge=0, le=1_000_000, validation_alias="RATE_LIMIT_GENERATIONS")
    window_minutes: int = Field(1440, ge=1, validation_alias="RATE_LIMIT_WINDOW_MINUTES")
    requests_enabled: bool = Field(True, validation_alias="RATE_LIMIT_REQUESTS")
    retention_days: int = Field(RETENTION_DAYS, ge=30, le=3_650, validation_alias="RETENTION_DAYS")


class JobSettings(BaseSettings):
    """How much long work is taken on before new requests are refused with 503."""

    model_config = _CONFIG

    at_once: int = Field(100, ge=1, le=10_000, validation_alias="JOBS_AT_ONCE")
    waiting: int = Field(1_000, ge=1, le=1_000_000, validation_alias="JOBS_WAITING")


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
    providers_on_loopback: bool = False

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    supabase: SupabaseSettings = Field(default_factory=SupabaseSettings)
    text: TextSettings = Field(default_factory=TextSettings)
    images: ImageApiSettings = Field(default_factory=ImageApiSettings)
    domains: DomainSettings = Field(default_factory=DomainSettings)
    security: SecuritySettings = Field(default_factory=SecuritySettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    mail: MailSettings = Field(default_factory=MailSettings)

    @property
    def base_url(self) -> str:
        """Where clients reach this service, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def is_production(self) -> bool:
        """Whether the strict rules apply: also in staging, which is production's rehearsal."""
        return self.app_env in {"staging", "production"}

    @model_validator(mode="after")
    def _mail_has_its_project(self) -> Self:
        if self.mail.way == "supabase" and (self.supabase.url is None or self.supabase.missing):
            raise ValueError("COMPLETION_MAIL=supabase needs SUPABASE_URL and both keys")
        return self

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
        problems += self.mail.unsafe
        if "*" in self.cors_origins:
            problems.append('CORS_ORIGINS may not contain "*"')
        if self.security.bcrypt_cost < 12:
            problems.append("BCRYPT_COST must be at least 12")
        if self.debug:
            problems.append("DEBUG must be off")
        if self.providers_on_loopback:
            problems.append("PROVIDERS_ON_LOOPBACK must be off")
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
