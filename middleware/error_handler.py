"""Every error in one shape: `{"error", "code", "details"}`. The only table of HTTP statuses."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.exceptions import (
    AppError,
    AuthenticationError,
    ConflictError,
    GenerationCancelledError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitExceededError,
    UnavailableError,
    UpstreamError,
)
from middleware.strict_json import UnsupportedMediaTypeError
from utils.metrics import count_rate_limit_hit

STATUS_BY_ERROR: Mapping[type[AppError], int] = {
    AppError: 500,
    InvalidInputError: 422,
    AuthenticationError: 401,
    PermissionDeniedError: 403,
    NotFoundError: 404,
    ConflictError: 409,
    GenerationCancelledError: 409,
    RateLimitExceededError: 429,
    UpstreamError: 502,
    UnavailableError: 503,
    UnsupportedMediaTypeError: 415,
}

CODE_BY_STATUS: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "AUTH_REQUIRED",
    404: "RESOURCE_NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "VALIDATION_ERROR",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}

_SENTENCE_BY_STATUS: Mapping[int, str] = {
    404: "There is no such resource.",
    405: "This method is not allowed here.",
    413: "The request body is too large.",
}


def status_for(error: type[AppError]) -> int:
    """The HTTP status of an error class: its own or that of its nearest ancestor."""
    for ancestor in error.__mro__:
        if ancestor in STATUS_BY_ERROR:
            return STATUS_BY_ERROR[ancestor]
    raise LookupError(error)


def error_response(
    status: int,
    code: str,
    sentence: str,
    details: Mapping[str, object],
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """An answer in the one shape."""
    content = {"error": sentence, "code": code, "details": dict(details)}
    return JSONResponse(content, status_code=status, headers=dict(headers or {}))


def internal_error() -> JSONResponse:
    """The answer to what nobody foresaw; it tells nothing."""
    return error_response(500, AppError.code, AppError.default_message, {})


async def _answer_app_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AppError)  # noqa: S101  # registered for this class only
    headers: dict[str, str] = {}
    if isinstance(error, AuthenticationError):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimitExceededError):
        count_rate_limit_hit(error.code)
    if (retry_after := error.context.get("retry_after")) is not None:
        headers["Retry-After"] = str(retry_after)
    return error_response(
        status_for(type(error)), error.code, error.message, error.details, headers
    )


async def _answer_validation_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
    details = {"fields": _fields(error.errors())}
    return error_response(422, InvalidInputError.code, InvalidInputError.default_message, details)


def _fields(errors: Sequence[Any]) -> list[dict[str, str]]:  # Any: Pydantic's error dicts
    """What is wrong where; the input itself is not repeated."""
    return [
        {
            "path": ".".join(str(part) for part in error["loc"]),
            "message": str(error["msg"]),
            "type": str(error["type"]),
        }
        for error in errors
    ]


async def _answer_http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # as above
    status = error.status_code
    code = CODE_BY_STATUS.get(status, f"HTTP_{status}")
    sentence = _SENTENCE_BY_STATUS.get(status, str(error.detail))
    return error_response(status, code, sentence, {}, error.headers)


def register_error_handlers(app: FastAPI) -> None:
    """Map all errors of routes and dependencies; the edge maps what is left."""
    app.add_exception_handler(AppError, _answer_app_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)
