"""One Supabase project: its clients, and one way to call it.

The service client is never signed in: a sign-in rewrites the headers of its client for everyone
(section 4.2). So whatever may open a session gets a client of its own, which is thrown away. All
share one connection pool, whose headers stay untouched.

The library is loaded on first use: it takes half a second that a start without it need not wait.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from pydantic import SecretStr

from core.breaker import Breaker
from core.exceptions import AppError, UnavailableError
from core.providers.per_loop import PerLoop
from utils.caller import caller_address

if TYPE_CHECKING:
    import httpx
    from supabase import AsyncClient

DEADLINE_S = 10.0
ATTEMPTS = 3
CONFLICT = 409
_PAUSE_S = 0.2

T = TypeVar("T")


class SupabaseProject:
    """Talks to one project. Keys are opaque: old and new ones work alike (section 1.1)."""

    def __init__(
        self,
        url: str,
        public_key: SecretStr,
        secret_key: SecretStr,
        *,
        forward_client_ip: bool = False,
        deadline_s: float = DEADLINE_S,
        breaker: Breaker | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self._public_key = public_key
        self._secret_key = secret_key
        self._forwards = forward_client_ip
        self._deadline_s = deadline_s
        self._breaker = breaker or Breaker()
        self._http: PerLoop[httpx.AsyncClient] = PerLoop(_open_http)
        self._service: PerLoop[AsyncClient] = PerLoop(lambda: self._client(self._secret_key))

    @property
    def issuer(self) -> str:
        """Who signs the users' tokens."""
        return f"{self.url}/auth/v1"

    @property
    def http(self) -> "httpx.AsyncClient":
        """The connection pool, for addresses that the library does not know."""
        return self._http.get()

    @property
    def service(self) -> "AsyncClient":
        """The client of the service itself, for administration and files; never sign in with it."""
        return self._service.get()

    def visitor(self) -> "AsyncClient":
        """A client for one sign-up, sign-in or refresh; it may carry a session afterwards.

        If wanted it says for whom it asks, so that the limits by address do not take all founders
        for one; only whoever has the secret key is believed (section 3.11).
        """
        address = caller_address.get() if self._forwards else None
        if address is None:
            return self._client(self._public_key)
        return self._client(self._secret_key, address)

    async def call(self, work: Callable[[], Awaitable[T]], *, repeatable: bool = False) -> T:
        """Do the work within the deadline; what fails comes out as an error of ours.

        Repeatable work that fails for the moment is tried again. Raises UnavailableError at once
        while the project is known to be down.
        """
        ticket = self._breaker.admit()
        if ticket is None:
            raise UnavailableError(retry_after=self._breaker.retry_after_s)
        try:
            async with asyncio.timeout(self._deadline_s):
                result = await self._tried(work, ATTEMPTS if repeatable else 1)
        except TimeoutError:
            self._breaker.record_failure(ticket)
            raise UnavailableError(retry_after=5, kind="timeout") from None
        except UnavailableError as error:
            if error.context.get("supabase_status") == CONFLICT:  # about one login, not about all
                self._breaker.record_success(ticket)
            else:
                self._breaker.record_failure(ticket)
            raise
        except AppError:
            self._breaker.record_success(ticket)
            raise
        except BaseException:
            self._breaker.abandon(ticket)
            raise
        self._breaker.record_success(ticket)
        return result

    async def _tried(self, work: Callable[[], Awaitable[T]], attempts: int) -> T:
        from core.providers.supabase.errors import (  # noqa: PLC0415  # as the module says
            FAILURES,
            translated,
        )

        for attempt in range(1, attempts + 1):
            try:
                return await work()
            except FAILURES as error:
                known = translated(error)
                if attempt == attempts or not isinstance(known, UnavailableError):
                    # Neither texts nor addresses of the provider go any further.
                    raise known from None
            await asyncio.sleep(random.uniform(0, _PAUSE_S * 2**attempt))  # noqa: S311  # jitter
        raise AssertionError  # the last attempt returns or raises

    async def aclose(self) -> None:
        """Close this event loop's connections."""
        self._service.take()
        http = self._http.take()
        if http is not None:
            await http.aclose()

    def _client(self, key: SecretStr, on_behalf_of: str | None = None) -> "AsyncClient":
        from supabase import AsyncClient, AsyncClientOptions  # noqa: PLC0415  # as the module says

        options = AsyncClientOptions(  # never shared: it holds the session (section 4.1)
            auto_refresh_token=False,
            persist_session=False,
            flow_type="implicit",
            httpx_client=self.http,
        )
        if on_behalf_of is not None:
            options.headers["Sb-Forwarded-For"] = on_behalf_of
        return AsyncClient(self.url, key.get_secret_value(), options)


def _open_http() -> "httpx.AsyncClient":
    from core.providers.supabase.transport import open_http  # noqa: PLC0415  # as the module says

    return open_http()
