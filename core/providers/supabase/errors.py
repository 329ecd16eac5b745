"""What Supabase's errors mean to us: by code, never by text (sections 3.10, 4.4 and 5.3).

Texts of the provider reach neither clients nor logs; its code and status are kept for the log.
"""

from collections.abc import Mapping

import httpx
from supabase import (
    AuthApiError,
    AuthError,
    AuthInvalidCredentialsError,
    AuthRetryableError,
    AuthSessionMissingError,
    AuthWeakPasswordError,
    StorageException,
)

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
from utils.logger import get_logger

RETRY_AFTER_S = 5
LIMITED_FOR_S = 60  # the interval between two mails to one address; buckets refill sooner

log = get_logger("supabase")

_LOGGED_OUT = (AuthenticationError, "This login has ended; please log in again.")
_NO_SUCH_WAY = (PermissionDeniedError, "Signing up or logging in this way is switched off.")
_ONE_MORE_STEP = (PermissionDeniedError, "This needs a stronger or more recent login.")
_BAD_INPUT = (InvalidInputError, None)
_SLOW_DOWN = (TooManyRequestsError, None)
_BROKEN = (UpstreamError, None)

_BY_CODE: Mapping[str | None, tuple[type[AppError], str | None]] = {
    "invalid_credentials": (InvalidCredentialsError, None),
    "email_not_confirmed": (EmailNotConfirmedError, None),
    "user_banned": (PermissionDeniedError, "This account is blocked."),
    "user_already_exists": (EmailTakenError, None),
    "email_exists": (EmailTakenError, None),
    "same_password": (InvalidInputError, "The new password must differ from the present one."),
    "validation_failed": _BAD_INPUT,
    "bad_json": _BAD_INPUT,
    "signup_disabled": _NO_SUCH_WAY,
    "email_provider_disabled": _NO_SUCH_WAY,
    "anonymous_provider_disabled": _NO_SUCH_WAY,
    "refresh_token_not_found": _LOGGED_OUT,
    "refresh_token_already_used": _LOGGED_OUT,
    "session_not_found": _LOGGED_OUT,
    "session_expired": _LOGGED_OUT,
    "bad_jwt": (AuthenticationError, None),
    "no_authorization": (AuthenticationError, None),
    "user_not_found": (AuthenticationError, None),
    "otp_expired": (ProofRefusedError, None),
    "captcha_failed": (ProofRefusedError, "The proof of being human was not accepted."),
    "over_request_rate_limit": _SLOW_DOWN,
    "over_email_send_rate_limit": _SLOW_DOWN,
    "email_address_invalid": (InvalidInputError, "This e-mail address cannot be used."),
    "email_address_not_authorized": (InvalidInputError, "This e-mail address cannot be used."),
    "not_admin": (AppError, None),
    "conflict": (UnavailableError, None),
    "reauthentication_needed": _ONE_MORE_STEP,
    "reauthentication_not_valid": _ONE_MORE_STEP,
    "insufficient_aal": _ONE_MORE_STEP,
    "current_password_required": (InvalidCredentialsError, None),
    "current_password_invalid": (InvalidCredentialsError, None),
    "unexpected_failure": _BROKEN,
    "request_timeout": _BROKEN,
    "hook_timeout": _BROKEN,
}

# Codes that no user can cause: the project's settings or our keys are wrong.
_ALERTS = {"not_admin", "email_address_not_authorized"}

# For the hundred codes that are not in the table, and for none at all.
_BY_STATUS: Mapping[int, tuple[type[AppError], str | None]] = {
    400: _BAD_INPUT,
    403: (PermissionDeniedError, None),
    409: (UnavailableError, None),
    422: _BAD_INPUT,
    429: _SLOW_DOWN,
}

_WEAK: Mapping[str, str] = {
    "length": "The password is too short.",
    "characters": "The password needs more kinds of characters.",
    "pwned": "This password is known from data leaks; please choose another.",
}


# What a call may raise: errors of the libraries, and those of reading a 200 that is none.
FAILURES = (
    AuthError, StorageException, httpx.HTTPError, OSError, ValueError, LookupError, TypeError
)  # fmt: skip


def translated(error: Exception) -> AppError:
    """Our error for one of the `FAILURES` of a call to Supabase."""
    if isinstance(error, AppError):
        return error
    if isinstance(error, AuthError):
        return _auth_error(error)
    if isinstance(error, StorageException):
        return _storage_error(error)
    if isinstance(error, (httpx.HTTPError, OSError)):
        return down(kind=type(error).__name__)
    return UpstreamError(kind="bad_payload", reason=type(error).__name__)


def down(**context: object) -> UnavailableError:
    """Supabase does not answer."""
    return UnavailableError(None, **{"retry_after": RETRY_AFTER_S, **context})


def storage_status(error: StorageException) -> str:
    """The status that Storage means; the HTTP status is 400 for almost everything."""
    return str(getattr(error, "status", ""))


def storage_code(error: StorageException) -> str:
    """The `error` of a body, such as "not_found" or "Duplicate"."""
    return str(getattr(error, "code", ""))


def _auth_error(error: AuthError) -> AppError:
    if isinstance(error, AuthWeakPasswordError):
        reasons = [_WEAK[reason] for reason in error.reasons if reason in _WEAK]
        return InvalidInputError(reasons[0] if reasons else "The password is too weak.")
    if isinstance(error, AuthRetryableError):
        if error.status == 504:
            return UpstreamError(supabase_status=504)
        return down(supabase_status=error.status)
    if isinstance(error, AuthInvalidCredentialsError):
        return InvalidCredentialsError()
    if isinstance(error, AuthSessionMissingError):
        return AuthenticationError()
    if isinstance(error, AuthApiError):
        return _api_error(error)
    return UpstreamError(kind="bad_payload")


def _api_error(error: AuthApiError) -> AppError:
    context: dict[str, object] = {"supabase_code": error.code, "supabase_status": error.status}
    if error.code in _ALERTS or (error.code is None and error.status in {401, 403}):
        log.error("Supabase refused us: code {}, status {}", error.code, error.status)
    if error.code is None and error.status in {401, 403}:  # the gateway does not know our key
        return UpstreamError(None, **context)
    kind, message = _BY_CODE.get(error.code) or _BY_STATUS.get(error.status, _BROKEN)
    if kind is TooManyRequestsError:
        context["retry_after"] = LIMITED_FOR_S
    if kind is UnavailableError:
        context["retry_after"] = 1
    return kind(message, **context)


def _storage_error(error: StorageException) -> AppError:
    status, code = storage_status(error), storage_code(error)
    if status in {"429", "544"} or status.startswith("5"):
        return down(supabase_status=status)
    log.error("Supabase Storage refused us: {} {}", status, code)
    return UpstreamError(supabase_status=status, supabase_code=code)
