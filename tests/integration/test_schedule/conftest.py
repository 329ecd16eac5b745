"""Old and young rows, a folder of files, and the clean-up over both."""

from pathlib import Path

import pytest

from database.unit_of_work import Database
from services.cleanup import Cleanup
from tests.integration.test_schedule.rows import DAY, Rows
from utils.storage import LocalStorage


@pytest.fixture
async def rows(database: Database) -> Rows:
    return await Rows(database).prepare()


@pytest.fixture
def files(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", b"secret", "http://localhost")


@pytest.fixture
def cleanup(rows: Rows, files: LocalStorage) -> Cleanup:
    return Cleanup(rows.database, files, 90 * DAY, now=lambda: rows.now)
