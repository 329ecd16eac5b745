"""Both gates: how many generations an account has, and how fast an address may ask."""

import re
import time
from collections.abc import Mapping
from functools import cache

from starlette.types import ASGIApp, Receive, Scope, Send

from core.exceptions import TooManyRequestsError
from middleware.buckets import Buckets, Rate, Verdict
from middleware.error_handler import error_response
from middleware.headers import RawHeader
from services.auth_provider import Principal
from services.generation_service import GenerationService
from utils.metrics import count_rate_limit_hit

_OPEN_PREFIXES = ("/health", "/metrics", "/docs", "/openapi.json")
_GENERATING = re.compile(r"/api/generate/.*|/api/generations/[^/]+/regenerate")

_BY_PATH: Mapping[str, Rate] = {
    "/api/auth/login": Rate("login", 10, 300),
    "/api/auth/signup": Rate("signup", 5, 3600),
    "/api/auth/refresh": Rate("refresh", 150, 300),
    "/api/auth/recover": Rate("recover", 5, 3600),
    "/api/auth/resend-confirmation": Rate("resend", 5, 3600),
    "/api/auth/reset": Rate("reset", 10, 300),
    "/api/users/me/webhook/test": Rate("webhook-test", 5, 60),
}
_GENERATE = Rate("generate", 10, 60)
_OTHER = Rate("requests", 120, 60)


async def check_rate_limit(
    user: Principal, generation_type: str, generations: GenerationService
) -> bool:
    """True when the user has a unit for a generation left; every type costs one unit.

    Raises RateLimitExceededError. The unit itself is taken together with the pending row, by one
    conditional statement that has the last word.
    """
    del generation_type  # all types cost the same today
    await generations.check_quota(user.user_id)
    return True


def rate_for(path: str) -> Rate | None:
    """The rate of a path; None for paths without one."""
    if path.startswith(_OPEN_PREFIXES):
        return None
    if _GENERATING.fullmatch(path):
        return _GENERATE
    return _BY_PATH.get(path, _OTHER)


class RequestLimitMiddleware:
    """Counts requests per address and kind of path, in this process.

    The address is what `EdgeMiddleware` left in the request's state. One account from one address
    can fail as often as the address may ask, so a stranger never locks an owner out.
    """

    def __init__(self, app: ASGIApp, *, buckets: Buckets) -> None:
        self._app = app
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request."""
        rate = rate_for(scope["path"]) if scope["type"] == "http" else None
        if rate is None:
            await self._app(scope, receive, send)
            return
        verdict = self._buckets.take(rate, scope["state"]["client_group"])
        # `EdgeMiddleware` adds them. A route may tell the generations that are left instead.
        scope["state"]["limit_headers"] = _headers(rate, verdict)
        if verdict.admitted:
            await self._app(scope, receive, send)
        else:
            await self._refuse(rate, verdict, scope, receive, send)

    async def _refuse(
        self, rate: Rate, verdict: Verdict, scope: Scope, receive: Receive, send: Send
    ) -> None:
        count_rate_limit_hit(rate.name)
        scope["state"]["error_code"] = TooManyRequestsError.code
        refusal = error_response(
            429,
            TooManyRequestsError.code,
            TooManyRequestsError.default_message,
            {"retry_after": verdict.wait_s},
            {"Retry-After": str(verdict.wait_s)},
        )
        await refusal(scope, receive, send)


def _headers(rate: Rate, verdict: Verdict) -> list[RawHeader]:
    """The state of the bucket, as the IETF draft and as others write it."""
    state = f'"{rate.name}";r={verdict.remaining};t={verdict.wait_s}'
    return [
        *_fixed_headers(rate),
        (b"ratelimit", state.encode()),
        (b"x-ratelimit-remaining", b"%d" % verdict.remaining),
        (b"x-ratelimit-reset", b"%d" % (time.time() + verdict.wait_s)),
    ]


@cache
def _fixed_headers(rate: Rate) -> tuple[RawHeader, ...]:
    return (
        (b"ratelimit-policy", rate.policy.encode()),
        (b"x-ratelimit-limit", b"%d" % rate.requests),
    )
