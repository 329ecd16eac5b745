"""Projects."""

from database.models import Project
from database.repositories.base_repository import BaseRepository


class ProjectRepository(BaseRepository[Project]):
    """Reads and writes projects."""

    model = Project
