"""What `python main.py --check-config` says."""

import asyncio

from config.settings import Settings
from services.container import Container
from services.settings_check import PartReport, lines


def config_report(settings: Settings) -> str:
    """One line a part; starts nothing and writes no file."""
    return "\n".join(lines(asyncio.run(_checked(settings))))


async def _checked(settings: Settings) -> list[PartReport]:
    container = Container(settings)
    try:
        return await container.health.check()
    finally:
        await container.aclose()
