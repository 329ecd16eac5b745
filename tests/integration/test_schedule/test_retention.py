"""Results past their retention: files first, then rows; unfinished and young ones never."""

from collections.abc import Iterable

import pytest

from core.exceptions import UnavailableError
from database.job_models import GenerationStep
from database.models import Asset, Generation, Project
from services import cleanup as module
from services.cleanup import Cleanup
from tests.integration.test_schedule.rows import DAY, SECOND, Rows, born
from utils.storage import LocalStorage


class Watched(LocalStorage):
    """Notes how many records there were when files were deleted; `down` makes it fail."""

    rows: Rows
    records: int
    down: bool

    async def delete(self, keys: Iterable[str]) -> None:
        object.__setattr__(self, "records", await self.rows.count(Asset))
        if self.down:
            raise UnavailableError
        await super().delete(keys)


@pytest.fixture
def watched(rows: Rows, files: LocalStorage) -> Watched:
    watched = Watched(files.root, files.secret, files.base_url)
    for name, value in {"rows": rows, "records": 0, "down": False}.items():
        object.__setattr__(watched, name, value)
    return watched


@pytest.fixture
def cleanup(rows: Rows, watched: Watched) -> Cleanup:
    return Cleanup(rows.database, watched, 90 * DAY, now=lambda: rows.now)


async def test_old_ones_go_with_their_files_and_the_project_stays(
    rows: Rows, cleanup: Cleanup, watched: Watched
) -> None:
    old = await rows.generation(90 * DAY + SECOND)
    young = await rows.generation(90 * DAY - SECOND)
    version = await rows.generation(DAY, based_on=old)
    unfinished = [await rows.generation(100 * DAY, status) for status in ("pending", "running")]
    keys = [rows.key(90 * DAY), rows.key(89 * DAY)]
    for generation_id, key in zip((old, young), keys, strict=True):
        await watched.put(key, b"a picture")
        await rows.file(generation_id, key)
    await rows.add(
        GenerationStep, generation_id=old, step="names", status="completed", input_hash="",
        attempt=1,
    )  # fmt: skip

    assert await cleanup.forget_old_packages() == 1

    assert await rows.all(Generation.id) == {young, version, *unfinished}
    assert await rows.all(Generation.based_on) == {None}
    assert [await watched.get(key) for key in keys] == [None, b"a picture"]
    assert (await rows.count(GenerationStep), await rows.count(Project)) == (0, 1)
    assert (watched.records, await rows.count(Asset)) == (2, 1), "files first"
    assert await cleanup.forget_old_packages() == 0


@pytest.mark.parametrize("status", ["success", "failed", "cancelled"])
async def test_every_end_is_an_end(rows: Rows, cleanup: Cleanup, status: str) -> None:
    await rows.generation(91 * DAY, status)

    assert await cleanup.forget_old_packages() == 1


async def test_a_file_that_a_younger_version_has_kept_stays(
    rows: Rows, cleanup: Cleanup, watched: Watched
) -> None:
    old = await rows.generation(91 * DAY)
    version = await rows.generation(DAY, based_on=old)
    key = rows.key(91 * DAY)
    await watched.put(key, b"a picture")
    for generation_id in (old, version):
        await rows.file(generation_id, key)

    assert await cleanup.forget_old_packages() == 1

    assert await watched.get(key) == b"a picture"
    assert await rows.all(Asset.generation_id) == {version}


async def test_while_the_storage_is_down_the_rows_stay(
    rows: Rows, cleanup: Cleanup, watched: Watched
) -> None:
    old = await rows.generation(91 * DAY)
    key = rows.key(91 * DAY)
    await watched.put(key, b"a picture")
    await rows.file(old, key)
    object.__setattr__(watched, "down", True)

    with pytest.raises(UnavailableError):
        await cleanup.forget_old_packages()
    assert await rows.all(Generation.id) == {old}
    assert await rows.all(Asset.file_url) == {key}

    object.__setattr__(watched, "down", False)
    assert await cleanup.forget_old_packages() == 1
    assert await watched.get(key) is None


async def test_an_identifier_made_by_hand_makes_no_row_old(rows: Rows, cleanup: Cleanup) -> None:
    moment = rows.now - 100 * DAY
    await rows.add(
        Generation, id=born(moment), project_id=rows.project_id, user_id=rows.user_id,
        generation_type="logo", status="success", created_at=rows.now,
    )  # fmt: skip

    assert await cleanup.forget_old_packages() == 0


async def test_many_go_in_batches(
    rows: Rows, cleanup: Cleanup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GENERATIONS", 2)
    monkeypatch.setattr(module, "MOST_BATCHES", 2)
    ids = [await rows.generation((100 - number) * DAY) for number in range(5)]

    assert await cleanup.forget_old_packages() == 4
    assert await rows.all(Generation.id) == {ids[-1]}
    assert await cleanup.forget_old_packages() == 1
