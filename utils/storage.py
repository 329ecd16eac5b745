"""Stores generated files and hands out signed links to them."""

import asyncio
import contextlib
import hmac
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

LINK_SECONDS = 24 * 3600
LEFTOVER_SECONDS = 24 * 3600.0
PAGE = 500  # keys

_KEY = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*\.[a-z0-9]{1,8}")

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
}

# What the first bytes of a file of each kind contain.
_MARKS = {
    "svg": (b"<svg",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "json": (b"{", b"["),
    "pdf": (b"%PDF-",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
}


class Storage(Protocol):
    """A place for files. Keys are made by us: lower-case path segments and an extension."""

    async def put(self, key: str, content: bytes) -> None:
        """Store a file, replacing an older one; it is whole or not there at all."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The file, or None."""
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files; missing ones do not matter."""
        ...

    async def signed_urls(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A link for each key that works in a browser, without a token, for a day."""
        ...

    def keys(self, after: str = "") -> AsyncGenerator[list[str], None]:
        """All keys in order, those behind `after` only, in pages of at most 500 and at least one.

        Files that come or go meanwhile may be missed.
        """
        ...


def check_key(key: str) -> str:
    """The key. Raises ValueError for one that is not one of ours."""
    if not is_key(key):
        raise ValueError("not a storage key")
    return key


def is_key(text: str) -> bool:
    """Whether a text is a key as we make them."""
    return _KEY.fullmatch(text) is not None


def looks_like(key: str, content: bytes) -> bool:
    """Whether a content begins like files with this key's extension do."""
    beginning = content[:1024].lstrip()
    return any(mark in beginning for mark in _MARKS[key.rpartition(".")[2]])


def pages(found: Iterable[str], after: str) -> Iterator[list[str]]:
    """The keys among the files of one folder, in order, in pages."""
    keys = sorted(key for key in found if is_key(key) and key > after)
    return (keys[start : start + PAGE] for start in range(0, len(keys), PAGE))


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """Files in a folder; the links point to this service's own `/storage` route.

    `secret` signs the links; `clock` gives seconds since 1970.
    """

    root: Path
    secret: bytes
    base_url: str
    clock: Callable[[], float] = time.time

    async def put(self, key: str, content: bytes) -> None:
        """Store a file, replacing an older one; it is whole or not there at all."""
        await asyncio.to_thread(self._write, self._path(key), content)

    async def get(self, key: str) -> bytes | None:
        """The file, or None. Raises ValueError for a key that is not one of ours."""
        return await asyncio.to_thread(self._read, self._path(key))

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove files; missing ones do not matter."""
        await asyncio.to_thread(self._unlink, [self._path(key) for key in keys])

    async def signed_urls(self, keys: Sequence[str]) -> Mapping[str, str]:
        """A link to this service for each key; see `signed_url`."""
        return {key: self.signed_url(key) for key in keys}

    def signed_url(self, key: str) -> str:
        """A link to this service, good for at least a day.

        The expiry is rounded up to the hour, so that a page asked for again keeps its links and
        the browser its cached pictures.
        """
        expires = (int(self.clock()) + LINK_SECONDS) // 3600 * 3600 + 3600
        query = urlencode({"expires": expires, "signature": self._signature(key, expires)})
        return f"{self.base_url}/storage/{key}?{query}"

    def is_signed(self, key: str, expires: int, signature: str) -> bool:
        """Whether a link is one that we gave out and that has not expired."""
        genuine = hmac.compare_digest(self._signature(key, expires).encode(), signature.encode())
        return genuine and expires > self.clock()

    async def keys(self, after: str = "") -> AsyncGenerator[list[str], None]:
        """As of every storage; what a broken write left behind for a day is removed on the way."""
        start = after.partition("/")[0]
        for folder in await asyncio.to_thread(self._folders):
            if folder >= start:
                found = await asyncio.to_thread(self._tidied, folder)
                for page in pages(found, after):
                    yield page

    def _folders(self) -> list[str]:
        return sorted(path.name for path in self.root.glob("*/"))

    def _tidied(self, folder: str) -> list[str]:
        names = []
        for path in (self.root / folder).iterdir():
            if path.suffix != ".partial":
                names.append(path.name)
                continue
            with contextlib.suppress(FileNotFoundError):  # it was finished just now
                if path.stat().st_mtime < self.clock() - LEFTOVER_SECONDS:
                    path.unlink()
        return [f"{folder}/{name}" for name in names]

    def _signature(self, key: str, expires: int) -> str:
        mac = hmac.new(self.secret, f"{key}\n{expires}".encode(), sha256)
        return urlsafe_b64encode(mac.digest()).decode().rstrip("=")

    def _path(self, key: str) -> Path:
        return self.root / check_key(key)

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.partial")
        partial.write_bytes(content)
        partial.replace(path)

    @staticmethod
    def _read(path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    @staticmethod
    def _unlink(paths: list[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
