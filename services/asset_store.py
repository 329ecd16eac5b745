"""Puts the files of a result into the storage, and signed links into an answer."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from core.exceptions import AppError
from database.models import AssetType
from services.results import Json, LogoArtwork, LogoItem
from utils.ids import uuid7
from utils.logger import get_logger
from utils.storage import Storage

_PARALLEL_WRITES = 8

log = get_logger("files")


class AssetStore:
    """Knows where files lie and what their links look like."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def store_logos(
        self, logos: Sequence[LogoItem], *, user_id: UUID, generation_id: UUID, project_id: UUID
    ) -> tuple[list[Json], list[Json]]:
        """Store all files of the concepts.

        Returns the concepts with file references instead of artwork, and the asset rows.
        """
        writes: list[tuple[str, bytes]] = []
        concepts: list[Json] = []
        rows: list[Json] = []
        for logo in logos:
            files: list[Json] = []
            for artwork in logo["files"]:
                row = _asset_row(artwork, logo["variation"], user_id, generation_id, project_id)
                rows.append(row)
                writes.append((row["file_url"], artwork.content))
                files.append(_reference(row))
            concepts.append({**logo, "files": files})
        await self._write(writes)
        return concepts, rows

    async def _write(self, writes: Sequence[tuple[str, bytes]]) -> None:
        limit = asyncio.Semaphore(_PARALLEL_WRITES)

        async def put(key: str, content: bytes) -> None:
            async with limit:
                await self._storage.put(key, content)

        outcomes = await asyncio.gather(
            *(put(key, content) for key, content in writes), return_exceptions=True
        )
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        if failures:
            await self._take_back([key for key, _ in writes])
            raise failures[0]

    async def _take_back(self, keys: Sequence[str]) -> None:
        """Remove what was stored of a set that is not whole."""
        try:
            await self._storage.delete(keys)
        except (AppError, OSError) as error:
            log.warning("files without a record are left behind: {}", type(error).__name__)

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files from the storage."""
        await self._storage.delete(keys)

    async def get(self, key: str) -> bytes | None:
        """A file's content, or None."""
        return await self._storage.get(key)

    async def url(self, key: str) -> str:
        """A signed link to one file."""
        return (await self._storage.signed_urls([key]))[key]

    async def with_links(self, output: Json) -> Json:
        """An answer whose logos carry fresh links; other answers as they are."""
        if "logos" not in output:
            return output
        keys = [file["key"] for logo in output["logos"] for file in logo["files"]]
        links = await self._storage.signed_urls(keys)
        return {**output, "logos": [_linked(logo, links) for logo in output["logos"]]}


def _linked(logo: Json, links: Mapping[str, str]) -> Json:
    files = [
        {
            "asset_id": file["asset_id"],
            "url": links[file["key"]],
            "format": file["format"],
            "lockup": file["lockup"],
            "treatment": file["treatment"],
            "size": file["size"],
        }
        for file in logo["files"]
    ]
    main = next((file for file in files if file["format"] == "png"), files[0])
    vector = next((file["url"] for file in files if file["format"] == "svg"), None)
    return {
        **{key: value for key, value in logo.items() if key != "files"},
        "url": main["url"],
        "format": main["format"],
        "svg_url": vector,
        "files": files,
    }


def _asset_row(
    artwork: LogoArtwork, variation: int, user_id: UUID, generation_id: UUID, project_id: UUID
) -> dict[str, Any]:  # Any: column values
    asset_id = uuid7()
    return {
        "id": asset_id,
        "generation_id": generation_id,
        "project_id": project_id,
        "asset_type": AssetType.LOGO,
        "file_url": f"{user_id}/{asset_id}.{artwork.file_format}",
        "file_format": artwork.file_format,
        "file_size": len(artwork.content),
        "variation": variation,
        "lockup": artwork.lockup,
        "treatment": artwork.treatment,
    }


def _reference(row: Json) -> Json:
    """What an answer keeps of a file; the link is made anew whenever the answer is read."""
    return {
        "asset_id": str(row["id"]),
        "key": row["file_url"],
        "format": row["file_format"],
        "lockup": row["lockup"],
        "treatment": row["treatment"],
        "size": row["file_size"],
    }
