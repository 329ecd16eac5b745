"""One repository a table: they query and never commit."""

from database.repositories.asset_repository import AssetRepository
from database.repositories.cleanup_repository import CleanupRepository
from database.repositories.generation_repository import GenerationRepository
from database.repositories.project_repository import ProjectRepository
from database.repositories.refresh_token_repository import RefreshTokenRepository
from database.repositories.schedule_repository import ScheduleRepository
from database.repositories.snapshot_repository import SnapshotRepository
from database.repositories.usage_repository import UsageRepository
from database.repositories.user_repository import UserRepository

__all__ = [
    "AssetRepository",
    "CleanupRepository",
    "GenerationRepository",
    "ProjectRepository",
    "RefreshTokenRepository",
    "ScheduleRepository",
    "SnapshotRepository",
    "UsageRepository",
    "UserRepository",
]
