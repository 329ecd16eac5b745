"""Mail: off unless it is set up completely, and safely where strangers listen."""

from typing import Any

import pytest
from pydantic import ValidationError

from config.mail_settings import MailSettings
from config.settings import Settings, SupabaseSettings

SMTP = {"COMPLETION_MAIL": "smtp", "SMTP_HOST": "mail.example.com", "MAIL_FROM": "a@example.com"}
LOGIN = {"SMTP_USERNAME": "packages", "SMTP_PASSWORD": "canary"}


def test_it_is_off_and_guards_its_password() -> None:
    assert MailSettings().way == "off"
    mail = MailSettings.model_validate(SMTP | LOGIN)
    assert (mail.port, mail.security) == (587, "starttls")
    assert "canary" not in f"{mail}{mail!r}"


@pytest.mark.parametrize(
    "sender",
    ["a@example.com", "Brand Packages <a@example.com>", '"Brand, Packages" <a+b@example.com>'],
)
def test_a_sender_may_have_a_name(sender: str) -> None:
    assert MailSettings.model_validate({"MAIL_FROM": sender}).sender == sender


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"COMPLETION_MAIL": "pigeon"}, "'off', 'smtp' or 'supabase'"),
        ({"SMTP_HOST": ""}, "needs SMTP_HOST and MAIL_FROM"),
        ({"MAIL_FROM": None}, "needs SMTP_HOST and MAIL_FROM"),
        ({"MAIL_FROM": "nobody"}, "not an address"),
        ({"MAIL_FROM": ""}, "not an address"),
        ({"MAIL_FROM": "Brand, Packages <a@example.com>"}, "not an address"),
        ({"MAIL_FROM": "a@example.com, b@example.com"}, "not an address"),
        ({"MAIL_FROM": "a@example.com\r\nBcc: b@example.com"}, "not an address"),
        ({"SMTP_USERNAME": "packages"}, "go together"),
        ({"SMTP_PASSWORD": "secret"}, "go together"),
        (LOGIN | {"SMTP_PASSWORD": "canary-ü"}, "ASCII"),
        ({"SMTP_SECURITY": "ssl"}, "'starttls', 'tls' or 'none'"),
        ({"SMTP_PORT": 0}, "greater than or equal to 1"),
        ({"SUPABASE_MAIL_FUNCTION": "../auth/v1/admin"}, "pattern"),
    ],
)
def test_what_cannot_work_is_said_at_the_start(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MailSettings.model_validate(SMTP | changes)
    assert problem in str(caught.value)
    assert "canary" not in str(caught.value)


def test_production_sends_no_password_in_clear() -> None:
    weak = SMTP | LOGIN | {"SMTP_SECURITY": "none"}
    assert MailSettings.model_validate(weak).unsafe
    assert not MailSettings.model_validate(SMTP | {"SMTP_SECURITY": "none"}).unsafe
    assert not MailSettings.model_validate(SMTP | LOGIN).unsafe


def test_supabase_mails_need_a_project() -> None:
    mail = MailSettings.model_validate({"COMPLETION_MAIL": "supabase"})
    with pytest.raises(ValidationError, match="needs SUPABASE_URL and both keys"):
        Settings(mail=mail)
    project = {
        "SUPABASE_URL": "https://p.supabase.co", "SUPABASE_KEY": "a", "SUPABASE_SERVICE_KEY": "b"
    }  # fmt: skip
    assert Settings(mail=mail, supabase=SupabaseSettings.model_validate(project))
