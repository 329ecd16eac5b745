"""Providers with a latency, in a process of their own: text, images, and DNS for domains.

`GET /variables` tells the settings of a service that asks them, `GET /calls` how often each was
asked since the last time.
"""

import argparse
import asyncio
import json
from dataclasses import dataclass, field

import uvloop
from aiohttp import web

from tests.simulators import image_service, openrouter
from tests.simulators.dns_server import DnsServer
from tests.simulators.openrouter import OpenRouterSimulator
from tests.simulators.pictures import picture
from tests.simulators.stability import Stability

TEXT_S, IMAGE_S, DOMAIN_S = 0.3, 0.9, 0.08
SUFFIX = "it"  # whose registry no RDAP server speaks for: nobody outside is asked
MODEL = "bench/model"


@dataclass
class Outside:
    """The three providers."""

    text: OpenRouterSimulator = field(default_factory=OpenRouterSimulator)
    images: Stability = field(default_factory=Stability)
    domains: DnsServer = field(default_factory=DnsServer)

    @property
    def variables(self) -> dict[str, str]:
        """The service's settings."""
        return {
            "PROVIDERS_ON_LOOPBACK": "true",
            "TEXT_API_PROVIDER": "openai",
            "TEXT_API_KEY": openrouter.KEY,
            "TEXT_API_URL": self.text.base_url,
            "TEXT_MODEL_1": MODEL,
            "IMAGE_API_1_PROVIDER": "stability",
            "IMAGE_API_1_KEY": image_service.KEY,
            "IMAGE_API_1_URL": self.images.url,
            "DNS_NAMESERVERS": json.dumps([self.domains.address]),
        }

    def calls(self) -> dict[str, int]:
        """Requests since the last time."""
        counts = {
            "text": len(self.text.seen),
            "images": len(self.images.api.seen),
            "domains": len(self.domains.log),
        }
        for log in (self.text.seen, self.images.api.seen, self.domains.log):
            log.clear()
        return counts


async def serve(port: int) -> None:
    """Serve until stopped."""
    outside = Outside()
    outside.images.content = picture(size=(1024, 1024))
    outside.text.latency_s, outside.images.api.latency_s = TEXT_S, IMAGE_S
    outside.domains.delay = DOMAIN_S
    async with outside.text, outside.images, outside.domains:
        app = web.Application()

        async def tell_variables(_: web.Request) -> web.Response:
            return web.json_response(outside.variables)

        async def tell_calls(_: web.Request) -> web.Response:
            return web.json_response(outside.calls())

        app.router.add_get("/variables", tell_variables)
        app.router.add_get("/calls", tell_calls)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


def main() -> None:
    """Serve on the given port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
