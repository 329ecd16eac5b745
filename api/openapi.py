"""The OpenAPI document: what FastAPI derives from the routes, and what it cannot know."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.schemas.error_schemas import error_responses
from middleware.auth import SECURITY_SCHEME
from middleware.idempotency import HEADER as IDEMPOTENCY_HEADER

Json = dict[str, Any]  # Any: JSON values

_METHODS = {"get", "put", "post", "delete", "patch"}
_TAGS = {
    "auth": "Sign up, log in, stay logged in.",
    "generate": "Make names, logos, colours, taglines or a whole package.",
    "generations": "Results of today and of before.",
    "projects": "Where results are kept together.",
    "domains": "Whether names are free to register.",
    "users": "The account itself.",
    "files": "Deliverables and generated files.",
    "health": "For operators and their tools.",
}
_REQUEST_ID = {
    "description": "Names this request in the log; quote it when you ask for help.",
    "schema": {"type": "string"},
}
_RETRY_AFTER = {
    "description": "Seconds until it is worth trying again.",
    "schema": {"type": "integer", "minimum": 0},
}
_HEADERS_BY_STATUS: dict[str, Json] = {
    "401": {"WWW-Authenticate": {"description": "`Bearer`", "schema": {"type": "string"}}},
    "429": {"Retry-After": _RETRY_AFTER},
    "503": {"Retry-After": _RETRY_AFTER},
}
_MAY_BE_REPLAYED = {"200", "201", "202", "409", "500", "503"}
_REPLAYED = {
    "description": "`true` when this answers a repeated `Idempotency-Key`.",
    "schema": {"type": "string", "enum": ["true"]},
}
_OF_THE_KEY = {
    "409": "`IDEMPOTENCY_IN_PROGRESS`: the first request with this `Idempotency-Key` is being "
    "worked on; repeat it after `Retry-After`.",
    "422": "`IDEMPOTENCY_KEY_REUSED`: the key came with another request before. "
    "`IDEMPOTENCY_KEY_INVALID`: it is not 1 to 255 ASCII characters, or there are two.",
}


def install_openapi(app: FastAPI) -> None:
    """Let the application answer with our document, built once."""

    def openapi() -> Json:
        if app.openapi_schema is None:
            app.openapi_schema = build_document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's guide extends it


def build_document(app: FastAPI) -> Json:
    """The whole document."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[{"url": "/", "description": "This server"}],
    )
    used = {tag for operation in _operations(document) for tag in operation.get("tags", ())}
    document["tags"] = [
        {"name": name, "description": _TAGS.get(name, "")}
        for name in sorted(used, key=lambda tag: (*_TAGS, tag).index(tag))
    ]
    document["components"]["securitySchemes"] = {
        SECURITY_SCHEME: {
            "type": "http",
            "description": "The access token of a login.",
            "scheme": "bearer",
        }
    }
    for operation in _operations(document):
        _add_answers(operation)
    for unused in ("HTTPValidationError", "ValidationError"):  # FastAPI's own shape of 422
        document["components"]["schemas"].pop(unused, None)
    return document


def _operations(document: Json) -> list[Json]:
    return [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in _METHODS
    ]


def _add_answers(operation: Json) -> None:
    """Describe what every operation of its kind may answer, and the headers of all answers."""
    answers: Json = operation["responses"]
    for status in _expected_errors(operation):
        described = error_responses(status)[status]
        del described["model"]
        described["content"]["application/json"]["schema"] = {
            "$ref": "#/components/schemas/ErrorResponse"
        }
        if "HTTPValidationError" in str(answers.get(str(status))) or str(status) not in answers:
            answers[str(status)] = described
    for status_text, answer in answers.items():
        special = _HEADERS_BY_STATUS.get(status_text, {})
        answer["headers"] = {"X-Request-ID": _REQUEST_ID, **special, **answer.get("headers", {})}
    if _takes_key(operation):
        _add_answers_to_keys(answers)
    operation["responses"] = dict(sorted(answers.items()))


def _expected_errors(operation: Json) -> list[int]:
    expected = [413, 500]  # a body over the limit is refused wherever it is sent
    if "security" in operation:
        expected.append(401)
    if "requestBody" in operation:
        expected += [408, 415, 422]
    if "parameters" in operation:
        expected.append(422)
    if _takes_key(operation):
        expected.append(409)
    if "health" not in operation.get("tags", ()):
        expected.append(429)
    return expected


def _takes_key(operation: Json) -> bool:
    return any(found["name"] == IDEMPOTENCY_HEADER for found in operation.get("parameters", ()))


def _add_answers_to_keys(answers: Json) -> None:
    for status in _MAY_BE_REPLAYED & set(answers):
        answers[status]["headers"]["Idempotent-Replayed"] = _REPLAYED
    answers["409"]["headers"]["Retry-After"] = _RETRY_AFTER
    for status, sentences in _OF_THE_KEY.items():
        answers[status]["description"] += f" {sentences}"
