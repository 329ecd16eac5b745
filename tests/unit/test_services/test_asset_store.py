"""Files of a result are stored as a set, or not at all."""

from pathlib import Path
from uuid import uuid4

import pytest

from core.exceptions import UnavailableError
from services.asset_store import AssetStore
from services.results import LogoArtwork, LogoItem
from utils.storage import LocalStorage


class FailingStorage(LocalStorage):
    """A folder that takes a few files and then no more."""

    async def put(self, key: str, content: bytes) -> None:
        if content == b"7":
            raise UnavailableError
        await super().put(key, content)


def logo_of(files: int) -> LogoItem:
    artwork = [
        LogoArtwork(lockup="primary", treatment="color", file_format="png", content=b"%d" % number)
        for number in range(files)
    ]
    return {"variation": 1, "family": "", "idea": "", "provider": "builtin", "files": artwork}


@pytest.mark.asyncio
async def test_a_set_that_is_not_whole_is_taken_back(tmp_path: Path) -> None:
    store = AssetStore(FailingStorage(tmp_path, b"k" * 32, "http://localhost"))
    user = uuid4()

    with pytest.raises(UnavailableError):
        await store.store_logos([logo_of(12)], user)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    concepts, keys = await store.store_logos([logo_of(5)], user)
    assert len(keys) == len(concepts[0]["files"]) == 5
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 5
