"""What a failed chat completion means: status, headers and error object to our taxonomy.

Source: sections 2, 3.3 and 7 of the contract of text and image providers. OpenRouter puts the same
error object into a 200, so a status may also come from inside the body.
"""

import re
from collections.abc import Mapping
from typing import Any

from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.base import FailureKind
from core.providers.hints import seconds_from

MAX_HINT_S = 3_600.0

_BY_STATUS: dict[int, FailureKind] = {
    401: "auth",
    402: "quota",
    403: "auth",
    404: "model_gone",
    408: "timeout",
    409: "transient",
    410: "model_gone",
    425: "transient",
    429: "rate_limited",
}
_BY_CODE: dict[str, FailureKind] = {
    "insufficient_quota": "quota",
    "billing_hard_limit_reached": "quota",
    "content_policy_violation": "moderated",
    "content_filter": "moderated",
    "moderation_blocked": "moderated",
    "refusal": "moderated",
    "model_not_found": "model_gone",
    "model_deprecated": "model_gone",
    "model_unavailable_upstream": "model_gone",
    "no_endpoints": "model_gone",
    "free_variant_ended": "model_gone",
    "region_restricted": "model_gone",
}
_REFUSED: tuple[FailureKind, ...] = ("moderated", "invalid_request")
_UNKNOWN_MODEL = re.compile(
    r"not a valid model|model .{1,120}(?:not found|does not exist)", re.IGNORECASE
)

Error = Mapping[str, Any]  # Any: JSON values


def failure(kind: FailureKind, *, retry_after: float | None = None) -> AppError:
    """The error of a kind; only a refused request is one that another provider would refuse too."""
    context: dict[str, Any] = {"kind": kind}  # Any: as in AppError
    if retry_after is not None:
        context["retry_after"] = retry_after
    return (ProviderRejectedError if kind in _REFUSED else ProviderUnavailableError)(**context)


def failure_of(status: int, headers: Mapping[str, str], error: Error) -> AppError:
    """The error for an error object and the status that it came with."""
    status = _number(error.get("code")) or _number(error.get("http_status")) or status
    kind = _kind(status, headers, error)
    waits = kind in {"rate_limited", "transient"}
    return failure(kind, retry_after=retry_hint(headers, error) if waits else None)


def _kind(status: int, headers: Mapping[str, str], error: Error) -> FailureKind:
    for code in _codes(error):
        if code in _BY_CODE:
            return _BY_CODE[code]
    metadata = _part(error, "metadata")
    if status == 402 and retry_hint(headers, error) is not None:
        return "rate_limited"  # the budget for calls in flight is full, the account is not empty
    if status == 403:
        return _forbidden(metadata)
    if status == 400 and _UNKNOWN_MODEL.search(_text(error.get("message"))):
        return "model_gone"
    if status >= 500:
        return "transient"
    if status < 400:
        return "bad_payload"
    return _BY_STATUS.get(status, "invalid_request")


def _forbidden(metadata: Error) -> FailureKind:
    """A 403 of OpenRouter: flagged input, a spent budget, or else no access."""
    if "reasons" in metadata or "flagged_input" in metadata:
        return "moderated"
    return "quota" if "limit_source" in metadata or "resets_at" in metadata else "auth"


def _codes(error: Error) -> list[str]:
    """Every place where a vendor names the cause."""
    named = (
        error.get("code"),
        error.get("type"),
        error.get("error_type"),
        _part(error, "metadata").get("error_type"),
        _part(error, "availability").get("code"),
    )
    return [code for code in named if isinstance(code, str)]


def retry_hint(headers: Mapping[str, str], error: Error) -> float | None:
    """Seconds to wait, at most an hour; None without a usable hint, and 0 is none."""
    milliseconds = seconds_from(headers.get("retry-after-ms"))
    hints = (
        milliseconds / 1_000 if milliseconds else None,
        seconds_from(headers.get("retry-after")),
        seconds_from(_part(error, "availability").get("retry_after")),
        *(_reset(fields) for fields in (headers, _inner_headers(error))),
    )
    return next((min(hint, MAX_HINT_S) for hint in hints if hint is not None and hint > 0), None)


def _reset(headers: Mapping[str, object]) -> float | None:
    """Seconds until a used-up allowance is filled again."""
    for suffix in ("", "-requests", "-tokens"):
        if seconds_from(headers.get(f"x-ratelimit-remaining{suffix}")) == 0:
            return seconds_from(headers.get(f"x-ratelimit-reset{suffix}"))
    return None


def _inner_headers(error: Error) -> dict[str, object]:
    """Headers that OpenRouter repeats inside the error object."""
    found = _part(_part(error, "metadata"), "headers")
    return {name.lower(): value for name, value in found.items()}


def _part(error: Error, name: str) -> dict[str, Any]:  # Any: JSON values
    found = error.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int | None:
    """An HTTP status, also one that is written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    return value if isinstance(value, int) and 100 <= value <= 599 else None


def _text(value: object) -> str:
    return value[:1_000] if isinstance(value, str) else ""
