"""Reads JSON bodies strictly: what other parsers or PostgreSQL would read otherwise is refused."""

import json
import math
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.types import Scope

from core.exceptions import AppError, InvalidInputError

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # NUL and lone surrogates
_JSON_TYPE = re.compile(r"application/(?:[\w.+-]+\+)?json", re.IGNORECASE)


class UnsupportedMediaTypeError(AppError):
    """The body is not declared as JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    default_message = "Send the body as application/json."


class StrictJsonRoute(APIRoute):
    """A route that reads its body strictly."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a request whose body was read and parsed."""
        handler = super().get_route_handler()
        field = self.body_field
        takes_json = field is not None and not isinstance(field.field_info, params.Form)

        async def strict_handler(request: Request) -> Response:
            _refuse_nul(request.scope)
            if takes_json:
                await _parse_body(request)
            return await handler(request)

        return strict_handler


def _refuse_nul(scope: Scope) -> None:
    """NUL passes as text and breaks in PostgreSQL: no path and no query may contain it."""
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise InvalidInputError("The address contains a NUL character.")


async def _parse_body(request: Request) -> None:
    """Parse before FastAPI does: it would turn our errors into a 400 of its own."""
    body = await request.body()
    if not body:
        return  # FastAPI says which field is missing
    content_type = request.headers.get("content-type", "").partition(";")[0].strip()
    if not _JSON_TYPE.fullmatch(content_type):
        raise UnsupportedMediaTypeError
    request._json = strict_json(body)  # what `request.json()` returns from now on


def strict_json(body: bytes) -> Any:  # Any: JSON values
    """The value of a JSON text in UTF-8. Raises RequestValidationError, which shows no input."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_unique_keys,
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


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _RefusedError("a number is too large")
    return number


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
            if _UNSTORABLE.search(current):
                raise _RefusedError("a text contains NUL or a lone surrogate")
        elif isinstance(current, dict):
            waiting += [*current.keys(), *current.values()]
        elif isinstance(current, list):
            waiting += current
