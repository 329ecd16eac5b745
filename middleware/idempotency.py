"""Lets a request be repeated without repeating its effect: the header `Idempotency-Key`."""

import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response

from core.exceptions import AppError, KeyInvalidError
from middleware.auth import GuardedRoute
from middleware.error_handler import answer_app_error
from middleware.strict_json import StrictJsonRoute
from services.auth_provider import Principal
from services.idempotency import IdempotencyService, KeptAnswer, RequestKey

HEADER = "Idempotency-Key"
# Says nothing of what was made: the next request attaches to that, if there is any.
SERVICE_UNAVAILABLE = HTTPStatus.SERVICE_UNAVAILABLE
_QUOTED = re.compile(r'"(.*)"', re.DOTALL)
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_KEPT_HEADERS = ("location", "retry-after", "preference-applied")


@dataclass(frozen=True, slots=True)
class Once:
    """What a route has to know of the key: that it is to be taken, or what it has made before."""

    key: RequestKey | None = None
    made: UUID | None = None


class OnceRoute(StrictJsonRoute):
    """A route whose POST requests may carry a key. It is looked at before body and quota."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the look for an earlier answer."""
        handler = super().get_route_handler()

        async def once_handler(request: Request) -> Response:
            request.state.once = Once()
            given = request.headers.getlist(HEADER)
            if not given or request.method != "POST":
                return await handler(request)
            key = RequestKey(_parsed(given), await _fingerprint(request))
            user: Principal = request.state.principal
            keys: IdempotencyService = request.app.state.container.idempotency
            earlier = await keys.earlier(user.user_id, key)
            if isinstance(earlier, KeptAnswer):
                return _replayed(earlier)
            request.state.once = Once(key, earlier)
            try:
                response = await handler(request)
            except AppError as error:
                response = await answer_app_error(request, error)
            if response.status_code != SERVICE_UNAVAILABLE:
                await keys.keep(user.user_id, key, _to_keep(response))
            if earlier is not None:
                response.headers["Idempotent-Replayed"] = "true"
            return response

        return once_handler


class IdempotentRoute(GuardedRoute, OnceRoute):
    """A route for signed-in callers whose POST requests may be repeated."""


def _parsed(given: list[str]) -> str:
    """The key, quoted as the draft has it or bare. Raises KeyInvalidError."""
    text = given[0].strip()
    quoted = _QUOTED.fullmatch(text)
    key = re.sub(r"\\([\"\\])", r"\1", quoted[1]) if quoted else text
    if len(given) > 1 or not _KEY.fullmatch(key):
        raise KeyInvalidError
    return key


async def _fingerprint(request: Request) -> str:
    """A hash of method, path and body; the order of a body's members does not matter."""
    body = await request.body()
    with suppress(orjson.JSONDecodeError):  # it will be refused, and until then it is itself
        body = orjson.dumps(orjson.loads(body), option=orjson.OPT_SORT_KEYS)
    return sha256(
        b"\n".join([request.method.encode(), request.url.path.encode(), body])
    ).hexdigest()


def _to_keep(response: Response) -> KeptAnswer:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return KeptAnswer(response.status_code, headers, bytes(response.body).decode())


def _replayed(answer: KeptAnswer) -> Response:
    return Response(
        answer.body,
        status_code=answer.status,
        headers={**answer.headers, "Idempotent-Replayed": "true"},
        media_type="application/json",
    )
