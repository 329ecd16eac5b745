"""Calls to providers and what they cost."""

from database.models import ApiUsage
from database.repositories.base_repository import BaseRepository


class UsageRepository(BaseRepository[ApiUsage]):
    """Reads and writes provider calls."""

    model = ApiUsage
