"""The real service with what measurements need to see; takes the options of `main.py`.

Added are a route that does nothing, one that tells the longest stall of the event loop, one that
makes the steps of a package one after the other, and one that makes packages and no more. With
`--accept-only` generations are accepted and never begun, so that only accepting is measured; with
`--remembering` the engine works each of its stages out only once, so that everything else is.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable
from typing import Any

from fastapi import APIRouter, Request, Response

import main
from api.application import create_app
from config.settings import get_settings
from core.engine.facade import Query
from database.repositories.generation_repository import Claimed
from middleware.auth import GuardedRoute
from services.container import Container
from services.domain_service import DEFAULT_TLDS
from services.generation_runner import GenerationRunner
from tests.benchmarks.remembering import RememberingEngine
from tests.benchmarks.requests import DESCRIPTION
from tests.benchmarks.stalls import StallProbe

ACCEPT_ONLY = "--accept-only"
REMEMBERING = "--remembering"

router = APIRouter(prefix="/bench", route_class=GuardedRoute, include_in_schema=False)


class IdleRunner(GenerationRunner):
    """Leaves every generation as it was accepted."""

    def start(self, work: Claimed) -> None:
        """Do nothing."""


@router.get("/empty")
async def answer_nothing() -> Response:
    """An empty JSON object."""
    return Response(b"{}", media_type="application/json")


@router.get("/stall")
async def get_stall(request: Request) -> dict[str, float]:
    """The longest stall since the last call; the first call starts the probe."""
    state = request.app.state
    if not hasattr(state, "stall_probe"):
        state.stall_probe = StallProbe()
        state.stall_task = asyncio.create_task(state.stall_probe.run())
    probe: StallProbe = state.stall_probe
    return probe.take()


@router.get("/steps")
async def get_steps(request: Request, seed: int, tld: str = "") -> dict[str, float]:
    """Seconds of each step of a package, made alone and one after the other."""
    tlds = (tld,) if tld else DEFAULT_TLDS
    container: Container = request.app.state.container
    seconds: dict[str, float] = {}
    brief: dict[str, Any] = {"description": DESCRIPTION, "seed": seed}  # Any: keyword arguments
    palette = await _timed("palette", container.colors.generate(**brief), seconds)
    names = await _timed("names", container.names.generate(**brief), seconds)
    brand = brief | {"name": names["names"][0]["name"], "parts": names["names"][0]["parts"]}
    await _timed("taglines", container.taglines.generate(**brand), seconds)
    await _timed("logos", container.logos.generate(**brand, colors=palette["colors"]), seconds)
    await _timed("domains", container.names.add_domains(names, Query(DESCRIPTION), tlds), seconds)
    return seconds


@router.get("/packages")
async def make_packages(request: Request, count: int, seed: int, tld: str) -> int:
    """Make packages side by side that nobody asked for and nobody keeps; how many there are."""
    container: Container = request.app.state.container
    brief: dict[str, Any] = {"description": DESCRIPTION, "seed": seed}  # Any: keyword arguments
    packages = (container.packages.generate(**brief, tlds=(tld,)) for _ in range(count))
    return len(await asyncio.gather(*packages))


async def _timed(step: str, work: Awaitable[Any], seconds: dict[str, float]) -> Any:  # Any: results
    started = time.perf_counter()
    result = await work
    seconds[step] = time.perf_counter() - started
    return result


def serve() -> None:
    """Serve as `main.py` does, with the additions."""
    container = Container(get_settings())
    if ACCEPT_ONLY in sys.argv:
        sys.argv.remove(ACCEPT_ONLY)
        # It never makes anything, so it gets no makers.
        container.generation_runner = IdleRunner(
            container.database,
            container.assets,
            None,  # type: ignore[arg-type]  # as said above
            owner="benchmark",
        )
    if REMEMBERING in sys.argv:
        sys.argv.remove(REMEMBERING)
        container.engine = RememberingEngine(get_settings().engine_processes)
    main.app = create_app(get_settings(), container)
    main.app.router.routes[:0] = router.routes  # found at once, as in the floor with its one route
    main.main()


if __name__ == "__main__":
    serve()
