"""The database as services see it: repositories, alone or together in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from database.repositories import (
    AssetRepository,
    CleanupRepository,
    EventTicketRepository,
    GenerationRepository,
    IdempotencyRepository,
    OperationsRepository,
    OutboxRepository,
    PackageRepository,
    ProgressRepository,
    ProjectRepository,
    QueueRepository,
    RefreshTokenRepository,
    ScheduleRepository,
    SnapshotRepository,
    UsageRepository,
    UserRepository,
    WebhookRepository,
)
from database.session import SessionFactory


class Repositories:
    """One repository a table over the same session, or over the database itself."""

    def __init__(self, db_client: SessionFactory | AsyncSession) -> None:
        self.users = UserRepository(db_client)
        self.projects = ProjectRepository(db_client)
        self.generations = GenerationRepository(db_client)
        self.idempotency = IdempotencyRepository(db_client)
        self.packages = PackageRepository(db_client)
        self.progress = ProgressRepository(db_client)
        self.queue = QueueRepository(db_client)
        self.outbox = OutboxRepository(db_client)
        self.event_tickets = EventTicketRepository(db_client)
        self.assets = AssetRepository(db_client)
        self.refresh_tokens = RefreshTokenRepository(db_client)
        self.usage = UsageRepository(db_client)
        self.operations = OperationsRepository(db_client)
        self.webhooks = WebhookRepository(db_client)
        self.schedule = ScheduleRepository(db_client)
        self.snapshots = SnapshotRepository(db_client)
        self.cleanup = CleanupRepository(db_client)


class Database(SessionFactory):
    """The repositories, each call a transaction of its own, and `transaction()` to join calls."""

    @property
    def alone(self) -> Repositories:
        """Repositories whose calls commit by themselves and whose hot reads run in autocommit."""
        return Repositories(self)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Repositories]:
        """The repositories in one transaction: committed at the end, rolled back on errors."""
        async with self.session() as session:
            yield Repositories(session)
