"""Brings a database to the newest schema."""

import asyncio
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from database.engine import ANY_MODE, build_engine

HEAD = "0003_jobs"
_VERSION = text("select version_num from alembic_version")
_INI = Path(__file__).parent.parent / "alembic.ini"


def upgrade_to_head(url: str) -> None:
    """Apply all migrations that are missing. Blocks; call it outside the event loop."""
    if asyncio.run(current_revision(url)) == HEAD:
        return
    from alembic import command  # noqa: PLC0415  # a tenth of the process, for once in a release
    from alembic.config import Config  # noqa: PLC0415  # as above

    config = Config(_INI)
    config.attributes["url"] = url
    command.upgrade(config, "head")


async def current_revision(url: str) -> str | None:
    """What the database was brought to last; None for an empty one."""
    engine = build_engine(url, ANY_MODE)
    try:
        async with engine.connect() as connection:
            found: str | None = await connection.scalar(_VERSION)
            return found
    except ProgrammingError:
        return None
    finally:
        await engine.dispose()
