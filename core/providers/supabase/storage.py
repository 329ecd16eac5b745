"""Files in a private bucket of Supabase Storage (sections 4.5 and 5)."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from core.exceptions import AppError, UpstreamError
from core.providers.supabase.project import SupabaseProject
from utils.logger import get_logger
from utils.storage import LINK_SECONDS, MEDIA_TYPES, check_key, looks_like, pages

if TYPE_CHECKING:
    from storage3._async.file_api import AsyncBucketProxy
    from supabase import StorageException

log = get_logger("storage")

T = TypeVar("T")

MAX_FILE_BYTES = 25 << 20
BATCH = 500  # paths a call; 1000 is the limit
KEEP_LINKS_S = 3600.0
MAX_LINKS = 20_000

_NO_BUCKET = "Bucket not found"
_NO_FILE = "not_found"


class SupabaseStorage:
    """The `Storage` of a Supabase project. Links are signed there; each is kept for an hour, so
    that a page asked for again keeps its links and the browser its cached pictures.
    """

    def __init__(
        self,
        project: SupabaseProject,
        bucket: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._project = project
        self._name = bucket
        self._clock = clock
        self._links: OrderedDict[str, tuple[str, float]] = OrderedDict()

    async def put(self, key: str, content: bytes) -> None:
        """Store a file, replacing an older one; it is whole or not there at all."""
        media_type = MEDIA_TYPES[check_key(key).rpartition(".")[2]]

        async def upload() -> None:
            await self._bucket.upload(  # bytes: text would be taken for the name of a local file
                key,
                content,
                {"content-type": media_type, "cache-control": "3600", "upsert": "true"},
            )

        async def upload_somewhere() -> None:
            try:
                await upload()
            except self._failure as error:
                if _code(error) != _NO_BUCKET:
                    raise
                await self._make_bucket()
                await upload()

        await self._project.call(upload_somewhere, repeatable=True)

    async def get(self, key: str) -> bytes | None:
        """The file, or None. Raises UpstreamError for a content that cannot be this file's."""
        check_key(key)
        content = await self._project.call(lambda: self._download(key), repeatable=True)
        if content is not None and not looks_like(key, content):
            raise UpstreamError(kind="bad_payload")
        return content

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files; missing ones do not matter."""
        wanted = [check_key(key) for key in keys]
        for start in range(0, len(wanted), BATCH):
            await self._remove(wanted[start : start + BATCH])
        for key in wanted:
            self._links.pop(key, None)

    async def signed_urls(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A link for each key, good for at least a day; those of missing files lead nowhere."""
        now = self._clock()
        known = {key: self._links[key] for key in keys if key in self._links}
        links = {key: url for key, (url, until) in known.items() if now < until}
        # Scripts in an opened SVG would run on the storage's origin, so it is for saving.
        vectors = [key for key in keys if key not in links and key.endswith(".svg")]
        others = [key for key in keys if key not in links and not key.endswith(".svg")]
        fresh: dict[str, str] = {}
        for group, options in ((vectors, {"download": True}), (others, {})):
            for start in range(0, len(group), BATCH):
                fresh |= await self._sign(group[start : start + BATCH], options)
        for key, url in fresh.items():
            self._links[key] = (url, now + KEEP_LINKS_S)
        while len(self._links) > MAX_LINKS:
            self._links.popitem(last=False)
        missing = {key: self._nowhere(key) for key in keys if key not in links | fresh}
        return links | fresh | missing

    async def keys(self, after: str = "") -> AsyncGenerator[list[str], None]:
        """All keys in order, those behind `after` only, in pages; files that come or go meanwhile
        may be missed.
        """
        start = after.partition("/")[0]
        async for folder, has_content in self._listed(""):
            if not has_content and folder >= start:
                found = [f"{folder}/{name}" async for name, _ in self._listed(folder)]
                for page in pages(found, after):
                    yield page

    async def _listed(self, folder: str) -> AsyncIterator[tuple[str, bool]]:
        """The names in a folder, and whether each is a file (section 5.1: a folder has no id)."""
        offset = 0
        while True:
            rows = await self._project.call(partial(self._list, folder, offset), repeatable=True)
            for row in rows:
                yield str(row.get("name")), row.get("id") is not None
            offset += len(rows)
            if len(rows) < BATCH:
                return

    async def _list(self, folder: str, offset: int) -> list[dict[str, Any]]:  # Any: foreign JSON
        rows = await self._unless_missing(
            lambda: self._bucket.list(folder, {"limit": BATCH, "offset": offset})
        )
        if not isinstance(rows, list | None) or not all(
            isinstance(row, dict) for row in rows or ()
        ):
            raise UpstreamError(kind="bad_payload")
        return rows or []

    async def warn_if_public(self) -> None:
        """Log it when the bucket was made by others and anybody may read it, without our links.

        A bucket that is not there yet will be made as a private one.
        """
        try:
            bucket = await self._project.call(
                lambda: self._unless_missing(
                    lambda: self._project.service.storage.get_bucket(self._name)
                ),
                repeatable=True,
            )
        except AppError:  # the first file will tell
            return
        if bucket is not None and bucket.public:
            log.error("the bucket {} is public: whoever knows a path can read it", self._name)

    async def _remove(self, keys: list[str]) -> None:
        await self._project.call(
            lambda: self._unless_missing(lambda: self._bucket.remove(keys)), repeatable=True
        )

    @property
    def _bucket(self) -> "AsyncBucketProxy":
        return self._project.service.storage.from_(self._name)

    @property
    def _failure(self) -> "type[StorageException]":
        from supabase import StorageException  # noqa: PLC0415  # loaded by then

        return StorageException

    async def _download(self, key: str) -> bytes | None:
        return await self._unless_missing(lambda: self._bucket.download(key))

    async def _unless_missing(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """The result, or None where there is no such file or no bucket yet."""
        try:
            return await work()
        except self._failure as error:
            if _code(error) in {_NO_BUCKET, _NO_FILE}:
                return None
            raise

    async def _sign(self, keys: Sequence[str], options: Mapping[str, Any]) -> dict[str, str]:
        rows = await self._project.call(
            lambda: self._unless_missing(
                lambda: self._bucket.create_signed_urls(
                    list(keys),
                    LINK_SECONDS + int(KEEP_LINKS_S),
                    options,  # type: ignore[arg-type]  # the keys of the library's TypedDict
                )
            ),
            repeatable=True,
        )
        signed = {
            row["path"]: row["signedURL"] for row in rows or () if row["signedURL"] is not None
        }
        if missing := set(keys) - set(signed):
            log.warning("{} of {} files are missing in the storage", len(missing), len(keys))
        return {key: url for key, url in signed.items() if key in keys}

    def _nowhere(self, key: str) -> str:
        """The address of a file without a signature, which is answered like an unknown one."""
        return f"{self._project.url}/storage/v1/object/sign/{self._name}/{key}"

    async def _make_bucket(self) -> None:
        """Make the private bucket; others may do so at the same moment."""
        try:
            await self._project.service.storage.create_bucket(
                self._name,
                options={
                    "public": False,
                    "file_size_limit": MAX_FILE_BYTES,
                    "allowed_mime_types": sorted(set(MEDIA_TYPES.values())),
                },
            )
        except self._failure as error:
            if _code(error) != "Duplicate":
                raise
            await asyncio.sleep(0)
        else:
            log.info("the private bucket {} was made", self._name)


def _code(error: "StorageException") -> str:
    return str(getattr(error, "code", ""))
