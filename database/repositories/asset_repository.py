"""Stored files."""

from database.models import Asset
from database.repositories.base_repository import BaseRepository


class AssetRepository(BaseRepository[Asset]):
    """Reads and writes the records of stored files."""

    model = Asset
