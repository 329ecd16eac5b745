"""What the tests of image providers share: each adapter in front of its stand-in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal

import pytest
from aiohttp import web
from pydantic import SecretStr

from core.engine_pool import ThreadEngine
from core.exceptions import AppError, ProviderRejectedError, ProviderUnavailableError
from core.providers.base import GeneratedImage, ImageRequest, LogoTask, failure_kind
from core.providers.image.access import ImageAccess
from core.providers.image.configured import open_image_apis
from core.providers.image.flux import FluxImages
from core.providers.image.ideogram import IdeogramImages
from core.providers.image.polling import PollRhythm
from core.providers.image.remote import RemoteImageProvider
from tests.simulators.flux import Flux
from tests.simulators.http_server import HttpSimulator
from tests.simulators.ideogram import Ideogram
from tests.simulators.image_service import KEY, ImageService
from tests.simulators.openai_images import OpenAIImagesService
from tests.simulators.openrouter_images import OpenRouterImagesService
from tests.simulators.recraft import Recraft
from tests.simulators.stability import Stability

SERVICES: dict[str, Callable[[], ImageService]] = {
    "flux": Flux,
    "ideogram": Ideogram,
    "stability": Stability,
    "openai": OpenAIImagesService,
    "recraft": Recraft,
    "openrouter": OpenRouterImagesService,
}
PROVIDERS = list(SERVICES)
FETCHED = ("flux", "ideogram")  # their pictures come from another host
PRICE = Decimal("0.03")
TASK = LogoTask(
    description="A furniture workshop",
    industry=None,
    style=None,
    name="Harbor & Pine",
    parts=("harbor", "pine"),
    palette={"primary": "#1f3a2e", "secondary": "#c98b4a", "accent": "#e4572e"},
)
REQUEST = ImageRequest('A logo for the brand "Harbor & Pine" in primary #1f3a2e', task=TASK)


@dataclass(frozen=True)
class Failed:
    """How an adapter said that it could not."""

    kind: str
    error: AppError

    @property
    def cost(self) -> object:
        return self.error.context.get("cost_usd")

    @property
    def retry_after(self) -> object:
        return self.error.context.get("retry_after")


@asynccontextmanager
async def opened(
    name: str,
    service: ImageService,
    *,
    model: str | None = None,
    key: str = KEY,
    deadline_s: float = 20,
    loopback: bool = True,
    output_price: Decimal = Decimal(0),
) -> AsyncIterator[RemoteImageProvider]:
    """The adapter, configured for its stand-in, which is entered already."""
    access = ImageAccess(name, SecretStr(key), service.url, model, PRICE, loopback, output_price)
    [provider] = open_image_apis([access], ThreadEngine())
    provider._total_s = deadline_s  # the adapters' own are minutes
    if isinstance(provider, FluxImages | IdeogramImages):
        provider._rhythm = PollRhythm(first_s=0.01, longest_s=0.03)
    try:
        yield provider
    finally:
        await provider.aclose()


def arrival(host: HttpSimulator, requests: int = 1) -> asyncio.Event:
    """Set when so many requests to the host are there; they get no answer."""
    arrived = asyncio.Event()

    async def wait(_request: web.Request) -> web.StreamResponse:
        if len(host.seen) == requests:
            arrived.set()
        return await asyncio.Future()

    host._handler = wait
    return arrived


async def made(name: str, service: ImageService, model: str | None = None) -> GeneratedImage:
    """The picture that a stand-in's adapter makes."""
    async with service, opened(name, service, model=model) as provider:
        return await provider.generate(REQUEST)


async def failed(provider: RemoteImageProvider) -> Failed:
    """The failure of one request; its text holds neither the key nor an address."""
    with pytest.raises((ProviderUnavailableError, ProviderRejectedError)) as caught:
        await provider.generate(REQUEST)
    told = f"{caught.value!r} {caught.value.context!r} {provider!r}"
    assert KEY not in told
    assert "http" not in told
    assert caught.value.__cause__ is None
    return Failed(failure_kind(caught.value), caught.value)
