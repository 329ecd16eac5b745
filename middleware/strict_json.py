"""Reads JSON bodies strictly: what other parsers or PostgreSQL would read otherwise is refused."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from core.exceptions import AppError


class UnsupportedMediaTypeError(AppError):
    """The body is not declared as JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    default_message = "Send the body as application/json."


class StrictJsonRequest(Request):
    """A request whose `json()` refuses NaN, duplicate keys, NUL and lone surrogates."""

    async def json(self) -> Any:  # Any: JSON values
        """The body's value. Raises RequestValidationError and UnsupportedMediaTypeError."""
        body = await self.body()
        if self.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            raise UnsupportedMediaTypeError
        return strict_json(body)


class StrictJsonRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a strict request."""
        handler = super().get_route_handler()

        async def strict_handler(request: Request) -> Response:
            return await handler(StrictJsonRequest(request.scope, request.receive))

        return strict_handler


def strict_json(body: bytes) -> Any:  # Any: JSON values
    """The value of a JSON text in UTF-8. Raises RequestValidationError, which shows no input."""
    try:
        value = json.loads(
            body.decode("utf-8"), parse_constant=_refuse_constant, object_pairs_hook=_unique_keys
        )
        _check_texts(value)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, _RefusedError) else "the body is not valid JSON"
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": reason, "input": None}]
        ) from error
    return value


class _RefusedError(ValueError):
    """Valid for some parsers, refused here; the message may be shown."""


def _refuse_constant(name: str) -> None:
    raise _RefusedError(f"{name} is not JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: JSON values
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError("a key is given twice")
    return found


def _check_texts(value: Any) -> None:  # Any: JSON values
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if "\0" in current or any("\ud800" <= letter <= "\udfff" for letter in current):
                raise _RefusedError("a text contains NUL or a lone surrogate")
        elif isinstance(current, dict):
            waiting += [*current.keys(), *current.values()]
        elif isinstance(current, list):
            waiting += current
