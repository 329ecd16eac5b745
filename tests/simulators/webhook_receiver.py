"""A stand-in for a user's program that hears of generations, on a real socket.

It verifies what it gets as the Standard Webhooks specification tells receivers to, with a secret
that its owner typed in.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.simulators.http_server import HttpSimulator

_TOLERANCE_S = 300


class WebhookReceiver(HttpSimulator):
    """Answers 204 to genuine messages and 401 to others; the modes of the simulator make it fail.

    "429:7" and the like answer with a Retry-After, "to URL" redirects. `messages` are the genuine
    ones by their id: one that comes again changes nothing.
    """

    def __init__(self) -> None:
        super().__init__(self._hear)
        self.secret = ""
        self.messages: dict[str, dict[str, Any]] = {}  # Any: JSON values

    @property
    def address(self) -> str:
        """What its owner sets as the webhook."""
        return f"{self.url}/hooks/brands?from=tests"

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        mode = request["mode"]
        if mode.startswith("to "):
            return web.Response(status=307, headers={"Location": mode[3:]})
        if ":" in mode:
            status, _, seconds = mode.partition(":")
            return web.Response(status=int(status), headers={"Retry-After": seconds})
        body = await request.read()
        if not self._is_genuine(request, body):
            return web.Response(status=401)
        self.messages.setdefault(request.headers["webhook-id"], json.loads(body))
        return web.Response(status=204)

    def _is_genuine(self, request: web.Request, body: bytes) -> bool:
        moment = request.headers["webhook-timestamp"]
        if abs(time.time() - int(moment)) > _TOLERANCE_S:
            return False
        signed = b".".join([request.headers["webhook-id"].encode(), moment.encode(), body])
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        given = [one.partition(",") for one in request.headers["webhook-signature"].split(" ")]
        return any(
            version == "v1" and hmac.compare_digest(expected, one) for version, _, one in given
        )


class Canary:
    """Somebody inside whom no message may reach; counts who tries to."""

    def __init__(self) -> None:
        self.port = 0
        self.connections = 0

    def _note(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@asynccontextmanager
async def canary(host: str = "127.0.0.1") -> AsyncIterator[Canary]:
    """A canary that listens on this machine."""
    listener = Canary()
    server = await asyncio.start_server(listener._note, host, 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
