"""The composition root: decides which class fills which role, and builds each on first use."""

import asyncio
import hmac
import importlib
import os
import socket
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from config.secrets import kept_secret
from config.settings import Settings
from core.ai_manager import AIManager
from core.engine.facade import warm_up
from core.engine_pool import Engine, ProcessEngine
from core.failover_manager import FailoverManager
from core.health_board import HealthBoard
from core.providers.base import TextProvider
from core.providers.image.builtin import BuiltinImageProvider
from core.providers.supabase.project import SupabaseProject
from core.providers.supabase.storage import SupabaseStorage
from core.providers.text.builtin import BuiltinTextProvider
from core.providers.text.openai_compatible import ChatConnections
from core.research_loader import ResearchLoader
from database.client import engine_options
from database.embedded import start_embedded_postgres
from database.migrate import upgrade_to_head
from database.unit_of_work import Database
from research.loader import read_documents
from services.account_wiring import (
    LocalKeys,
    local_accounts,
    open_project,
    supabase_accounts,
)
from services.asset_store import AssetStore
from services.auth_provider import AuthProvider
from services.auth_service import AuthService
from services.color_service import ColorService
from services.configured_parts import configured_parts
from services.domain_service import DomainService
from services.generation_makers import GenerationMakers
from services.generation_runner import GenerationRunner
from services.generation_service import GenerationService, QuotaRules
from services.health_boards import BOARD_MODULE, open_board
from services.health_service import HealthService
from services.logo_service import LogoService
from services.name_service import NameService
from services.outside_wiring import (
    load_late,
    look_ahead,
    open_chat,
    open_domains,
    open_images,
    open_reader,
    open_text,
)
from services.package_service import PackageService
from services.profiles import FreeQuota
from services.project_service import ProjectService
from services.provider_view import ProviderView
from services.schedule import Schedule
from services.schedule_wiring import open_schedule
from services.settings_check import Part
from services.tagline_service import TaglineService
from services.usage_rows import usage_recorded
from utils.metrics import count_generation, observe_ai_call
from utils.storage import LocalStorage, Storage

if TYPE_CHECKING:
    from core.providers.image.remote import RemoteImageProvider

SHUTDOWN_GRACE_S = 20.0
WARM_UP_AFTER_S = 0.2
ROOT = Path(__file__).parent.parent
_LATE = "jose.jwt"  # it would delay the start


