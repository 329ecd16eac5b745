"""Opens the configured image APIs; an HTTP client comes with this module."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from core.engine_pool import Engine
from core.providers.image.access import ImageAccess
from core.providers.image.flux import FluxImages
from core.providers.image.ideogram import IdeogramImages
from core.providers.image.openai_images import OpenAIImages
from core.providers.image.openrouter_images import OpenRouterImages
from core.providers.image.recraft import RecraftImages
from core.providers.image.remote import RemoteImageProvider
from core.providers.image.stability import StabilityImages

_ADAPTERS: Mapping[str, type[RemoteImageProvider]] = {
    "flux": FluxImages,
    "ideogram": IdeogramImages,
    "stability": StabilityImages,
    "openai": OpenAIImages,
    "dalle": OpenAIImages,
    "recraft": RecraftImages,
    "openrouter": OpenRouterImages,
}


def open_image_apis(accesses: Iterable[ImageAccess], engine: Engine) -> list[RemoteImageProvider]:
    """An adapter for each access, in order; the second of one kind is called "flux-2"."""
    opened: list[RemoteImageProvider] = []
    counts: dict[str, int] = {}
    for access in accesses:
        counts[access.name] = number = counts.get(access.name, 0) + 1
        name = access.name if number == 1 else f"{access.name}-{number}"
        opened.append(_ADAPTERS[access.name](replace(access, name=name), engine))
    return opened
