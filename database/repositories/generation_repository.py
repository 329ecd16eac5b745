"""Generations: their rows, their units of quota and their leases."""

from database.models import Generation
from database.repositories.base_repository import BaseRepository


class GenerationRepository(BaseRepository[Generation]):
    """Reads and writes generations."""

    model = Generation
