"""Where groups of settings are read from, and the types that they share."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr
from pydantic_settings import SettingsConfigDict

from config.secrets import sendable

CONFIG = SettingsConfigDict(
    env_file=".env",
    env_file_encoding="utf-8",
    extra="ignore",
    frozen=True,
    populate_by_name=True,
    hide_input_in_errors=True,
    env_ignore_empty=True,
)

ApiKey = Annotated[SecretStr, AfterValidator(sendable)]
