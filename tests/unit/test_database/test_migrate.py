"""The revision that a start takes for the newest one."""

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from database.migrate import HEAD


def test_head_is_the_newest_migration() -> None:
    ini = Path(__file__).parents[3] / "alembic.ini"

    assert ScriptDirectory.from_config(Config(ini)).get_current_head() == HEAD
