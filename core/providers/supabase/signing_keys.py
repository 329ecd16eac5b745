"""The keys that a project signs tokens with, fetched from its JWKS (section 2.2)."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from core.exceptions import UnavailableError, UpstreamError
from core.providers.per_loop import PerLoop
from core.providers.supabase.project import SupabaseProject
from utils.security import TokenError
from utils.supabase_tokens import SigningKey, key_of

MAX_AGE_S = 600.0  # as the answer's Cache-Control says
REFETCH_S = 30.0  # unknown key ids and outages cause one request in this time

# The one algorithm that a key may be used with, by its type and curve.
_ALGORITHMS: Mapping[tuple[object, object], str] = {
    ("EC", "P-256"): "ES256",
    ("RSA", None): "RS256",
    ("OKP", "Ed25519"): "EdDSA",
}


class SigningKeys:
    """Public keys by their id. Old keys serve on while a new fetch fails."""

    def __init__(
        self, project: SupabaseProject, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._project = project
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._last_try_worked = False
        self._lock = PerLoop(asyncio.Lock)

    async def get(self, key_id: str) -> SigningKey | None:
        """The key, or None when the project has no such key.

        Raises UnavailableError when that cannot be known.
        """
        lock = self._lock.get()
        # Whoever has a key need not wait for somebody else's fetch.
        if self._is_due(key_id) and not (lock.locked() and key_id in self._keys):
            async with lock:
                if self._is_due(key_id):  # whoever waited finds the work done
                    await self._fetch()
        key = self._keys.get(key_id)
        if key is None and not self._last_try_worked:
            raise UnavailableError(retry_after=5, kind="no_signing_keys")
        return key

    def _is_due(self, key_id: str) -> bool:
        now = self._clock()
        if self._tried_at is not None and now - self._tried_at < REFETCH_S:
            return False
        is_old = self._fetched_at is None or now - self._fetched_at >= MAX_AGE_S
        return is_old or key_id not in self._keys

    async def _fetch(self) -> None:
        url = f"{self._project.issuer}/.well-known/jwks.json"

        async def read() -> dict[str, SigningKey]:
            answer = await self._project.http.get(url)
            answer.raise_for_status()
            return _usable(json.loads(answer.content))

        self._last_try_worked = False
        try:
            self._keys = await self._project.call(read)
        except (UnavailableError, UpstreamError):
            return
        finally:
            self._tried_at = self._clock()
        self._last_try_worked = True
        self._fetched_at = self._tried_at


def _usable(document: Any) -> dict[str, SigningKey]:  # Any: unchecked JSON
    """The signing keys of kinds that we verify. Raises ValueError when it is no key set."""
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("not a key set")  # noqa: TRY004  # a bad answer, not a bug
    usable: dict[str, SigningKey] = {}
    for key in keys:
        if not isinstance(key, dict) or key.get("use", "sig") != "sig":
            continue
        algorithm = _ALGORITHMS.get((key.get("kty"), key.get("crv")))
        key_id = key.get("kid")
        if algorithm is None or key.get("alg", algorithm) != algorithm:
            continue
        if isinstance(key_id, str):
            with suppress(TokenError):
                usable[key_id] = key_of(key, algorithm)
    return usable
