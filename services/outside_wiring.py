"""Puts the outside services together, for the container.

Modules with an HTTP client are loaded on first use, or by the warm-up: they would delay the start.
"""

import asyncio
import importlib
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from config.settings import Settings
from core.ai_manager import AIManager
from core.engine_pool import Engine
from core.health_board import HealthBoard
from core.providers.base import TextProvider
from core.providers.domain.availability import DomainAvailability, Stages
from core.providers.domain.base import DomainChecker, PriceSource
from core.providers.supabase.storage import SupabaseStorage
from core.providers.text.cached import CachedTextProvider
from core.providers.text.openai_compatible import (
    SDK_MODULE,
    ChatConnections,
    Endpoint,
    OpenAICompatibleProvider,
)
from core.research_loader import ModelReader
from core.snapshots import SnapshotStore
from services.account_wiring import LIBRARIES
from services.notice_wiring import WEBHOOK_MODULE
from services.outside_access import domain_accesses, image_accesses
from utils.metrics import observe_ai_call
from utils.storage import Storage

if TYPE_CHECKING:
    from core.providers.image.remote import RemoteImageProvider

_NETWORK = "core.providers.domain.network"
_IMAGES = "core.providers.image.configured"
_ENDS = "core.providers.model_ends"


def open_chat(settings: Settings) -> ChatConnections:
    """The connections to the text models' endpoint."""
    text = settings.text
    told = {"X-OpenRouter-Title": settings.app_name, "HTTP-Referer": settings.public_url or ""}
    headers = {name: _plain(value) for name, value in told.items()}
    return ChatConnections(
        Endpoint(
            text.provider,
            text.url,
            text.key,
            {name: value for name, value in headers.items() if value}
            if text.provider == "openrouter"
            else {},
        )
    )


def _plain(text: str) -> str:
    """What of a text a header can hold: letters without their accents."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in folded if sign.isascii() and sign.isprintable()).strip()


def open_text(settings: Settings, chat: ChatConnections, models: tuple[str, ...]) -> TextProvider:
    """The configured models, with a memory for their answers if there is to be one."""
    provider = OpenAICompatibleProvider(chat, models, settings.text.prices)
    seconds = settings.text.cache_seconds
    return CachedTextProvider(provider, seconds) if seconds else provider


def open_reader(settings: Settings, chat: ChatConnections) -> ModelReader:
    """The research model, with a manager of its own: it stands in for nobody."""
    model = settings.text.research_model
    provider = OpenAICompatibleProvider(chat, (model,), settings.text.prices)
    return ModelReader(AIManager([provider], on_call=observe_ai_call), model)


def open_images(settings: Settings, engine: Engine) -> "list[RemoteImageProvider]":
    """The configured image providers, the preferred one first."""
    accesses = image_accesses(settings)
    if not accesses:
        return []
    opened: list[RemoteImageProvider] = importlib.import_module(_IMAGES).open_image_apis(
        accesses, engine
    )
    return opened


def open_domains(
    settings: Settings, board: HealthBoard, store: SnapshotStore
) -> DomainAvailability:
    """DNS and RDAP, and the services that are configured; lists are read from the store."""
    options = settings.domains
    checkers: list[DomainChecker] = []
    prices: PriceSource | None = None
    if vendors := domain_accesses(settings):
        network = importlib.import_module(_NETWORK)
        checkers = network.open_checkers(vendors, on_call=observe_ai_call, board=board)
    if options.price_list != "shipped":
        prices = importlib.import_module(_NETWORK).open_prices(store)
    servers = None if options.rdap_bootstrap_url == "off" else store

    def open_stages() -> Stages:
        stages: Stages = importlib.import_module(_NETWORK).open_stages(
            options.nameservers, servers=servers, aftermarket=options.aftermarket
        )
        return stages

    return DomainAvailability(open_stages, checkers, prices=prices)


async def load_late(settings: Settings, *, text: bool, supabase: bool) -> None:
    """Load what the first request to an outside service needs, beside everything else."""
    modules = [
        _NETWORK,
        WEBHOOK_MODULE,
        *([SDK_MODULE] if text else []),
        *(LIBRARIES if supabase else ()),
    ]
    if settings.images.in_order:
        modules.append(_IMAGES)
    for module in modules:
        await asyncio.to_thread(importlib.import_module, module)


async def look_ahead(
    settings: Settings,
    text_models: Sequence[str],
    images: "Sequence[RemoteImageProvider]",
    storage: Storage,
) -> None:
    """Warn of what works today and should not stay so; each question is asked once a process."""
    text = settings.text
    ends = await asyncio.to_thread(importlib.import_module, _ENDS)
    if text_models and text.provider in ends.TELLING:
        await ends.warn_of_text_ends(
            text.provider, text.url, text.key, text_models, loopback=settings.providers_on_loopback
        )
    for api in images:
        await api.warn_of_end()
    if isinstance(storage, SupabaseStorage):
        await storage.warn_if_public()
