"""The composition root: decides which class fills which role, and builds each on first use."""

import asyncio
import importlib
import os
import socket
import time
from datetime import timedelta
from functools import cached_property
from secrets import token_hex
from uuid import UUID

from config.settings import Settings
from database.job_models import Topic
from services.account_wiring import (
    LocalKeys,
    local_accounts,
    supabase_accounts,
)
from services.asset_store import AssetStore
from services.auth_provider import AuthProvider
from services.auth_service import AuthService
from services.color_service import ColorService
from services.configured_parts import configured_parts
from services.domain_service import DomainService
from services.event_streams import EventStreams
from services.foundation import Foundation
from services.generation_makers import GenerationMakers
from services.generation_runner import GenerationRunner
from services.generation_service import GenerationService, QuotaRules
from services.health_boards import BOARD_MODULE
from services.health_service import HealthService
from services.idempotency import IdempotencyService
from services.logo_service import LogoService
from services.name_service import NameService
from services.notice_wiring import open_notices
from services.notices import NoticeService
from services.operations import OperationsService
from services.outbox import JobQueue, LocalQueue, OutboxRelay
from services.outside_wiring import (
    load_late,
    look_ahead,
    open_domains,
)
from services.package_service import PackageService
from services.profiles import FreeQuota
from services.progress import ProgressWatcher
from services.project_service import ProjectService
from services.provider_view import ProviderView
from services.regeneration import RegenerationService
from services.schedule import Schedule
from services.schedule_wiring import open_schedule
from services.settings_check import Part
from services.tagline_service import TaglineService
from services.usage_rows import usage_recorded
from utils.metrics import count_generation

# A stop may take 30 s. Who waits for a result is answered before the server breaks connections
# off, and what is not done when the grace is over is handed back.
WAITERS_GRACE_S = 15.0
SHUTDOWN_GRACE_S = 24.0
WARM_UP_AFTER_S = 0.2
_LATE = "jose.jwt"  # it would delay the start


