"""Brings a database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_INI = Path(__file__).parent.parent / "alembic.ini"


def upgrade_to_head(url: str) -> None:
    """Apply all migrations that are missing. Blocks; call it outside the event loop."""
    config = Config(_INI)
    config.attributes["url"] = url
    command.upgrade(config, "head")
