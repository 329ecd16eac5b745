"""Mails through an Edge Function, and who wants them among a project's users."""

from collections.abc import AsyncIterator, Callable
from uuid import UUID

import httpx
import orjson
import pytest

from config.mail_settings import MailSettings
from config.settings import Settings
from core.exceptions import AppError, ProviderRejectedError, UnavailableError
from core.providers.notices.base import Mail, Mailer
from services.notice_wiring import open_mailer
from tests.integration.test_supabase.calls import bearer, sign_up
from tests.integration.test_supabase.conftest import supabase_settings
from tests.simulators.supabase import SECRET_TEXT, SupabaseSimulator
from tests.simulators.supabase_keys import SECRET_KEY

MAIL = Mail(UUID(int=7), "founder@example.com", "Your brand package Nørdlys is ready", "Here: x")
FUNCTION = "tell-founders"


@pytest.fixture
async def mailer(
    supabase: SupabaseSimulator, make_settings: Callable[..., Settings]
) -> AsyncIterator[Mailer]:
    supabase.called[FUNCTION] = []
    mail = {"COMPLETION_MAIL": "supabase", "SUPABASE_MAIL_FUNCTION": FUNCTION}
    mailer = open_mailer(
        make_settings(
            supabase=supabase_settings(supabase.url), mail=MailSettings.model_validate(mail)
        )
    )
    assert mailer is not None
    yield mailer
    await mailer.aclose()


async def test_the_operators_function_is_called_with_the_mail(
    supabase: SupabaseSimulator, mailer: Mailer
) -> None:
    await mailer.send(MAIL)

    (seen,) = supabase.called[FUNCTION]
    assert (seen.method, seen.path) == ("POST", f"/functions/v1/{FUNCTION}")
    assert seen.headers["apikey"] == SECRET_KEY
    assert seen.headers["authorization"] == f"Bearer {SECRET_KEY}"
    assert seen.headers["idempotency-key"] == str(MAIL.id)
    assert orjson.loads(seen.body) == {"to": MAIL.to, "subject": MAIL.subject, "text": MAIL.text}


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("400", ProviderRejectedError),
        ("422", ProviderRejectedError),
        ("401", UnavailableError),
        ("404", UnavailableError),
        ("429", UnavailableError),
        ("500", UnavailableError),
        ("reset", UnavailableError),
        ("flood", UnavailableError),
    ],
)
async def test_what_fails_for_now_is_told_from_what_always_will(
    supabase: SupabaseSimulator, mailer: Mailer, mode: str, kind: type[AppError]
) -> None:
    supabase.modes.append(mode)
    with pytest.raises(AppError) as caught:
        await mailer.send(MAIL)

    assert type(caught.value) is kind
    assert len(supabase.seen) == 1
    assert MAIL.to not in f"{caught.value!r}{caught.value.context}"


async def test_a_function_that_is_not_deployed_may_be_one_day(
    supabase: SupabaseSimulator, mailer: Mailer
) -> None:
    supabase.called.clear()
    with pytest.raises(UnavailableError) as caught:
        await mailer.send(MAIL)
    assert SECRET_TEXT not in f"{caught.value!r}{caught.value.context}"


async def test_a_function_that_fails_shuts_nobody_out(
    supabase: SupabaseSimulator, mailer: Mailer, client: httpx.AsyncClient
) -> None:
    supabase.modes.extend(["500"] * 5)
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await mailer.send(MAIL)
    asked = len(supabase.seen)
    with pytest.raises(UnavailableError):
        await mailer.send(MAIL)

    assert len(supabase.seen) == asked  # it is left in peace for a while
    assert await sign_up(client)


async def test_whether_mail_is_wanted_is_kept_here(
    supabase: SupabaseSimulator, client: httpx.AsyncClient
) -> None:
    session = await sign_up(client)
    answer = await client.patch("/api/users/me", json={"wants_mail": True}, headers=bearer(session))
    assert answer.json()["wants_mail"] is True
    assert supabase.paths("PUT") == []
    shown = await client.get("/api/users/me", headers=bearer(session))
    assert shown.json()["wants_mail"] is True