class Container:
    """Builds each collaborator on first use; nothing here opens a connection."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._tasks: list[asyncio.Task[None]] = []

    @cached_property
    def database(self) -> Database:
        """PostgreSQL, configured or embedded."""
        return Database(self._database_url, engine_options(self.settings.database))

    def _database_url(self) -> str:
        configured = self.settings.database.url
        if configured is not None:
            return configured.get_secret_value()
        url = start_embedded_postgres(self.settings.data_dir / "postgres")
        upgrade_to_head(url)
        return url

    @cached_property
    def engine(self) -> Engine:
        """The built-in engine in processes of its own."""
        return ProcessEngine(self.settings.engine_processes, warm_up)

    @cached_property
    def research(self) -> ResearchLoader:
        """What is known about names, logos, colours and taglines."""
        return ResearchLoader(
            read_documents(ROOT / "research" / "documents"),
            ROOT / "research" / "cache",
            reader=(
                open_reader(self.settings, self.chat_connections)
                if self.settings.text.reads_research
                else None
            ),
        )

    @cached_property
    def chat_connections(self) -> ChatConnections:
        """The connections to the text models' endpoint."""
        return open_chat(self.settings)

    @cached_property
    def text_models(self) -> tuple[str, ...]:
        """The language models that are configured, the preferred one first."""
        text = self.settings.text
        return text.models if text.is_reachable else ()

    @cached_property
    def ai(self) -> AIManager:
        """The text providers; the built-in engine is the last of them."""
        providers: list[TextProvider] = [BuiltinTextProvider(self.engine)]
        if self.text_models:
            text = open_text(self.settings, self.chat_connections, self.text_models)
            providers.insert(0, text)
        return AIManager(providers, on_call=observe_ai_call, board=self.health_board)

    @cached_property
    def health_board(self) -> HealthBoard:
        """What processes tell each other about providers; those with other keys are strangers."""
        return open_board(self.settings, self._derived_key)

    @cached_property
    def failover(self) -> FailoverManager:
        """The image providers; the built-in engine is the last of them."""
        builtin = BuiltinImageProvider(self.engine)
        return FailoverManager(
            [*self.image_apis, builtin],
            caps={api.name: api.cap for api in self.image_apis if api.cap},
            on_call=observe_ai_call,
            board=self.health_board,
        )

    @cached_property
    def image_apis(self) -> "list[RemoteImageProvider]":
        """The configured image providers, the preferred one first."""
        return open_images(self.settings, self.engine)

    @cached_property
    def supabase(self) -> SupabaseProject | None:
        """The configured Supabase project, if its address and both keys are there."""
        return open_project(self.settings.supabase)

    @cached_property
    def storage(self) -> Storage:
        """Where files lie."""
        if self.supabase is not None:
            return SupabaseStorage(self.supabase, self.settings.supabase.bucket)
        return LocalStorage(
            root=self.settings.data_dir / "storage",
            secret=self._derived_key("storage links"),
            base_url=self.settings.base_url,
        )

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
            on_end=count_generation,
        )

    @cached_property
    def generations(self) -> GenerationService:
        """The life of generations."""
        limits = self.settings.limits
        return GenerationService(
            self.database,
            self.generation_runner,
            QuotaRules(limits.generations, limits.window_minutes),
        )

    @cached_property
    def schedule(self) -> Schedule:
        """What runs again and again."""
        return open_schedule(
            self.settings,
            self.database,
            self.storage,
            reap=self.generations.reap,
            refine_research=self._refine_research,
        )

    @cached_property
    def health(self) -> HealthService:
        """Whether this process can serve, and with what."""
        return HealthService(self.database, self._parts)

    def _parts(self) -> list[Part]:
        return configured_parts(self.settings, self.health.database_answers, self.image_apis)

    @cached_property
    def providers(self) -> ProviderView:
        """How the providers do."""
        return ProviderView(self.ai, self.failover, self.domains)

    @cached_property
    def projects(self) -> ProjectService:
        """Projects."""
        return ProjectService(self.database, self.assets)

    @cached_property
    def _secret(self) -> bytes:
        configured = self.settings.security.jwt_secret_key
        secret = configured or kept_secret(self.settings.data_dir / "jwt_secret")
        return secret.get_secret_value().encode()

    @cached_property
    def _pepper(self) -> bytes:
        configured = self.settings.security.password_pepper
        secret = configured or kept_secret(self.settings.data_dir / "password_pepper")
        return secret.get_secret_value().encode()

    def _derived_key(self, purpose: str) -> bytes:
        """A key for one purpose, so that no signature of one kind passes for another."""
        return hmac.new(self._secret, purpose.encode(), sha256).digest()

    async def start(self) -> None:
        """Open the database, and start what runs beside the requests."""
        await self.database.engine()
        self._tasks = [
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
        if self.settings.redis_url is not None:
            await asyncio.to_thread(importlib.import_module, BOARD_MODULE)
            self.health_board.wake()
        await self._refine_research()
        await look_ahead(self.settings, self.text_models, self.image_apis, self.storage)

    async def _refine_research(self) -> None:
        """Let the research model read, with its calls on the record of nobody."""
        async with usage_recorded(self.database, None):
            await self.research.refine()

    async def aclose(self) -> None:
        """Finish accepted work within the grace time, then close everything that was built."""
        self.health.stopping = True
        await self.health.aclose()
        for task in self._tasks:
            task.cancel()
        built = vars(self)
        if "generation_runner" in built:
            await self.generation_runner.close(SHUTDOWN_GRACE_S)
        names = ("domains", "chat_connections", "supabase", "health_board")
        for part in (*(built.get(name) for name in names), *built.get("image_apis", [])):
            if part is not None:
                await part.aclose()
        for name in ("local_accounts", "engine"):
            if name in built:
                built[name].close()
        if "database" in built:
            await self.database.close()
