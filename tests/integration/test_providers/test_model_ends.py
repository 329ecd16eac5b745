"""Models that will be switched off and buckets that are open are told at the start."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from loguru import logger
from pydantic import SecretStr

from config.settings import Settings, TextSettings
from core.providers.image.remote import RemoteImageProvider
from core.providers.model_ends import warn_of_text_ends
from services.outside_wiring import look_ahead
from tests.integration.test_providers.image_world import opened
from tests.simulators.http_server import HttpSimulator
from tests.simulators.image_service import KEY
from tests.simulators.openai_images import OpenAIImagesService
from tests.simulators.openrouter_images import OpenRouterImagesService
from utils.storage import LocalStorage

Said = Callable[[], list[str]]
ROWS: list[object] = [
    {"id": "a/stays", "expiration_date": None},
    {"id": "a/ends", "canonical_slug": "a/ends-2026", "expiration_date": "2026-12-01"},
    {"id": "a/ended", "shutdown_date": 1793318400},
    {"id": "a/odd", "expiration_date": "<b>soon</b>"},
    {"id": "a/odder", "expiration_date": 1e300},
    {"id": 7},
    "nonsense",
]


@pytest.fixture
def said() -> Iterator[Said]:
    """The warnings so far."""
    sink = io.StringIO()
    handler = logger.add(sink, level="WARNING", format="{message}")
    yield lambda: sink.getvalue().splitlines()
    logger.remove(handler)


def vendor(rows: object = ROWS) -> HttpSimulator:
    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"data": rows})

    return HttpSimulator(answer)


async def told(simulator: HttpSimulator, *models: str, loopback: bool = True) -> None:
    await warn_of_text_ends("openrouter", simulator.url, SecretStr(KEY), models, loopback=loopback)


@pytest.mark.parametrize(
    ("model", "warning"),
    [
        ("a/stays", None),
        ("a/stays:nitro", None),
        ("a/ends", "openrouter switches the model a/ends off on 2026-12-01"),
        ("a/ends-2026", "openrouter switches the model a/ends-2026 off on 2026-12-01"),
        ("a/ended", "openrouter switches the model a/ended off on 2026-10-30"),
        ("a/odd", None),
        ("a/odder", None),
        ("a/gone", "openrouter does not list the model a/gone"),
        ("~a/latest", None),
    ],
)
async def test_the_ends_of_models_are_told(said: Said, model: str, warning: str | None) -> None:
    async with vendor() as simulator:
        await told(simulator, model)

    assert said() == ([warning] if warning else [])
    assert simulator.seen[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("mode", ["401", "500", "html", "empty", "reset", "flood", "gzip_bomb"])
async def test_who_cannot_be_asked_is_left_alone(said: Said, mode: str) -> None:
    async with vendor() as simulator:
        simulator.modes.extend([mode] * 2)
        await told(simulator, "a/ends")
    assert said() == []


@pytest.mark.parametrize("rows", [[], None, {}, "text", [None]])
async def test_a_list_that_is_none_proves_nothing(said: Said, rows: object) -> None:
    async with vendor(rows) as simulator:
        await told(simulator, "a/ends")
    assert said() == []


async def test_only_listed_addresses_are_asked() -> None:
    async with vendor() as simulator:
        await told(simulator, "a/ends", loopback=False)
    assert simulator.seen == []


async def test_models_of_pictures_are_asked_for_alike(said: Said) -> None:
    openai, openrouter = OpenAIImagesService(), OpenRouterImagesService()
    openai.models = [{"id": "gpt-image-1.5", "shutdown_date": "2026-12-01"}]
    openrouter.models = [{"id": "recraft/recraft-v4.1-vector", "expiration_date": "2027-01-01"}]
    async with openai, openrouter:
        async with opened("openai", openai, model="gpt-image-1.5") as provider:
            await provider.warn_of_end()
        async with opened("openrouter", openrouter) as provider:
            await provider.warn_of_end()

    assert said() == [
        "openai switches the model gpt-image-1.5 off on 2026-12-01",
        "openrouter does not list the model black-forest-labs/flux.2-pro",
    ]


@pytest.mark.parametrize(
    ("provider", "asked"), [("openrouter", True), ("openai", True), ("ollama", False)]
)
async def test_a_start_asks_the_vendors_that_tell(
    make_settings: Callable[..., Settings], said: Said, provider: str, *, asked: bool
) -> None:
    async with vendor() as simulator:
        text: dict[str, Any] = {
            "TEXT_API_PROVIDER": provider, "TEXT_API_URL": simulator.url, "TEXT_API_KEY": KEY,
        }  # fmt: skip
        settings = make_settings(text=TextSettings.model_validate(text), providers_on_loopback=True)
        storage = LocalStorage(settings.data_dir, b"", "")
        images: list[RemoteImageProvider] = []
        await look_ahead(settings, ("a/ends",), images, storage)
        await look_ahead(settings, (), images, storage)

    assert len(simulator.seen) == int(asked)
    assert bool(said()) is asked
