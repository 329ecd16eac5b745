"""Providers with a latency, in a process of their own: text, images, and DNS for domains.

`GET /variables` tells the settings of a service that asks them, `GET /calls` how often each was
asked since the last time.
"""

import argparse
import asyncio
import json
import random
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


class PartlySlowDns(DnsServer):
    """Of its answers a `share` is as late as `slow_s`."""

    share = 0.0
    slow_s = 0.0

    def answer_udp(self, wire: bytes, peer: tuple[str, int]) -> None:
        """Answer one datagram, now and then late."""
        self.delay = self.slow_s if random.random() < self.share else DOMAIN_S
        super().answer_udp(wire, peer)


@dataclass
class Outside:
    """The three providers."""

    text: OpenRouterSimulator = field(default_factory=OpenRouterSimulator)
    images: Stability = field(default_factory=Stability)
    domains: PartlySlowDns = field(default_factory=PartlySlowDns)

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
        logs: dict[str, list[object]] = {
            "text": self.text.seen,  # type: ignore[dict-item]  # lists of different things
            "images": self.images.api.seen,  # type: ignore[dict-item]
            "domains": self.domains.log,  # type: ignore[dict-item]
        }
        counts = {name: len(log) for name, log in logs.items()}
        for log in logs.values():
            log.clear()
        return counts


async def serve(port: int, slow_share: float) -> None:
    """Serve until stopped."""
    outside = Outside()
    outside.images.content = picture(size=(1024, 1024))
    outside.text.latency_s, outside.images.api.latency_s = TEXT_S, IMAGE_S
    outside.domains.share, outside.domains.slow_s = slow_share, 10 * DOMAIN_S
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
    parser.add_argument("--slow-share", type=float, default=0.0)
    arguments = parser.parse_args()
    uvloop.run(serve(arguments.port, arguments.slow_share))


if __name__ == "__main__":
    main()
