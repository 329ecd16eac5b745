"""Puts the files of a result into the storage, and signed links into an answer."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from core.exceptions import AppError, GenerationFailedError
from database.models import AssetType
from services.results import Json, LogoArtwork, LogoItem
from utils.ids import uuid7
from utils.logger import get_logger
from utils.storage import Storage

_PARALLEL_CALLS = 8

log = get_logger("files")


class AssetStore:
    """Knows where files lie and what their links look like."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def store_logos(
        self, logos: Sequence[LogoItem], user_id: UUID
    ) -> tuple[list[Json], set[str]]:
        """Store all files of the concepts.

        Returns the concepts with file references instead of artwork, and the keys of the files.
        """
        contents: dict[str, bytes] = {}
        concepts: list[Json] = []
        for logo in logos:
            files = [_reference(artwork, user_id) for artwork in logo["files"]]
            for file, artwork in zip(files, logo["files"], strict=True):
                contents[file["key"]] = artwork.content
            concepts.append({**logo, "files": files})
        await self._write(list(contents.items()))
        return concepts, set(contents)

    async def copied(self, part: Json, user_id: UUID) -> tuple[Json, set[str]]:
        """A part whose logos have files of their own, copied from those that it refers to.

        Raises GenerationFailedError when one of them is gone.
        """
        new_keys: dict[str, str] = {}
        concepts: list[Json] = []
        for logo in part["logos"]:
            files = [{**file, **_new_place(user_id, file["format"])} for file in logo["files"]]
            for old, new in zip(logo["files"], files, strict=True):
                new_keys[old["key"]] = new["key"]
            concepts.append({**logo, "files": files})
        limit = asyncio.Semaphore(_PARALLEL_CALLS)

        async def read(key: str) -> bytes:
            async with limit:
                content = await self.get(key)
            if content is None:
                raise GenerationFailedError("A file of the earlier version is gone.")
            return content

        contents = await asyncio.gather(*(read(key) for key in new_keys))
        await self._write(list(zip(new_keys.values(), contents, strict=True)))
        return {**part, "logos": concepts}, set(new_keys.values())

    async def _write(self, writes: Sequence[tuple[str, bytes]]) -> None:
        limit = asyncio.Semaphore(_PARALLEL_CALLS)

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


def asset_rows(output: Json, generation_id: UUID, project_id: UUID) -> list[Json]:
    """The records of the files that a result refers to."""
    return [
        {
            "id": UUID(file["asset_id"]),
            "generation_id": generation_id,
            "project_id": project_id,
            "asset_type": AssetType.LOGO,
            "file_url": file["key"],
            "file_format": file["format"],
            "file_size": file["size"],
            "variation": logo["variation"],
            "lockup": file["lockup"],
            "treatment": file["treatment"],
        }
        for logo in output.get("logos", ())
        for file in logo["files"]
    ]


def _reference(artwork: LogoArtwork, user_id: UUID) -> Json:
    """What an answer keeps of a file; the link is made anew whenever the answer is read."""
    return {
        **_new_place(user_id, artwork.file_format),
        "format": artwork.file_format,
        "lockup": artwork.lockup,
        "treatment": artwork.treatment,
        "size": len(artwork.content),
    }


def _new_place(user_id: UUID, file_format: str) -> Json:
    asset_id = uuid7()
    return {"asset_id": str(asset_id), "key": f"{user_id}/{asset_id}.{file_format}"}
