"""Puts the jobs of the schedule together, for the container."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

from config.settings import Settings
from core.snapshots import SnapshotStore
from database.unit_of_work import Database
from services import schedule
from services.cleanup import Cleanup
from services.outside_access import price_access
from utils.storage import Storage

_NETWORK = "core.providers.domain.network"
_RDAP = "core.providers.domain.rdap_refresh"


def open_schedule(
    settings: Settings,
    database: Database,
    storage: Storage,
    *,
    reap: schedule.Job,
    send_messages: schedule.Job,
    refine_research: Callable[[], Awaitable[None]],
) -> schedule.Schedule:
    """The schedule; what it fetches goes into the database, where all processes find it."""
    cleanup = Cleanup(database, storage, timedelta(days=settings.limits.retention_days))
    store = database.alone.snapshots

    async def refine() -> int:
        await refine_research()
        return 0

    return schedule.Schedule(
        database,
        {
            schedule.REAP: reap,
            schedule.SEND_MESSAGES: send_messages,
            schedule.REFRESH_RDAP: lambda: _refresh_servers(settings, store),
            schedule.REFRESH_PRICES: lambda: _refresh_prices(settings, store),
            schedule.FORGET_EXPIRED: cleanup.forget_expired,
            schedule.REFRESH_RESEARCH: refine,
            schedule.SWEEP_FILES: cleanup.sweep_files,
            schedule.FORGET_PACKAGES: cleanup.forget_old_packages,
        },
    )


async def _refresh_prices(settings: Settings, store: SnapshotStore) -> int:
    access = price_access(settings)
    if access is None:
        return 0
    network = await asyncio.to_thread(importlib.import_module, _NETWORK)
    suffixes: int = await network.fetch_prices(access, store)
    return suffixes


async def _refresh_servers(settings: Settings, store: SnapshotStore) -> int:
    url = settings.domains.rdap_bootstrap_url
    if url == "off":
        return 0
    refresh = await asyncio.to_thread(importlib.import_module, _RDAP)
    suffixes: int = await refresh.refresh_servers(
        url, store, loopback=settings.providers_on_loopback
    )
    return suffixes
