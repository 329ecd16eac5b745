"""Logins, as families of refresh tokens."""

from database.models import RefreshToken
from database.repositories.base_repository import BaseRepository


class RefreshTokenRepository(BaseRepository[RefreshToken]):
    """Reads and writes families of refresh tokens."""

    model = RefreshToken
