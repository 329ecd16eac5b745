"""Supabase in every state of failure, as a client of our API meets it."""

import io
import sys
from collections.abc import Callable

import httpx
import pytest

from config.logging_config import configure_logging
from core.engine_pool import ThreadEngine
from core.providers.supabase import project
from services.container import Container
from tests.integration.test_supabase.calls import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    Json,
    bearer,
    delete_me,
    me,
    post,
    sign_up,
)
from tests.simulators.http_server import gzip_bomb
from tests.simulators.modes import ModesChange
from tests.simulators.supabase import SECRET_TEXT, SupabaseSimulator
from tests.simulators.supabase_keys import PUBLIC_KEY, SECRET_KEY

pytestmark = pytest.mark.timeout(60)

ENDLESS = {"hang", "drip"}
# Every mode of a line and of a host; what single codes mean is tested with the calls.
MODES = [
    *sorted(ENDLESS), "flood", "reset", "html", "empty", "gzip_bomb", "302", "404", "500", "502",
    "503", "520", "fault:500:unexpected_failure", "fault:503:never_heard_of",
]  # fmt: skip
STORAGE_MODES = [
    "storage:rls", "storage:too_large", "storage:busy", "storage:database", "storage:internal",
]  # fmt: skip
CALLS: dict[str, Json] = {
    "signup": {"email": "new@example.com", "password": PASSWORD},
    "login": {"email": EMAIL, "password": PASSWORD},
    "refresh": {"refresh_token": "0123456abcde"},
    "resend-confirmation": {"email": EMAIL},
    "recover": {"email": EMAIL},
    "reset": {"token": "0123456abcde", "password": NEW_PASSWORD},
}


# Section 3.10 row by row, and codes beside it: what Supabase says, and what our clients are told.
# What a proof of a mail or of being human lacks is wrong input with us, so 422 like all of it.
ROWS: list[tuple[int, str, int, str]] = [
    (400, "invalid_credentials", 401, "INVALID_CREDENTIALS"),
    (400, "email_not_confirmed", 403, "EMAIL_NOT_CONFIRMED"),
    (400, "user_banned", 403, "FORBIDDEN"),
    (403, "user_banned", 403, "FORBIDDEN"),
    (422, "user_already_exists", 409, "EMAIL_TAKEN"),
    (422, "email_exists", 409, "EMAIL_TAKEN"),
    (422, "weak_password", 422, "VALIDATION_ERROR"),
    (422, "same_password", 422, "VALIDATION_ERROR"),
    (400, "validation_failed", 422, "VALIDATION_ERROR"),
    (400, "bad_json", 422, "VALIDATION_ERROR"),
    (422, "signup_disabled", 403, "FORBIDDEN"),
    (400, "email_provider_disabled", 403, "FORBIDDEN"),
    (422, "anonymous_provider_disabled", 403, "FORBIDDEN"),
    (400, "refresh_token_not_found", 401, "AUTH_REQUIRED"),
    (400, "refresh_token_already_used", 401, "AUTH_REQUIRED"),
    (403, "session_not_found", 401, "AUTH_REQUIRED"),
    (400, "session_expired", 401, "AUTH_REQUIRED"),
    (403, "bad_jwt", 401, "AUTH_REQUIRED"),
    (401, "no_authorization", 401, "AUTH_REQUIRED"),
    (403, "user_not_found", 401, "AUTH_REQUIRED"),
    (403, "otp_expired", 400, "PROOF_REFUSED"),
    (400, "captcha_failed", 400, "PROOF_REFUSED"),
    (429, "over_request_rate_limit", 429, "TOO_MANY_REQUESTS"),
    (429, "over_email_send_rate_limit", 429, "TOO_MANY_REQUESTS"),
    (400, "email_address_invalid", 422, "VALIDATION_ERROR"),
    (400, "email_address_not_authorized", 422, "VALIDATION_ERROR"),
    (403, "not_admin", 500, "INTERNAL_ERROR"),
    (409, "conflict", 503, "SERVICE_UNAVAILABLE"),
    (400, "reauthentication_needed", 403, "FORBIDDEN"),
    (400, "reauthentication_not_valid", 403, "FORBIDDEN"),
    (401, "insufficient_aal", 403, "FORBIDDEN"),
    (400, "current_password_required", 401, "INVALID_CREDENTIALS"),
    (400, "current_password_invalid", 401, "INVALID_CREDENTIALS"),
    (500, "unexpected_failure", 502, "UPSTREAM_ERROR"),
    (504, "request_timeout", 502, "UPSTREAM_ERROR"),
    (422, "hook_timeout", 502, "UPSTREAM_ERROR"),
]
ALERTS = {"not_admin", "email_address_not_authorized"}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, restored_logging: None) -> io.StringIO:
    """All lines of a test as the service writes them, those of debugging included."""
    lines = io.StringIO()
    monkeypatch.setattr(sys, "stderr", lines)
    configure_logging(level="DEBUG", as_json=True, folder=None)
    return lines


