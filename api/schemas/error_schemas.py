"""The one shape of errors, and how OpenAPI describes it."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from api.schemas.base_schema import ResponseModel
from core.exceptions import AppError, ConflictError, RateLimitExceededError, UpstreamError
from middleware.error_handler import ANSWER_BY_STATUS


def _family(error: type[AppError]) -> list[type[AppError]]:
    return [error, *(child for below in error.__subclasses__() for child in _family(below))]


_CODES = sorted(
    {code for code, _ in ANSWER_BY_STATUS.values()} | {error.code for error in _family(AppError)}
)
ErrorCode = StrEnum("ErrorCode", {code: code for code in _CODES})  # type: ignore[misc]  # computed

_EXAMPLES = {
    **ANSWER_BY_STATUS,
    409: (ConflictError.code, ConflictError.default_message),
    429: (RateLimitExceededError.code, RateLimitExceededError.default_message),
    502: (UpstreamError.code, UpstreamError.default_message),
}
_EXAMPLE_DETAILS: dict[int, dict[str, object]] = {
    422: {"fields": [{"path": "body.description", "message": "Field required", "type": "missing"}]},
    429: {"retry_after": 3600, "limit": 2, "remaining": 0},
    503: {"retry_after": 2},
}


class ErrorResponse(ResponseModel):
    """What went wrong, for people (`error`), programs (`code`) and forms (`details`)."""

    error: str
    code: ErrorCode
    details: dict[str, Any] = Field(description="`fields` for 422, `retry_after` for 429 and 503.")


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:  # Any: OpenAPI values
    """The documentation of these error statuses, for `responses=`."""
    return {status: _described(status) for status in statuses}


def _described(status: int) -> dict[str, Any]:  # Any: OpenAPI values
    code, sentence = _EXAMPLES[status]
    example = {"error": sentence, "code": code, "details": _EXAMPLE_DETAILS.get(status, {})}
    return {
        "model": ErrorResponse,
        "description": sentence,
        "content": {"application/json": {"example": example}},
    }
