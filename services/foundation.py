"""What all services stand on: the database, the engine, the outside services, the secrets."""

import hmac
from functools import cached_property
from hashlib import sha256
from pathlib import Path
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
from database.embedded import leave_embedded_postgres, start_embedded_postgres
from database.migrate import upgrade_to_head
from database.unit_of_work import Database
from research.loader import read_documents
from services.account_wiring import (
    open_project,
)
from services.health_boards import open_board
from services.outside_wiring import (
    open_chat,
    open_images,
    open_reader,
    open_text,
)
from utils.metrics import observe_ai_call
from utils.storage import LocalStorage, Storage

if TYPE_CHECKING:
    from core.providers.image.remote import RemoteImageProvider

ROOT = Path(__file__).parent.parent


class Foundation:
    """Builds each part on first use; nothing here opens a connection."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Database:
        """PostgreSQL, configured or embedded."""
        options = engine_options(self.settings.database)
        configured = self.settings.database.url
        if configured is not None:
            return Database(configured.get_secret_value, options)
        return Database(self._migrated_embedded, options, revive=self._start_embedded)

    def _start_embedded(self) -> str:
        return start_embedded_postgres(self.settings.data_dir / "postgres")

    def leave_database(self) -> None:
        """Let go of the embedded database, where the process ends too abruptly to do so itself."""
        if self.settings.database.url is None:
            leave_embedded_postgres(self.settings.data_dir / "postgres")

    def _migrated_embedded(self) -> str:
        url = self._start_embedded()
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
