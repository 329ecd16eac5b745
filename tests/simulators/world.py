"""All stand-ins for text, images and domains at once, and the settings that point at them."""

import json
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Self

from tests.simulators import image_service, openrouter, registrar, whoapi, whoisxml
from tests.simulators.dns_server import DnsServer
from tests.simulators.flux import Flux
from tests.simulators.http_server import Answered, HttpSimulator
from tests.simulators.ideogram import Ideogram
from tests.simulators.image_service import ImageService
from tests.simulators.openai_images import OpenAIImagesService
from tests.simulators.openrouter import OpenRouterSimulator
from tests.simulators.openrouter_images import OpenRouterImagesService
from tests.simulators.porkbun import PorkbunSimulator
from tests.simulators.recraft import Recraft
from tests.simulators.registrar import RegistrarSimulator
from tests.simulators.stability import Stability
from tests.simulators.whoapi import WhoApiSimulator
from tests.simulators.whoisxml import WhoisXmlSimulator

MODELS = ("demo/first", "demo/second")
_DOMAINS = ("whoisxml", "whoapi", "cloudflare", "porkbun")


def _images() -> dict[str, ImageService]:
    """In the order in which they are asked."""
    flux = Flux()
    flux.statuses = ["Pending", "Ready"]
    return {
        "flux": flux,
        "ideogram": Ideogram(),
        "stability": Stability(),
        "openai": OpenAIImagesService(),
        "recraft": Recraft(),
        "openrouter": OpenRouterImagesService(),
    }


@dataclass
class ProviderWorld:
    """One port a provider while it is entered: from `first_port` on in order, or free ones.

    Names are resolved by a DNS server of its own, to which every name is free.
    """

    first_port: int = 0
    watch: Callable[[str, Answered], None] = lambda _name, _answered: None
    text: OpenRouterSimulator = field(default_factory=OpenRouterSimulator)
    images: dict[str, ImageService] = field(default_factory=_images)
    whoisxml: WhoisXmlSimulator = field(default_factory=WhoisXmlSimulator)
    whoapi: WhoApiSimulator = field(default_factory=WhoApiSimulator)
    cloudflare: RegistrarSimulator = field(default_factory=RegistrarSimulator)
    porkbun: PorkbunSimulator = field(default_factory=PorkbunSimulator)
    dns: DnsServer = field(default_factory=DnsServer)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def providers(self) -> Mapping[str, HttpSimulator]:
        """Every HTTP API by what the service uses it for and its name, in order of ports."""
        images = {f"image {name}": service.api for name, service in self.images.items()}
        return {"text": self.text, **images} | {
            f"domain {name}": getattr(self, name) for name in _DOMAINS
        }

    async def __aenter__(self) -> Self:
        for number, (name, simulator) in enumerate(self.providers.items()):
            simulator.port = self.first_port + number if self.first_port else 0
            self._watch(name, simulator)
        for name, service in self.images.items():
            self._watch(f"image {name}, results", service.results)
            if isinstance(service, Flux):
                self._watch(f"image {name}, polls", service.polls)
        async with AsyncExitStack() as opening:
            for part in (self.text, *(getattr(self, name) for name in _DOMAINS)):
                await opening.enter_async_context(part)
            for service in self.images.values():
                await opening.enter_async_context(service)
            await opening.enter_async_context(self.dns)
            self._open = opening.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def _watch(self, name: str, simulator: HttpSimulator) -> None:
        simulator.watch = lambda answered: self.watch(name, answered)

    @property
    def variables(self) -> dict[str, str]:
        """The settings of a service that asks these providers and no others."""
        text = {
            "TEXT_API_PROVIDER": "openai",  # OpenRouter's research model would be asked as well
            "TEXT_API_KEY": openrouter.KEY,
            "TEXT_API_URL": self.text.base_url,
        }
        models = {f"TEXT_MODEL_{n}": model for n, model in enumerate(MODELS, start=1)}
        return {"PROVIDERS_ON_LOOPBACK": "true"} | text | models | self._images | self._domains

    @property
    def _images(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, (name, service) in enumerate(self.images.items(), start=1):
            slot = f"IMAGE_API_{number}"
            found |= {
                f"{slot}_PROVIDER": name,
                f"{slot}_KEY": image_service.KEY,
                f"{slot}_URL": service.url,
            }
        return found

    @property
    def _domains(self) -> dict[str, str]:
        return {
            "DNS_NAMESERVERS": json.dumps([self.dns.address]),
            "DOMAIN_API_1_PROVIDER": "whoisxml",
            "DOMAIN_API_1_KEY": whoisxml.KEY,
            "DOMAIN_API_1_URL": self.whoisxml.url,
            "DOMAIN_API_2_PROVIDER": "whoapi",
            "DOMAIN_API_2_KEY": whoapi.KEY,
            "DOMAIN_API_2_URL": self.whoapi.url,
            "DOMAIN_REGISTRAR": "cloudflare",
            "DOMAIN_REGISTRAR_KEY": registrar.KEY,
            "DOMAIN_REGISTRAR_ACCOUNT": registrar.ACCOUNT,
            "DOMAIN_REGISTRAR_URL": self.cloudflare.url,
            "DOMAIN_PRICE_LIST": "porkbun",
            "DOMAIN_PRICE_LIST_URL": self.porkbun.url,
        }
