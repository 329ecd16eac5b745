"""Whether an outside service answers and takes our key, asked in the cheapest way that it offers.

Free requests of the contracts' tables; nothing is generated and no credit is spent.
"""

import asyncio
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

if TYPE_CHECKING:
    import httpx

Reach = Literal["reachable", "key refused", "not reachable"]

PROBE_TIMEOUT_S = 3.0

_BEARER = "Authorization"
_KEY_REFUSED = (401, 403)


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


# Provider: usual base, path of the free request, header of the key; without a path any answer of
# the host will do, and the key stays at home.
_KNOWN: dict[str, tuple[str, str | None, str]] = {
    "openrouter": ("https://openrouter.ai/api/v1", "/key", _BEARER),
    "openai": ("https://api.openai.com/v1", "/models", _BEARER),
    "dalle": ("https://api.openai.com/v1", "/models", _BEARER),
    "flux": ("https://api.bfl.ai", "/v1/credits", "x-key"),
    "ideogram": ("https://api.ideogram.ai", None, "Api-Key"),
    "stability": ("https://api.stability.ai", "/v1/user/balance", _BEARER),
    "recraft": ("https://external.api.recraft.ai/v1", "/users/me", _BEARER),
    "whoisxml": ("https://domain-availability.whoisxmlapi.com", None, _BEARER),
    "whoapi": ("https://api.whoapi.com", None, _BEARER),
}


def target_of(provider: str, url: str | None, key: SecretStr | None) -> Target | None:
    """What to ask a provider by its name; None for one without a known address."""
    base, path, header = _KNOWN.get(provider.lower(), (None, None, _BEARER))
    base = url or base
    if base is None:
        return None
    return Target(base, None) if path is None else Target(base.rstrip("/") + path, key, header)


def models_target(provider: str, url: str, key: SecretStr | None) -> Target:
    """What to ask an endpoint for chat: OpenRouter about the key, others for their models."""
    path = "/key" if provider == "openrouter" and key is not None else "/models"
    return Target(url.rstrip("/") + path, key)


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
    redis = await asyncio.to_thread(importlib.import_module, "redis.asyncio")
    errors = importlib.import_module("redis.exceptions")
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            async with redis.Redis.from_url(url.get_secret_value()) as client:
                await client.ping()
    except errors.AuthenticationError:
        return "key refused"
    except (errors.RedisError, OSError, TimeoutError, ValueError):
        return "not reachable"
    return "reachable"
