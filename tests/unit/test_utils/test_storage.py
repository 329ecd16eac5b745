"""Files are whole or not there; links open one file for a while."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from utils.storage import LINK_SECONDS, LocalStorage

KEY = "11111111-2222-3333-4444-555555555555/a.svg"


def storage(root: Path, now: float = 0, secret: bytes = b"k" * 32) -> LocalStorage:
    return LocalStorage(root, secret, "http://localhost:8000", lambda: now)


def parts(url: str) -> tuple[str, int, str]:
    found = urlsplit(url)
    query = parse_qs(found.query)
    return (
        found.path.removeprefix("/storage/"),
        int(query["expires"][0]),
        query["signature"][0],
    )


@pytest.mark.asyncio
async def test_files_come_back_until_they_are_deleted(tmp_path: Path) -> None:
    files = storage(tmp_path)
    await files.put(KEY, b"one")
    await files.put(KEY, b"two")
    assert await files.get(KEY) == b"two"

    await files.delete([KEY, KEY.replace("a.svg", "b.svg")])

    assert await files.get(KEY) is None
    assert not (tmp_path / KEY).exists()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "key", ["../a.svg", "/etc/passwd", "a/../b.svg", "A.svg", "a", "a/b.svg\n", ""]
)
async def test_keys_that_are_not_ours_are_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="storage key"):
        await storage(tmp_path).get(key)


def test_a_link_is_good_for_a_day_and_for_one_file(tmp_path: Path) -> None:
    key, expires, signature = parts(storage(tmp_path, now=10.0).signed_url(KEY))

    assert key == KEY
    assert storage(tmp_path, now=LINK_SECONDS).is_signed(key, expires, signature)
    assert not storage(tmp_path, now=expires).is_signed(key, expires, signature)
    assert not storage(tmp_path).is_signed(key.replace("a.svg", "b.svg"), expires, signature)
    assert not storage(tmp_path).is_signed(key, expires + 1, signature)
    assert not storage(tmp_path).is_signed(key, expires, "ü")
    assert not storage(tmp_path, secret=b"x" * 32).is_signed(key, expires, signature)


@pytest.mark.asyncio
async def test_keys_are_listed_in_order_behind_any_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("utils.storage.PAGE", 2)
    files = storage(tmp_path)
    keys = [f"{folder}/{name}.png" for folder in ("a1", "b2") for name in ("x", "y", "z")]
    for key in reversed(keys):
        await files.put(key, b"content")
    for name in ("b2/Not ours.png", "b2/none", "b2/w.png.partial", "readme.txt"):
        (tmp_path / name).write_bytes(b"content")

    assert [page async for page in files.keys("")] == [keys[:2], keys[2:3], keys[3:5], keys[5:]]
    for place in range(6):
        rest = [key async for page in files.keys(keys[place]) for key in page]
        assert rest == keys[place + 1 :]
    assert [page async for page in storage(tmp_path / "none").keys("")] == []
