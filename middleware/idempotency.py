"""Lets a request be repeated without repeating its effect: the header `Idempotency-Key`."""

import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response

from core.exceptions import AppError, KeyInvalidError, UnavailableError
from middleware.auth import GuardedRoute
from middleware.error_handler import answer_app_error
from middleware.strict_json import StrictJsonRoute
from services.auth_provider import Principal
from services.idempotency import IdempotencyService, KeptAnswer, RequestKey

HEADER = "Idempotency-Key"
_QUOTED = re.compile(r'"(.*)"', re.DOTALL)
_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_KEPT_HEADERS = ("location", "retry-after", "preference-applied")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(slots=True)
class Once:
    """The key that is to be taken, and what was made under it: before, or now by the route."""

    key: RequestKey | None = None
    made: UUID | None = None


class OnceRoute(StrictJsonRoute):
    """A route whose POST requests may carry a key. It is looked at before body and quota."""

    def get_route_handler(self) -> Handler:
        """The handler behind the look for an earlier answer."""
        handler = super().get_route_handler()
        if "POST" not in (self.methods or ()):
            return handler

        async def once_handler(request: Request) -> Response:
            given = request.headers.getlist(HEADER)
            if given:
                return await _once(request, handler, _parsed(given))
            request.state.once = Once()
            return await handler(request)

        return once_handler


class IdempotentRoute(GuardedRoute, OnceRoute):
    """A route for signed-in callers whose POST requests may be repeated."""


async def _once(request: Request, handler: Handler, given: str) -> Response:
    """The answer of the first request with this key, or ours, which is then kept."""
    key = RequestKey(given, await _fingerprint(request))
    user: Principal = request.state.principal
    keys: IdempotencyService = request.app.state.container.idempotency
    earlier = await keys.earlier(user.user_id, key)
    if isinstance(earlier, KeptAnswer):
        return _replayed(earlier)
    once = request.state.once = Once(key, earlier)
    try:
        response = await handler(request)
    except AppError as error:
        if type(error) is UnavailableError:
            raise  # an outage of ours says nothing of the work: the next use asks again
        if once.made is None:  # refused, perhaps for what the first request has just taken
            await keys.check_free(user.user_id, key)
            raise
        response = await answer_app_error(request, error)
    with suppress(UnavailableError):  # the next use will ask what became of the work
        await keys.keep(user.user_id, key, _to_keep(response))
    if earlier is not None:
        response.headers["Idempotent-Replayed"] = "true"
    return response


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
    # What cannot be read, or written again for its depth, will be refused; it stands for itself.
    with suppress(orjson.JSONDecodeError, orjson.JSONEncodeError):
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
