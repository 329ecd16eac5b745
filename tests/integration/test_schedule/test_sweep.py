"""Files that belong to nothing, in a folder of this machine."""

import os

import pytest

from services import cleanup as module
from services.cleanup import Cleanup
from tests.integration.test_schedule.rows import DAY, HOUR, SECOND, Rows
from utils.storage import LocalStorage


async def test_only_old_files_of_nothing_go(
    rows: Rows, files: LocalStorage, cleanup: Cleanup
) -> None:
    orphan, young = rows.key(DAY + SECOND), rows.key(DAY - SECOND)
    kept = rows.key(30 * DAY, "svg")
    foreign = ["notes/readme.json", f"{rows.user_id}/6f9619ff-8b86-4011-b42d-00c04fc964ff.png"]
    for key in (orphan, young, kept, *foreign):
        await files.put(key, b"content")
    await rows.file(await rows.generation(30 * DAY), kept)

    assert await cleanup.sweep_files() == 1

    assert await files.get(orphan) is None
    assert all([await files.get(key) for key in (young, kept, *foreign)])
    assert await cleanup.sweep_files() == 0


async def test_a_large_storage_is_swept_in_turns(
    rows: Rows, files: LocalStorage, cleanup: Cleanup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 2)
    monkeypatch.setattr("utils.storage.PAGE", 2)
    kept = [rows.key((20 - number) * DAY) for number in range(4)]
    orphan = rows.key(2 * DAY)
    for key in (*kept, orphan):
        await files.put(key, b"content")
    generation_id = await rows.generation(20 * DAY)
    for key in kept:
        await rows.file(generation_id, key)

    assert [await cleanup.sweep_files() for _ in range(3)] == [0, 0, 1]
    late = rows.key(21 * DAY)
    await files.put(late, b"content")
    assert [await cleanup.sweep_files() for _ in range(2)] == [1, 0]
    assert await files.get(late) is None
    assert all([await files.get(key) for key in kept])


async def test_what_a_broken_write_left_behind_goes_after_a_day(
    rows: Rows, files: LocalStorage, cleanup: Cleanup
) -> None:
    folder = files.root / str(rows.user_id)
    folder.mkdir(parents=True)
    old, young = folder / "a.png.partial", folder / "b.png.partial"
    for path, age in ((old, DAY + HOUR), (young, DAY - HOUR)):
        path.write_bytes(b"half")
        moment = (rows.now - age).timestamp()
        os.utime(path, (moment, moment))

    await cleanup.sweep_files()

    assert (old.exists(), young.exists()) == (False, True)


async def test_without_a_folder_there_is_nothing_to_sweep(cleanup: Cleanup) -> None:
    assert await cleanup.sweep_files() == 0
