"""Every error in one shape: `{"error", "code", "details"}`. The only table of HTTP statuses."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from core.exceptions import (
    AppError,
    AuthenticationError,
    ConflictError,
    GenerationCancelledError,
    GenerationFailedError,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
    ProofRefusedError,
    RateLimitExceededError,
    UnavailableError,
    UpstreamError,
)
from middleware.strict_json import UnsupportedMediaTypeError
from utils.logger import get_logger
from utils.metrics import count_rate_limit_hit

STATUS_BY_ERROR: Mapping[type[AppError], int] = {
    AppError: 500,
    InvalidInputError: 422,
    ProofRefusedError: 400,
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

# Statuses that the framework or a middleware answers: code and sentence.
ANSWER_BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "The request cannot be understood."),
    401: (AuthenticationError.code, AuthenticationError.default_message),
    403: (PermissionDeniedError.code, PermissionDeniedError.default_message),
    404: (NotFoundError.code, NotFoundError.default_message),
    405: ("METHOD_NOT_ALLOWED", "This method is not allowed here."),
    406: ("NOT_ACCEPTABLE", "There is no answer of the wanted type."),
    408: ("REQUEST_TIMEOUT", "The request took too long to arrive."),
    413: ("PAYLOAD_TOO_LARGE", "The request body is too large."),
    415: (UnsupportedMediaTypeError.code, UnsupportedMediaTypeError.default_message),
    416: ("RANGE_NOT_SATISFIABLE", "The file does not have this range."),
    422: (InvalidInputError.code, InvalidInputError.default_message),
    431: ("HEADERS_TOO_LARGE", "The head of the request is too large."),
    500: (AppError.code, AppError.default_message),
    503: (UnavailableError.code, UnavailableError.default_message),
}

log = get_logger("errors")


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
) -> Response:
    """An answer in the one shape."""
    # Lone surrogates, for example quoted by a library's message, cannot be sent: "?" replaces them.
    content = {"error": _sendable(sentence), "code": code, "details": dict(details)}
    return Response(
        orjson.dumps(content, default=str),
        status_code=status,
        headers=dict(headers or {}),
        media_type="application/json",
    )


def status_response(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The answer of a status that needs no words of its own."""
    code, sentence = _answer_for(status)
    return error_response(status, code, sentence, {}, headers)


def _answer_for(status: int) -> tuple[str, str]:
    fallback = ANSWER_BY_STATUS[400 if status < 500 else 500]
    return ANSWER_BY_STATUS.get(status, fallback)


async def answer_app_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101  # registered for this class only
    status = status_for(type(error))
    _log_server_error(error, status)
    request.state.error_code = error.code
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimitExceededError):
        count_rate_limit_hit(error.code)
    if isinstance(seconds := error.context.get("retry_after"), int | float):
        headers["Retry-After"] = str(max(0, math.ceil(seconds)))
    for name in ("limit", "remaining"):
        if name in error.details:
            headers[f"X-RateLimit-{name.title()}"] = str(error.details[name])
    return error_response(status, error.code, error.message, error.details, headers)


def _log_server_error(error: AppError, status: int) -> None:
    """What the client does not hear: context and cause of errors on our side."""
    if status < 500:
        return
    line = log.bind(code=error.code, **error.context)
    if isinstance(error, UnavailableError | UpstreamError):
        line.warning("{}: {!r}", error.message, error.__cause__)
    else:
        failed = isinstance(error, GenerationFailedError) and error.__cause__
        line.opt(exception=failed or error).error("{}", error.message)


async def _answer_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # as above
    request.state.error_code = InvalidInputError.code
    details = {"fields": _fields(error.errors())}
    return error_response(422, InvalidInputError.code, InvalidInputError.default_message, details)


def _fields(errors: Sequence[Any]) -> list[dict[str, str]]:  # Any: Pydantic's error dicts
    """What is wrong where; the input itself is not repeated."""
    return [
        {
            "path": _sendable(".".join(str(part) for part in error["loc"]))[:200],
            "message": _sendable(str(error["msg"])),
            "type": str(error["type"]),
        }
        for error in errors
    ]


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


async def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # as above
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed_methods(request)) or headers.get("Allow", "")
    request.state.error_code = _answer_for(error.status_code)[0]
    return status_response(error.status_code, headers)


def _allowed_methods(request: Request) -> list[str]:
    """All methods of a path; the router names only those of the first route that has it."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        pattern = getattr(route.original_route, "path_regex", None)
        if pattern is not None and pattern.match(path):
            found |= route.methods or set()
    return sorted(found)


def register_error_handlers(app: FastAPI) -> None:
    """Map all errors of routes and dependencies; the boundary maps what is left."""
    app.add_exception_handler(AppError, answer_app_error)
    app.add_exception_handler(RequestValidationError, _answer_validation_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


class ErrorBoundary:
    """The last resort, inside CORS so that pages can read it: a 500 that tells nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; what it raises ends here."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return  # nobody is there to hear an answer
        except Exception as error:  # the last place that can answer
            if scope["type"] != "http":
                raise
            log.opt(exception=error).error("unhandled error")
            state = scope.setdefault("state", {})
            state["error_code"] = AppError.code
            # `EdgeMiddleware` knows whether the answer has begun. Then the server ends the
            # connection, and the client sees it broken.
            if not state.get("answer_has_begun"):
                await status_response(500)(scope, receive, send)
