"""Our calls to Supabase Auth: nobody's session reaches anybody else, every failure is ours."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from loguru import logger
from pydantic import SecretStr

from core.exceptions import (
    AppError,
    AuthenticationError,
    EmailNotConfirmedError,
    EmailTakenError,
    InvalidCredentialsError,
    InvalidInputError,
    PermissionDeniedError,
    ProofRefusedError,
    TooManyRequestsError,
    UnavailableError,
    UpstreamError,
)
from core.providers.supabase.accounts import SupabaseAccounts
from core.providers.supabase.project import SupabaseProject
from tests.simulators.supabase import SECRET_TEXT, SupabaseSimulator
from tests.simulators.supabase_keys import LEGACY_SECRET, PUBLIC_KEY, SECRET_KEY

EMAIL = "founder@example.com"
PASSWORD = "four plain words here"


async def signed_up(accounts: SupabaseAccounts, email: str = EMAIL) -> str:
    session = await accounts.sign_up(email, PASSWORD, None)
    assert session is not None
    return session.access_token


async def test_two_users_on_one_server_never_mix(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    """Forty people log in, refresh and are read at once, over one client and one pool."""

    async def visit(number: int) -> None:
        email = f"founder{number}@example.com"
        await signed_up(accounts, email)
        session = await accounts.sign_in(email, PASSWORD)
        renewed = await accounts.refresh(session.refresh_token)
        user = await accounts.user_of(renewed.access_token)
        assert user.email == session.user.email == renewed.user.email == email
        changed = await accounts.change(
            renewed.access_token, email=None, password=f"{PASSWORD} {number}", proof=None
        )
        assert changed.id == user.id
        await accounts.sign_out(renewed.access_token)

    await asyncio.gather(*(visit(number) for number in range(40)))

    for seen in supabase.seen:
        if seen.path in {"/auth/v1/signup", "/auth/v1/token"}:
            assert seen.headers["authorization"] == f"Bearer {PUBLIC_KEY}"
            assert seen.headers["apikey"] == PUBLIC_KEY
    assert len(supabase.gotrue.users) == 40


async def test_no_timer_is_left_behind(accounts: SupabaseAccounts) -> None:
    await signed_up(accounts)

    assert [task for task in asyncio.all_tasks() if "supabase_auth" in repr(task)] == []


TABLE: list[tuple[int, str, type[AppError]]] = [
    (400, "invalid_credentials", InvalidCredentialsError),
    (400, "email_not_confirmed", EmailNotConfirmedError),
    (400, "user_banned", PermissionDeniedError),
    (422, "user_already_exists", EmailTakenError),
    (422, "email_exists", EmailTakenError),
    (422, "weak_password", InvalidInputError),
    (422, "same_password", InvalidInputError),
    (400, "validation_failed", InvalidInputError),
    (400, "bad_json", InvalidInputError),
    (422, "signup_disabled", PermissionDeniedError),
    (422, "email_provider_disabled", PermissionDeniedError),
    (422, "anonymous_provider_disabled", PermissionDeniedError),
    (400, "refresh_token_not_found", AuthenticationError),
    (400, "refresh_token_already_used", AuthenticationError),
    (403, "session_not_found", AuthenticationError),
    (400, "session_expired", AuthenticationError),
    (403, "bad_jwt", AuthenticationError),
    (401, "no_authorization", AuthenticationError),
    (403, "user_not_found", AuthenticationError),
    (403, "otp_expired", ProofRefusedError),
    (400, "captcha_failed", ProofRefusedError),
    (429, "over_request_rate_limit", TooManyRequestsError),
    (429, "over_email_send_rate_limit", TooManyRequestsError),
    (400, "email_address_invalid", InvalidInputError),
    (400, "email_address_not_authorized", InvalidInputError),
    (403, "not_admin", AppError),
    (409, "conflict", UnavailableError),
    (400, "reauthentication_needed", PermissionDeniedError),
    (401, "insufficient_aal", PermissionDeniedError),
    (500, "unexpected_failure", UpstreamError),
    (504, "request_timeout", UpstreamError),
    (422, "hook_timeout", UpstreamError),
    (418, "never_heard_of", UpstreamError),
    (422, "never_heard_of", InvalidInputError),
    (403, "never_heard_of", PermissionDeniedError),
    (429, "never_heard_of", TooManyRequestsError),
    (503, "never_heard_of", UnavailableError),
]


@pytest.mark.parametrize(("status", "code", "expected"), TABLE)
async def test_each_code_has_its_error(
    supabase: SupabaseSimulator,
    accounts: SupabaseAccounts,
    status: int,
    code: str,
    expected: type[AppError],
) -> None:
    supabase.modes.append(f"fault:{status}:{code}")
    with pytest.raises(AppError) as raised:
        await accounts.sign_in(EMAIL, PASSWORD)

    assert type(raised.value) is expected
    assert SECRET_TEXT not in f"{raised.value!r} {raised.value.context}"
    assert raised.value.__cause__ is None
    if expected in {TooManyRequestsError, UnavailableError}:
        assert raised.value.details["retry_after"]


FAILURES: list[tuple[str, type[AppError]]] = [
    ("hang", UnavailableError),
    ("drip", UnavailableError),
    ("flood", UnavailableError),
    ("reset", UnavailableError),
    ("502", UnavailableError),
    ("520", UnavailableError),
    ("500", UpstreamError),
    ("404", UpstreamError),
    ("302", UpstreamError),
    ("html", UpstreamError),
    ("empty", UpstreamError),
]
CALLS: dict[str, Any] = {
    "sign_up": lambda accounts: accounts.sign_up(EMAIL, PASSWORD, None),
    "sign_in": lambda accounts: accounts.sign_in(EMAIL, PASSWORD),
    "refresh": lambda accounts: accounts.refresh("0123456abcde"),
    "recovery": lambda accounts: accounts.open_recovery("hash"),
    "user_of": lambda accounts: accounts.user_of("a.b.c"),
    "sign_out": lambda accounts: accounts.sign_out("a.b.c"),
    "recover": lambda accounts: accounts.recover(EMAIL),
    "resend": lambda accounts: accounts.resend_confirmation(EMAIL),
    "delete": lambda accounts: accounts.delete(UUID(int=7)),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("mode", "expected"), FAILURES)
async def test_failures_of_the_line_are_ours(
    supabase: SupabaseSimulator,
    project: SupabaseProject,
    accounts: SupabaseAccounts,
    call: str,
    mode: str,
    expected: type[AppError],
) -> None:
    project._deadline_s = 0.3 if mode in {"hang", "drip"} else 10
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="DEBUG")
    supabase.modes.extend([mode] * 6)  # three tries, and the transport's own on used connections
    try:
        with pytest.raises(AppError) as raised:
            await CALLS[call](accounts)
    finally:
        logger.remove(sink)

    assert type(raised.value) is expected
    told = f"{raised.value!r} {raised.value.context} {lines}"
    for secret in (PASSWORD, PUBLIC_KEY, SECRET_KEY, supabase.url, "<html>"):
        assert secret not in told


async def test_only_what_may_be_repeated_is_repeated(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    token = await signed_up(accounts)
    supabase.seen.clear()
    supabase.modes.extend(["503", "reset"])
    assert (await accounts.user_of(token)).email == EMAIL
    assert len(supabase.seen) == 3

    supabase.seen.clear()
    supabase.modes.append("503")
    with pytest.raises(UnavailableError):
        await accounts.sign_up("other@example.com", PASSWORD, None)
    assert len(supabase.seen) == 1


async def test_a_refresh_in_conflict_presents_the_same_token_again(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    session = await accounts.sign_up(EMAIL, PASSWORD, None)
    assert session is not None
    supabase.modes.append("fault:409:conflict")

    assert (await accounts.refresh(session.refresh_token)).user.email == EMAIL


async def test_a_wrong_key_is_our_fault_and_told_to_nobody(supabase: SupabaseSimulator) -> None:
    wrong = SecretStr("sb_secret_of_another_project")
    project = SupabaseProject(supabase.url, wrong, wrong)
    lines: list[str] = []
    sink = logger.add(lambda line: lines.append(str(line)), level="ERROR")
    try:
        with pytest.raises(UpstreamError) as raised:
            await SupabaseAccounts(project, "").sign_in(EMAIL, PASSWORD)
    finally:
        logger.remove(sink)
        await project.aclose()

    assert lines
    assert wrong.get_secret_value() not in f"{lines} {raised.value!r} {project!r}"


async def test_a_dead_project_costs_later_calls_nothing(supabase: SupabaseSimulator) -> None:
    project = SupabaseProject(supabase.url, SecretStr(PUBLIC_KEY), SecretStr(SECRET_KEY))
    accounts = SupabaseAccounts(project, "")
    supabase.modes.extend(["503"] * 5)
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await accounts.sign_in(EMAIL, PASSWORD)
    supabase.seen.clear()

    with pytest.raises(UnavailableError) as refused:
        await accounts.sign_in(EMAIL, PASSWORD)
    await project.aclose()
    assert supabase.seen == []
    assert 0 < float(str(refused.value.details["retry_after"])) <= 30


async def test_conflicts_of_one_login_stop_nobody(supabase: SupabaseSimulator) -> None:
    project = SupabaseProject(supabase.url, SecretStr(PUBLIC_KEY), SecretStr(SECRET_KEY))
    accounts = SupabaseAccounts(project, "")
    supabase.modes.extend(["fault:409:conflict"] * 8)
    for _ in range(8):
        with pytest.raises(UnavailableError):
            await accounts.sign_in(EMAIL, PASSWORD)

    assert await signed_up(accounts)
    await project.aclose()


async def test_recovering_says_nothing_about_who_has_an_account(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    await signed_up(accounts)
    for email in (EMAIL, EMAIL, "nobody@example.com"):
        await accounts.recover(email)

    assert [mail.email for mail in supabase.mails] == [EMAIL]


async def test_deleting_what_is_gone_succeeds(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    token = await signed_up(accounts)
    user = await accounts.user_of(token)
    await accounts.delete(user.id)
    await accounts.delete(user.id)
    await accounts.delete(UUID(int=7))

    assert supabase.gotrue.users == {}


async def test_secrets_stay_out_of_repr(
    supabase: SupabaseSimulator, accounts: SupabaseAccounts
) -> None:
    session = await accounts.sign_up(EMAIL, PASSWORD, None)
    assert session is not None

    assert session.access_token not in repr(session)
    assert session.refresh_token not in repr(session)
    assert LEGACY_SECRET not in repr(supabase)
