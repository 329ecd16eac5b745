"""Both gates: how many generations an account has, and how fast an address may ask."""

import re
import time
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.exceptions import TooManyRequestsError
from middleware.buckets import Buckets, Rate, Verdict
from middleware.error_handler import error_response
from middleware.headers import raw_headers, with_defaults
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
    "/api/auth/reset": Rate("reset", 10, 300),
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
        headers = _headers(rate, verdict)
        if not verdict.admitted:
            await self._refuse(rate, verdict, headers, scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A route may tell the generations that are left instead.
                message["headers"] = with_defaults(message, raw_headers(headers))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    async def _refuse(
        self,
        rate: Rate,
        verdict: Verdict,
        headers: Mapping[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        count_rate_limit_hit(rate.name)
        scope["state"]["error_code"] = TooManyRequestsError.code
        refusal = error_response(
            429,
            TooManyRequestsError.code,
            TooManyRequestsError.default_message,
            {"retry_after": verdict.wait_s},
            {**headers, "Retry-After": str(verdict.wait_s)},
        )
        await refusal(scope, receive, send)


def _headers(rate: Rate, verdict: Verdict) -> dict[str, str]:
    """The state of the bucket, as the IETF draft and as others write it."""
    return {
        "RateLimit-Policy": rate.policy,
        "RateLimit": f'"{rate.name}";r={verdict.remaining};t={verdict.wait_s}',
        "X-RateLimit-Limit": str(rate.requests),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": str(int(time.time()) + verdict.wait_s),
    }
