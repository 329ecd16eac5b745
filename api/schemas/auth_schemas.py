"""What the account endpoints take and give."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from api.schemas.base_schema import RequestModel, ResponseModel
from services.auth_provider import AuthSession, Profile
from utils.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, password_problem
from utils.validators import display_text


def _normalised_email(value: str) -> str:
    """The address in lower case. Raises ValueError when it is none."""
    try:
        # No look-up; addresses under .test, reserved for trying things out, are welcome.
        checked = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("this is not an e-mail address") from error
    return checked.normalized.lower()


def _given_email(value: str) -> str:
    """The address as signing up stored it; what is no address stays, and belongs to nobody."""
    try:
        return _normalised_email(value)
    except ValueError:
        return value.lower()


def _single_line(value: str) -> str:
    """The name, fit to be shown. Raises ValueError."""
    if not value.isprintable():
        raise ValueError("the name contains characters that cannot be shown")
    return display_text(value)


def _acceptable_password(value: SecretStr) -> SecretStr:
    """The password, if it is neither too short, too long nor too common. Raises ValueError."""
    if problem := password_problem(value.get_secret_value()):
        raise ValueError(problem)
    return value


_PASSWORD_EXAMPLE = "four plain words here"  # noqa: S105  # an example for readers
_ACCESS_EXAMPLE = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwMTliLi4uIn0.c2lnbmF0dXJl"
_REFRESH_EXAMPLE = "AQGbPGkAAHAAgAAAAAAAAAAAAAAABm9wYXF1ZS1leGFtcGxlLW9mLTMyLWJ5dGVzLi4u"

Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=255),
    AfterValidator(_normalised_email),
    Field(examples=["founder@example.com"]),
]
GivenEmail = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=255),
    AfterValidator(_given_email),
    Field(examples=["founder@example.com"]),
]
Password = Annotated[
    SecretStr,
    Field(
        min_length=MIN_PASSWORD_LENGTH,
        max_length=MAX_PASSWORD_LENGTH,
        description="Any characters, compared exactly; the most common passwords are refused.",
        examples=[_PASSWORD_EXAMPLE],
    ),
    AfterValidator(_acceptable_password),
]
GivenPassword = Annotated[SecretStr, Field(max_length=1024, examples=[_PASSWORD_EXAMPLE])]
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=100),
    AfterValidator(_single_line),
    Field(examples=["founder"]),
]
Token = Annotated[SecretStr, Field(min_length=1, max_length=4096)]


class SignupRequest(RequestModel):
    """A new account."""

    email: Email
    password: Password
    username: Username | None = None


class LoginRequest(RequestModel):
    """E-mail and password."""

    email: GivenEmail
    password: GivenPassword


class RefreshRequest(RequestModel):
    """A refresh token, good for one exchange."""

    refresh_token: Annotated[Token, Field(examples=[_REFRESH_EXAMPLE])]


class ResendRequest(RequestModel):
    """Whose address is still to be confirmed."""

    email: Email


class RecoverRequest(RequestModel):
    """Whose password is lost."""

    email: Email


class ResetRequest(RequestModel):
    """A reset token and the new password."""

    token: Annotated[Token, Field(examples=[_REFRESH_EXAMPLE])]
    password: Password


class ProfileUpdateRequest(RequestModel):
    """Changes to the account; e-mail and password need the present password."""

    username: Username | None = None
    wants_mail: bool | None = None
    email: Email | None = None
    password: Password | None = None
    current_password: GivenPassword | None = None


class DeleteAccountRequest(RequestModel):
    """The password, as proof of intent."""

    password: GivenPassword


class UserRead(ResponseModel):
    """The account as its owner sees it."""

    id: UUID = Field(examples=["019b3c69-0000-7000-8000-000000000000"])
    email: str = Field(examples=["founder@example.com"])
    username: str | None = Field(examples=["founder"])
    generations_remaining: int = Field(
        description="Free generations left; an expired window counts as renewed.", examples=[2]
    )
    is_premium: bool = Field(description="Generations cost no units.", examples=[False])
    wants_mail: bool = Field(
        description="Whether a mail tells of the end of a generation, where mail is set up.",
        examples=[False],
    )
    created_at: datetime = Field(examples=["2026-11-24T09:30:00Z"])

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """The wire form of a profile."""
        return cls.model_validate(profile, from_attributes=True)


class SessionRead(ResponseModel):
    """A login."""

    access_token: str = Field(examples=[_ACCESS_EXAMPLE])
    token_type: str = Field("bearer", examples=["bearer"])
    expires_in: int = Field(description="Seconds.", examples=[86400])
    refresh_token: str = Field(
        description="Works once, within 7 days, and for 30 days after the login at most.",
        examples=[_REFRESH_EXAMPLE],
    )
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
