"""What the stand-ins for image services have in common: an API, and a second host for results."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AsyncExitStack
from email import message_from_bytes
from typing import Any, ClassVar, NamedTuple, Self, cast

from aiohttp import web

from tests.simulators.http_server import HttpSimulator
from tests.simulators.pictures import picture

KEY = "sk-canary-5d1f"
Json = dict[str, Any]  # Any: JSON
Errors = Mapping[str, tuple[int, Json]]
"""Status and body by mode."""


class ImageService(ABC):
    """Both hosts while it is entered; `content` is the picture that it makes.

    `api.modes` and `results.modes` say how the next requests are treated, see `ERRORS` of each
    service; "html_502" and "cut_off" are known to all. `result_url` replaces the URL in the next
    answers.
    """

    ERRORS: ClassVar[Errors] = {}

    def __init__(self) -> None:
        self.api = HttpSimulator(self.answer)
        self.results = HttpSimulator(self.deliver)
        self.content = picture()
        self.content_type = "image/png"
        self.result_url: str | None = None
        self._open = AsyncExitStack()

    @property
    def url(self) -> str:
        """The base address to configure."""
        return self.api.url

    async def __aenter__(self) -> Self:
        await self._open.enter_async_context(self.api)
        await self._open.enter_async_context(self.results)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """An answer of the API: a documented error, or what `make` says."""
        if request["mode"] == "html_502":
            page = "<html><h1>502 Bad Gateway</h1></html>"
            return web.Response(status=502, text=page, content_type="text/html")
        if request["mode"] == "cut_off":
            return await cut_off(request, b'{"data": []}')
        if not self.is_authorised(request):
            return self.unauthorised()
        if request["mode"] in self.ERRORS:
            return documented(*self.ERRORS[request["mode"]])
        return await self.make(request)

    def is_authorised(self, request: web.Request) -> bool:
        """Whether the key came in the service's way."""
        return request.headers.get("Authorization") == f"Bearer {KEY}"

    @abstractmethod
    def unauthorised(self) -> web.Response:
        """The answer without the right key."""

    @abstractmethod
    async def make(self, request: web.Request) -> web.StreamResponse:
        """Any answer to a request with the right key."""

    @property
    def picture_url(self) -> str:
        """Where the picture lies."""
        return self.result_url or f"{self.results.url}/result.png?sig=abc"

    async def deliver(self, request: web.Request) -> web.StreamResponse:
        """The picture; whoever sends a key along is refused, as signed storage does."""
        mode = request["mode"]
        if {"x-key", "api-key", "authorization"} & {name.lower() for name in request.headers}:
            return web.Response(status=400, text="<Error>InvalidAuthenticationInfo</Error>")
        if mode == "expired":
            return web.Response(status=403, text="<Error>AuthenticationFailed</Error>")
        if mode.startswith("to "):
            return web.Response(status=302, headers={"Location": mode[3:]})
        if mode == "cut_off":
            return await cut_off(request, self.content)
        return web.Response(body=self.content, content_type=self.content_type)


def documented(status: int, body: Json) -> web.Response:
    """A documented error; the key "headers" of the body is taken for headers."""
    told = {name: value for name, value in body.items() if name != "headers"}
    return web.json_response(told, status=status, headers=body.get("headers"))


async def cut_off(request: web.Request, content: bytes) -> web.StreamResponse:
    """Promises the whole content and breaks the connection in the middle of it."""
    response = web.StreamResponse(headers={"Content-Length": str(len(content))})
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    assert request.transport is not None
    request.transport.abort()
    return response


async def fields_of(request: web.Request) -> Json:
    """The JSON body, or nothing for anything else."""
    try:
        found = json.loads(await request.read())
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


class Part(NamedTuple):
    """One part of a form."""

    name: str
    content_type: str | None
    content: bytes


async def parts_of(request: web.Request) -> list[Part]:
    """The parts of a multipart form without files; none for any other body."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message = message_from_bytes(head + await request.read())
    return [
        Part(
            str(part.get_param("name", header="content-disposition")),
            part["Content-Type"],
            cast(bytes, part.get_payload(decode=True)),
        )
        for part in message.walk()
        if not part.is_multipart() and part.get_filename() is None
    ]
