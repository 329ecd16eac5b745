"""Whether an outside service answers and takes our key, asked in the cheapest way that it offers.

Free requests of the contracts' tables; nothing is generated and no credit is spent.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from core.exceptions import ProviderRejectedError, ProviderUnavailableError
from core.providers.base import FailureKind, failure_kind
from core.providers.domain.vendor import VendorAccess

if TYPE_CHECKING:
    import httpx

    from core.providers.domain.vendor_api import VendorApi

Reach = Literal["reachable", "key refused", "not reachable"]

PROBE_TIMEOUT_S = 3.0

_BEARER = "Authorization"
_KEY_REFUSED = (401, 403)
_OUT_OF_REACH: tuple[FailureKind, ...] = ("transient", "timeout", "bad_payload")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL to GET, and the header that carries the key, if the service wants one."""

    url: str
    key: SecretStr | None = None
    header: str = _BEARER
    more: Mapping[str, SecretStr] = field(default_factory=dict)

    def headers(self) -> dict[str, str]:
        """What is sent; the one place where keys are seen."""
        headers = {name: value.get_secret_value() for name, value in self.more.items()}
        if self.key is not None:
            scheme = "Bearer " if self.header == _BEARER else ""
            headers[self.header] = scheme + self.key.get_secret_value()
        return headers


def models_target(provider: str, url: str, key: SecretStr | None) -> Target:
    """What to ask an endpoint for chat: OpenRouter about the key, others for their models."""
    path = "/key" if provider == "openrouter" and key is not None else "/models"
    return Target(url.rstrip("/") + path, key)


async def probe_adapter(ask: Callable[[], Awaitable[None]]) -> Reach:
    """What an adapter's own free call says; one that is out of credit or refuses is there."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            await ask()
    except (ProviderUnavailableError, ProviderRejectedError) as error:
        kind = failure_kind(error)
        if kind == "auth":
            return "key refused"
        return "not reachable" if kind in _OUT_OF_REACH else "reachable"
    except TimeoutError:
        return "not reachable"
    return "reachable"


async def probe_vendor(access: VendorAccess) -> Reach:
    """What a domain vendor's adapter finds out for free; who needs no key and refuses is away."""
    network = await asyncio.to_thread(importlib.import_module, "core.providers.domain.network")
    api: VendorApi = network.open_api(access)
    try:
        state = await probe_adapter(api.probe)
    finally:
        await api.aclose()
    return "not reachable" if state == "key refused" and access.key is None else state


async def probe(target: Target) -> Reach:
    """Ask once. A redirect is an answer and is not followed: the key stays with its owner."""
    await asyncio.to_thread(importlib.import_module, "httpx")
    import httpx  # noqa: PLC0415  # loaded in a thread, above

    try:
        async with (
            asyncio.timeout(PROBE_TIMEOUT_S),
            _client() as client,
            client.stream("GET", target.url, headers=target.headers()) as response,
        ):
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError):
        return "not reachable"
    if status in _KEY_REFUSED and target.headers():
        return "key refused"
    return "not reachable" if status >= 500 else "reachable"


def _client() -> "httpx.AsyncClient":
    import httpx  # noqa: PLC0415  # see probe()
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415  # see probe()

    return httpx.AsyncClient(transport=AiohttpTransport(), trust_env=False, timeout=PROBE_TIMEOUT_S)


async def probe_port(host: str, port: int) -> Reach:
    """Whether somebody listens there."""
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError):
        return "not reachable"
    return "reachable"


async def probe_redis(url: SecretStr) -> Reach:
    """Whether the server takes our password and answers."""
    reach, _ = await _ask_redis(url, "PING")
    return reach


async def messages_waiting(url: SecretStr, queue: str) -> int | None:
    """How many messages nobody has taken from a queue; None when the server does not say."""
    _, waiting = await _ask_redis(url, "LLEN", queue)
    return waiting if isinstance(waiting, int) else None


async def _ask_redis(url: SecretStr, *command: str) -> tuple[Reach, object]:
    redis = await asyncio.to_thread(importlib.import_module, "redis.asyncio")
    errors = importlib.import_module("redis.exceptions")
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            async with redis.Redis.from_url(url.get_secret_value()) as client:
                answer = await client.execute_command(*command)
    except errors.AuthenticationError:
        return "key refused", None
    except (errors.RedisError, OSError, TimeoutError, ValueError):
        return "not reachable", None
    return "reachable", answer
