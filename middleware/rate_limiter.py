"""Both gates: how many generations an account has, and how fast an address may ask."""

import ipaddress
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.exceptions import TooManyRequestsError
from middleware.error_handler import error_response
from services.auth_provider import Principal
from services.generation_service import GenerationService
from utils.metrics import count_rate_limit_hit

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_OPEN_PREFIXES = ("/health", "/metrics", "/docs", "/openapi.json")


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


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """So many requests in so much time, for the paths of one kind."""

    name: str
    item: RateLimitItem

    @property
    def policy(self) -> str:
        """The `RateLimit-Policy` header (draft-ietf-httpapi-ratelimit-headers-10)."""
        return f'"{self.name}";q={self.item.amount};w={self.item.get_expiry()}'


_BY_PATH: Mapping[str, RequestLimit] = {
    "/api/auth/login": RequestLimit("login", parse("10/5 minutes")),
    "/api/auth/signup": RequestLimit("signup", parse("5/hour")),
    "/api/auth/refresh": RequestLimit("refresh", parse("150/5 minutes")),
    "/api/auth/recover": RequestLimit("recover", parse("5/hour")),
    "/api/auth/reset": RequestLimit("reset", parse("10/5 minutes")),
}
_GENERATE = RequestLimit("generate", parse("10/minute"))
_OTHER = RequestLimit("requests", parse("120/minute"))


def limit_for(path: str) -> RequestLimit | None:
    """The limit of a path; None for paths without one."""
    if path.startswith(_OPEN_PREFIXES):
        return None
    if path.startswith("/api/generate/"):
        return _GENERATE
    return _BY_PATH.get(path, _OTHER)


def parse_networks(trusted: Sequence[str]) -> tuple[Network, ...]:
    """Addresses or networks of trusted proxies. Raises ValueError."""
    return tuple(ipaddress.ip_network(entry, strict=False) for entry in trusted)


def client_group(scope: Scope, trusted: Sequence[Network]) -> str:
    """Who is counted together: one IPv4 address, or one IPv6 /64.

    X-Forwarded-For is believed only from trusted proxies, from right to left, up to the first
    address that is not one of them.
    """
    peer = scope["client"][0] if scope.get("client") else "unknown"
    hops = [hop.strip() for hop in Headers(scope=scope).get("x-forwarded-for", "").split(",")]
    for hop in [peer, *reversed([hop for hop in hops if hop])]:
        try:
            address = ipaddress.ip_address(hop)
        except ValueError:
            return peer if hop == peer else "invalid"
        if not any(address in network for network in trusted):
            break
    if address.version == 6 and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class RequestLimitMiddleware:
    """Counts requests per address and kind of path, in this process."""

    def __init__(self, app: ASGIApp, *, trusted_proxies: Sequence[str]) -> None:
        self._app = app
        self._trusted = parse_networks(trusted_proxies)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve or refuse one request."""
        limit = limit_for(scope["path"]) if scope["type"] == "http" else None
        if limit is None or scope["method"] == "OPTIONS":
            await self._app(scope, receive, send)
            return
        group = client_group(scope, self._trusted)
        admitted = await self._limiter.hit(limit.item, limit.name, group)
        window = await self._limiter.get_window_stats(limit.item, limit.name, group)
        ends_in = max(1, round(window.reset_time - time.time()))
        headers = {
            "RateLimit-Policy": limit.policy,
            "RateLimit": f'"{limit.name}";r={window.remaining};t={ends_in}',
        }
        if not admitted:
            count_rate_limit_hit(limit.name)
            refusal = error_response(
                429,
                TooManyRequestsError.code,
                TooManyRequestsError.default_message,
                {"retry_after": ends_in},
                {**headers, "Retry-After": str(ends_in)},
            )
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, send_with_headers)
