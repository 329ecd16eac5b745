"""How users are told by mail that a generation has ended."""

import re
from email.utils import getaddresses
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

from config.sources import CONFIG

_ADDRESS = re.compile(r"[\w.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*", re.ASCII)


def _a_sender(text: str) -> str:
    """`a@b.example` or `Name <a@b.example>`. Raises ValueError."""
    [(_, address), *others] = getaddresses([text]) or [("", "")]
    if others or not text.isprintable() or not _ADDRESS.fullmatch(address):
        raise ValueError("the sender is not an address")
    return text


def _ascii(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value().isascii():
        raise ValueError("the library that speaks SMTP can send ASCII characters only")
    return secret


class MailSettings(BaseSettings):
    """Mail to users who want it; off by default."""

    model_config = CONFIG

    way: Literal["off", "smtp", "supabase"] = Field("off", validation_alias="COMPLETION_MAIL")
    host: str = Field("", validation_alias="SMTP_HOST")
    port: int = Field(587, ge=1, le=65_535, validation_alias="SMTP_PORT")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", validation_alias="SMTP_SECURITY"
    )
    username: str | None = Field(None, validation_alias="SMTP_USERNAME")
    password: Annotated[SecretStr, AfterValidator(_ascii)] | None = Field(
        None, validation_alias="SMTP_PASSWORD"
    )
    sender: Annotated[str, AfterValidator(_a_sender)] | None = Field(
        None, validation_alias="MAIL_FROM"
    )
    function: str = Field(
        "send-completion-mail",
        pattern="^[A-Za-z][A-Za-z0-9_-]{0,99}$",
        validation_alias="SUPABASE_MAIL_FUNCTION",
    )

    @property
    def unsafe(self) -> list[str]:
        """What production does not allow."""
        in_clear = self.way == "smtp" and self.security == "none" and self.password is not None
        return ["SMTP_SECURITY=none would send SMTP_PASSWORD in clear"] if in_clear else []

    @model_validator(mode="after")
    def _smtp_is_complete(self) -> Self:
        if self.way == "smtp" and not (self.host and self.sender):
            raise ValueError("COMPLETION_MAIL=smtp needs SMTP_HOST and MAIL_FROM")
        if (self.username is None) != (self.password is None):
            raise ValueError("SMTP_USERNAME and SMTP_PASSWORD go together")
        return self
