"""The one shape of errors, and how OpenAPI describes it."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from core.exceptions import AppError
from middleware.error_handler import CODE_BY_STATUS


def _family(error: type[AppError]) -> list[type[AppError]]:
    return [error, *(child for below in error.__subclasses__() for child in _family(below))]


_CODES = sorted({*CODE_BY_STATUS.values(), *(error.code for error in _family(AppError))})
ErrorCode = StrEnum("ErrorCode", {code: code for code in _CODES})  # type: ignore[misc]  # computed

_SENTENCES = {
    401: "A valid access token is required.",
    404: "There is no such resource.",
    409: "The request conflicts with the present state.",
    413: "The request body is too large.",
    415: "Send the body as application/json.",
    422: "The input is not valid.",
    429: "No generations remaining.",
    500: "Something went wrong on our side.",
    503: "The service is not available for the moment.",
}
_EXAMPLE_CODES = {**CODE_BY_STATUS, 409: "CONFLICT", 429: "RATE_LIMIT_EXCEEDED"}
_EXAMPLE_DETAILS: dict[int, dict[str, object]] = {
    422: {"fields": [{"path": "body.description", "message": "Field required", "type": "missing"}]},
    429: {"retry_after": 3600, "limit": 2, "remaining": 0},
}


class ErrorResponse(BaseModel):
    """What went wrong, for people (`error`), programs (`code`) and forms (`details`)."""

    error: str
    code: ErrorCode
    details: dict[str, Any] = Field(description="`fields` for 422, `retry_after` for 429 and 503.")


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:  # Any: OpenAPI values
    """The documentation of these error statuses, for `responses=`."""
    return {status: _described(status) for status in statuses}


def _described(status: int) -> dict[str, Any]:  # Any: OpenAPI values
    example = {
        "error": _SENTENCES[status],
        "code": _EXAMPLE_CODES[status],
        "details": _EXAMPLE_DETAILS.get(status, {}),
    }
    return {
        "model": ErrorResponse,
        "description": _SENTENCES[status],
        "content": {"application/json": {"example": example}},
    }
