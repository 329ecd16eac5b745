"""One repository a table: they query and never commit."""

from database.repositories.asset_repository import AssetRepository
from database.repositories.cleanup_repository import CleanupRepository
from database.repositories.event_ticket_repository import EventTicketRepository
from database.repositories.generation_repository import GenerationRepository
from database.repositories.idempotency_repository import IdempotencyRepository
from database.repositories.operations_repository import OperationsRepository
from database.repositories.outbox_repository import OutboxRepository
from database.repositories.package_repository import PackageRepository
from database.repositories.progress_repository import ProgressRepository
from database.repositories.project_repository import ProjectRepository
from database.repositories.queue_repository import QueueRepository
from database.repositories.refresh_token_repository import RefreshTokenRepository
from database.repositories.schedule_repository import ScheduleRepository
from database.repositories.snapshot_repository import SnapshotRepository
from database.repositories.usage_repository import UsageRepository
from database.repositories.user_repository import UserRepository
from database.repositories.webhook_repository import WebhookRepository

__all__ = [
    "AssetRepository",
    "CleanupRepository",
    "EventTicketRepository",
    "GenerationRepository",
    "IdempotencyRepository",
    "OperationsRepository",
    "OutboxRepository",
    "PackageRepository",
    "ProgressRepository",
    "ProjectRepository",
    "QueueRepository",
    "RefreshTokenRepository",
    "ScheduleRepository",
    "SnapshotRepository",
    "UsageRepository",
    "UserRepository",
    "WebhookRepository",
]
