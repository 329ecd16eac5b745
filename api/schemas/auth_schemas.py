"""What the account endpoints take and give."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, SecretStr, StringConstraints

from services.auth_provider import AuthSession, Profile
from utils.validators import display_text


def _normalised_email(value: str) -> str:
    """The address in lower case. Raises ValueError when it is none."""
    try:
        return validate_email(value, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError("this is not an e-mail address") from error


Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=255),
    AfterValidator(_normalised_email),
    Field(examples=["founder@example.com"]),
]
Password = Annotated[
    SecretStr,
    Field(min_length=8, max_length=128, examples=["four plain words here"]),
]
GivenPassword = Annotated[SecretStr, Field(max_length=1024, examples=["four plain words here"])]
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100),
    AfterValidator(display_text),
    Field(examples=["founder"]),
]
Token = Annotated[SecretStr, Field(min_length=1, max_length=4096)]


class SignupRequest(BaseModel):
    """A new account."""

    email: Email
    password: Password
    username: Username | None = None


class LoginRequest(BaseModel):
    """E-mail and password."""

    email: Annotated[str, Field(max_length=255, examples=["founder@example.com"])]
    password: GivenPassword


class RefreshRequest(BaseModel):
    """A refresh token, good for one exchange."""

    refresh_token: Token


class RecoverRequest(BaseModel):
    """Whose password is lost."""

    email: Email


class ResetRequest(BaseModel):
    """A reset token and the new password."""

    token: Token
    password: Password


class ProfileUpdateRequest(BaseModel):
    """Changes to the account; e-mail and password need the present password."""

    username: Username | None = None
    email: Email | None = None
    password: Password | None = None
    current_password: GivenPassword | None = None


class DeleteAccountRequest(BaseModel):
    """The password, as proof of intent."""

    password: GivenPassword


class UserRead(BaseModel):
    """The account as its owner sees it."""

    id: UUID
    email: str = Field(examples=["founder@example.com"])
    username: str | None
    generations_remaining: int = Field(examples=[2])
    is_premium: bool
    created_at: datetime

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """The wire form of a profile."""
        return cls.model_validate(profile, from_attributes=True)


class SessionRead(BaseModel):
    """A login."""

    access_token: str
    token_type: str = Field("bearer", examples=["bearer"])
    expires_in: int = Field(description="Seconds.", examples=[86400])
    refresh_token: str
    user: UserRead

    @classmethod
    def of(cls, session: AuthSession) -> Self:
        """The wire form of a session."""
        return cls(
            access_token=session.access_token,
            expires_in=session.expires_in,
            refresh_token=session.refresh_token,
            user=UserRead.of(session.user),
        )