class Container(Foundation):
    """Builds the services on first use; nothing here opens a connection.

    With a `queue`, long work is left to whoever listens to it; otherwise this process does it.
    """

    def __init__(self, settings: Settings, queue: JobQueue | None = None) -> None:
        super().__init__(settings)
        self._queue = queue
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    @cached_property
    def assets(self) -> AssetStore:
        """Files of results and their links."""
        return AssetStore(self.storage)

    @cached_property
    def auth(self) -> AuthProvider:
        """Accounts and tokens."""
        if self.supabase is None:
            return self.local_accounts
        return supabase_accounts(
            self.supabase, self.database, self.assets, self._free_quota, self.settings
        )

    @cached_property
    def local_accounts(self) -> AuthService:
        """Accounts in our own database."""
        keys = LocalKeys(self._secret, self._pepper)
        return local_accounts(self.database, self.assets, self._free_quota, keys, self.settings)

    @property
    def _free_quota(self) -> FreeQuota:
        limits = self.settings.limits
        return FreeQuota(limits.generations, timedelta(minutes=limits.window_minutes))

    @cached_property
    def domains(self) -> DomainService:
        """Domain look-ups by DNS and RDAP, and by the services that are configured."""
        checker = open_domains(self.settings, self.health_board, self.database.alone.snapshots)
        return DomainService(self.ai, self.research, self.database, checker=checker)

    @cached_property
    def names(self) -> NameService:
        """Brand names."""
        return NameService(
            self.ai,
            self.research,
            self.database,
            engine=self.engine,
            domains=self.domains,
            models=self.text_models,
        )

    @cached_property
    def taglines(self) -> TaglineService:
        """Taglines."""
        return TaglineService(self.ai, self.research, self.database, engine=self.engine)

    @cached_property
    def colors(self) -> ColorService:
        """Palettes."""
        return ColorService(self.ai, self.research, self.database, engine=self.engine)

    @cached_property
    def logos(self) -> LogoService:
        """Logos."""
        return LogoService(self.ai, self.research, self.database, self.failover, engine=self.engine)

    @cached_property
    def packages(self) -> PackageService:
        """Complete brand packages."""
        return PackageService(
            self.ai,
            self.research,
            self.database,
            self.failover,
            names=self.names,
            colors=self.colors,
            taglines=self.taglines,
            logos=self.logos,
        )

    @cached_property
    def generation_runner(self) -> GenerationRunner:
        """Runs generations in this process."""
        makers = GenerationMakers(
            names=self.names,
            logos=self.logos,
            colors=self.colors,
            taglines=self.taglines,
            packages=self.packages,
        )
        return GenerationRunner(
            self.database,
            self.assets,
            makers,
            owner=f"{socket.gethostname()[:40]}-{os.getpid()}-{token_hex(4)}",
            most_at_once=self.settings.jobs.at_once,
            on_end=count_generation,
            told=self.progress.nudge,
        )

    @cached_property
    def generations(self) -> GenerationService:
        """The life of generations."""
        limits = self.settings.limits
        return GenerationService(
            self.database,
            self.generation_runner,
            QuotaRules(limits.generations, limits.window_minutes),
            self.progress,
            kept_days=limits.retention_days,
            workers=self._queue is not None,
            most_waiting=self.settings.jobs.waiting,
            dispatch=self.outbox.nudge,
        )

    @cached_property
    def regenerations(self) -> RegenerationService:
        """New versions of packages."""
        return RegenerationService(self.database)

    @cached_property
    def outbox(self) -> OutboxRelay:
        """What is to be sent: work to whoever does it, and notices to users."""
        return OutboxRelay(
            self.database,
            self._queue or LocalQueue(self.generation_runner.claim),
            {Topic.WEBHOOK: self._send_webhook, Topic.MAIL: self._send_mail},
        )

    # They load an HTTP client, which a process that sends nothing does not need.
    async def _send_webhook(self, message_id: UUID, generation_id: UUID) -> str:
        return await self.notices.send_webhook(message_id, generation_id)

    async def _send_mail(self, message_id: UUID, generation_id: UUID) -> str:
        return await self.notices.send_mail(message_id, generation_id)

    @cached_property
    def idempotency(self) -> IdempotencyService:
        """Answers to repeated requests."""
        return IdempotencyService(self.database)

    @cached_property
    def progress(self) -> ProgressWatcher:
        """What happens to generations, as it happens."""
        return ProgressWatcher(self.database)

    @cached_property
    def notices(self) -> NoticeService:
        """Who tells users that a generation has ended, and their webhooks."""
        return open_notices(self.settings, self.database, self._derived_key("webhooks"))

    @cached_property
    def event_streams(self) -> EventStreams:
        """The same for owners of generations, as streams."""
        return EventStreams(self.database, self.progress)

    @cached_property
    def schedule(self) -> Schedule:
        """What runs again and again."""
        return open_schedule(
            self.settings,
            self.database,
            self.storage,
            reap=self.generations.reap,
            send_messages=self.outbox.relay,
            refine_research=self._refine_research,
        )

    @cached_property
    def health(self) -> HealthService:
        """Whether this process can serve, and with what."""
        return HealthService(self.database, self._parts)

    def _parts(self) -> list[Part]:
        return configured_parts(self.settings, self.health.database_answers, self.image_apis)

    @cached_property
    def operations(self) -> OperationsService:
        """How the work of all processes goes."""
        return OperationsService(self.database)

    @cached_property
    def providers(self) -> ProviderView:
        """How the providers do."""
        return ProviderView(self.ai, self.failover, self.domains)

    @cached_property
    def projects(self) -> ProjectService:
        """Projects."""
        return ProjectService(self.database, self.assets)

    async def start(self) -> None:
        """Open the database, and start what runs beside the requests."""
        await self.database.engine()
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self.outbox.relay_forever()),
            asyncio.create_task(self.schedule.run_forever()),
            asyncio.create_task(self._warm_up()),
        ]

    async def _warm_up(self) -> None:
        """Prepare what the first answers do not need and would wait for."""
        await asyncio.sleep(WARM_UP_AFTER_S)
        self.engine.start()
        await asyncio.to_thread(importlib.import_module, _LATE)
        await load_late(
            self.settings, text=bool(self.text_models), supabase=self.supabase is not None
        )
        if self._queue is not None:
            await self._queue.prepare()
        if self.settings.redis_url is not None:
            await asyncio.to_thread(importlib.import_module, BOARD_MODULE)
            self.health_board.wake()
        await self._refine_research()
        await look_ahead(self.settings, self.text_models, self.image_apis, self.storage)

    async def _refine_research(self) -> None:
        """Let the research model read, with its calls on the record of nobody."""
        async with usage_recorded(self.database, None):
            await self.research.refine()

    def begin_shutdown(self) -> None:
        """Take no new work; streams end, and who waits for a result is told to come back for it.

        Called in the main thread, between any two steps of the event loop.
        """
        if self.health.stopping:
            return
        self.health.stopping = True
        self._stop_at = time.monotonic() + SHUTDOWN_GRACE_S
        self.progress.stop()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(
                self._loop.call_later, WAITERS_GRACE_S, self.generation_runner.release
            )

    async def aclose(self) -> None:
        """Finish accepted work within the grace time, then close everything that was built."""
        self.begin_shutdown()
        await self.health.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        built = vars(self)
        if "generation_runner" in built:
            await self.generation_runner.close(self._stop_at - time.monotonic())
        names = (
            "operations",
            "progress",
            "domains",
            "chat_connections",
            "supabase",
            "health_board",
            "notices",
        )
        for part in (*(built.get(name) for name in names), *built.get("image_apis", [])):
            if part is not None:
                await part.aclose()
        for name in ("local_accounts", "engine"):
            if name in built:
                built[name].close()
        if "database" in built:
            await self.database.close()