@pytest.fixture
def fail(
    supabase: SupabaseSimulator,
    container: Container,
    written: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], None]:
    """Make every request to the project fail so from now on."""
    monkeypatch.setattr(project, "_PAUSE_S", 0)
    container.engine = ThreadEngine()

    def begin(mode: str) -> None:
        gzip_bomb()  # compressed before any deadline runs
        assert container.supabase is not None
        container.supabase._deadline_s = 0.4 if mode in ENDLESS else 10
        supabase.modes.change(ModesChange(modes=[mode], share=1))

    return begin


def judge(answer: httpx.Response, supabase: SupabaseSimulator, written: io.StringIO) -> None:
    """A documented error, and nothing of keys, passwords or texts of the provider anywhere."""
    assert answer.status_code in {502, 503}, answer.text
    assert ("Retry-After" in answer.headers) == (answer.status_code == 503)
    told = f"{answer.text} {answer.headers} {written.getvalue()}"
    for secret in (PUBLIC_KEY, SECRET_KEY, PASSWORD, SECRET_TEXT, supabase.url, "<html>"):
        assert secret not in told


@pytest.mark.parametrize("path", ["signup", "login"])
@pytest.mark.parametrize(("status", "code", "ours", "our_code"), ROWS)
async def test_each_code_has_its_answer(
    client: httpx.AsyncClient,
    fail: Callable[[str], None],
    written: io.StringIO,
    path: str,
    status: int,
    code: str,
    ours: int,
    our_code: str,
) -> None:
    fail(f"fault:{status}:{code}")

    answer = await post(client, path, **CALLS[path])

    assert (answer.status_code, answer.json()["code"]) == (ours, our_code)
    assert ("WWW-Authenticate" in answer.headers) == (ours == 401)
    assert ("Retry-After" in answer.headers) == (ours in {429, 503})
    assert SECRET_TEXT not in f"{answer.text} {written.getvalue()}"
    alerts = [line for line in written.getvalue().splitlines() if '"level":"ERROR"' in line]
    assert any(code in line for line in alerts) == (code in ALERTS)


@pytest.mark.parametrize("path", CALLS)
@pytest.mark.parametrize("mode", MODES)
async def test_calls_without_a_login(
    supabase: SupabaseSimulator,
    client: httpx.AsyncClient,
    fail: Callable[[str], None],
    written: io.StringIO,
    mode: str,
    path: str,
) -> None:
    fail(mode)

    judge(await post(client, path, **CALLS[path]), supabase, written)


@pytest.mark.parametrize("mode", MODES)
async def test_calls_of_a_login(
    supabase: SupabaseSimulator,
    client: httpx.AsyncClient,
    fail: Callable[[str], None],
    written: io.StringIO,
    mode: str,
) -> None:
    """What the token and our own database can answer goes on; all else can be asked for again."""
    session = await sign_up(client)
    headers = bearer(session)
    assert (await me(client, session)).status_code == 200
    fail(mode)
    change = {"password": NEW_PASSWORD, "current_password": PASSWORD}

    judge(await client.patch("/api/users/me", json=change, headers=headers), supabase, written)
    judge(await delete_me(client, session, PASSWORD), supabase, written)
    judge(await client.post("/api/auth/logout", headers=headers), supabase, written)
    assert (await me(client, session)).json()["email"] == EMAIL
    supabase.modes.change(ModesChange(modes=[]))
    assert len(supabase.gotrue.users) == 1


@pytest.mark.parametrize("mode", [*MODES[:-2], *STORAGE_MODES])
async def test_a_generation_whose_files_cannot_be_kept_costs_nothing(
    supabase: SupabaseSimulator,
    client: httpx.AsyncClient,
    fail: Callable[[str], None],
    written: io.StringIO,
    mode: str,
) -> None:
    session = await sign_up(client)
    assert (await me(client, session)).status_code == 200
    fail(mode)
    body = {"description": "A bakery for sourdough bread", "brand_name": "Crumb", "count": 1}

    made = await client.post("/api/generate/logos", json=body, headers=bearer(session))

    judge(made, supabase, written)
    assert (await me(client, session)).json()["generations_remaining"] == 2
