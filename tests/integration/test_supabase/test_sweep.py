"""Listing, sweeping and deleting old files in a bucket."""

import pytest

from core.exceptions import AppError, UnavailableError
from core.providers.supabase import storage as module
from core.providers.supabase.storage import SupabaseStorage
from database.models import Generation
from database.unit_of_work import Database
from services.cleanup import Cleanup
from tests.integration.test_schedule.rows import DAY, SECOND, Rows
from tests.simulators.supabase import SupabaseSimulator
from tests.simulators.supabase_storage import Bucket, StoredFile

PNG = b"\x89PNG\r\n\x1a\nrest of a picture"
FILE = StoredFile(PNG, "image/png", "no-cache")


@pytest.fixture
async def rows(database: Database) -> Rows:
    return await Rows(database).prepare()


@pytest.fixture
def cleanup(rows: Rows, files: SupabaseStorage) -> Cleanup:
    return Cleanup(rows.database, files, 90 * DAY, now=lambda: rows.now)


@pytest.fixture
def stored(supabase: SupabaseSimulator) -> dict[str, StoredFile]:
    """The content of the bucket."""
    bucket = Bucket(public=False, size_limit=None, media_types=None)
    supabase.storage.buckets["brand-packages"] = bucket
    return bucket.files


async def listed(files: SupabaseStorage, after: str = "") -> list[list[str]]:
    return [page async for page in files.keys(after)]


async def test_only_old_files_of_nothing_go(
    rows: Rows, cleanup: Cleanup, stored: dict[str, StoredFile]
) -> None:
    orphan, young, kept = rows.key(DAY + SECOND), rows.key(DAY - SECOND), rows.key(30 * DAY)
    foreign = {"readme.txt", "notes/deep/a.png", "Notes/b.png"}
    stored.update(dict.fromkeys((orphan, young, kept, *foreign), FILE))
    await rows.file(await rows.generation(30 * DAY), kept)

    assert await cleanup.sweep_files() == 1

    assert set(stored) == {young, kept, *foreign}


async def test_folders_and_files_are_listed_page_by_page(
    files: SupabaseStorage, stored: dict[str, StoredFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr("utils.storage.PAGE", 3)
    keys = sorted(f"{folder}{n}/{file}.png" for folder in "abc" for n in "12" for file in "uvwxy")
    stored.update(dict.fromkeys(reversed(keys), FILE))

    pages = await listed(files)
    assert [key for page in pages for key in page] == keys
    assert [len(page) for page in pages] == [3, 2] * 6
    for place in (0, 4, 17, 29):
        rest = await listed(files, keys[place])
        assert [key for page in rest for key in page] == keys[place + 1 :]


async def test_no_bucket_has_no_keys(files: SupabaseStorage, cleanup: Cleanup) -> None:
    assert await listed(files) == []
    assert await cleanup.sweep_files() == 0


@pytest.mark.parametrize("mode", ["502", "storage:rls", "html", "empty", "hang", "flood", "reset"])
async def test_a_list_that_fails_deletes_nothing(
    supabase: SupabaseSimulator, rows: Rows, cleanup: Cleanup, stored: dict[str, StoredFile],
    files: SupabaseStorage, mode: str,
) -> None:  # fmt: skip
    files._project._deadline_s = 0.3 if mode == "hang" else 10
    orphan = rows.key(2 * DAY)
    stored[orphan] = FILE
    supabase.modes.extend([mode] * 6)

    with pytest.raises(AppError):
        await cleanup.sweep_files()

    assert set(stored) == {orphan}


async def test_while_the_storage_is_down_old_results_stay(
    supabase: SupabaseSimulator, rows: Rows, cleanup: Cleanup, stored: dict[str, StoredFile]
) -> None:
    old, key = await rows.generation(91 * DAY), rows.key(91 * DAY)
    stored[key] = FILE
    await rows.file(old, key)
    supabase.modes.extend(["502"] * 3)

    with pytest.raises(UnavailableError):
        await cleanup.forget_old_packages()
    assert await rows.all(Generation.id) == {old}

    assert await cleanup.forget_old_packages() == 1
    assert stored == {}
    assert await rows.count(Generation) == 0
