"""The files of a simulated Supabase project (contract supabase.md section 5)."""

import fnmatch
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote
from uuid import uuid4

import jwt
from aiohttp import web

from tests.simulators.supabase_keys import FaultError, Json, Keyring

_KEY = re.compile(r"[A-Za-z0-9_/!.*'() &$=@;:+,?-]*")
_MAX_PATHS = 1000


class StorageFaultError(Exception):
    """An error of Storage: its HTTP status is 400 for almost everything."""

    def __init__(self, status: str, error: str, message: str, code: str, http: int = 400) -> None:
        super().__init__(message)
        self.http = http
        self.body = {"statusCode": status, "error": error, "message": message, "code": code}


NO_OBJECT = StorageFaultError("404", "not_found", "Object not found", "NoSuchKey")
NO_BUCKET = StorageFaultError("404", "Bucket not found", "Bucket not found", "NoSuchBucket")
FORBIDDEN = StorageFaultError(
    "403", "Unauthorized", "new row violates row-level security policy", "AccessDenied"
)


@dataclass
class StoredFile:
    """One object."""

    content: bytes = field(repr=False)
    media_type: str
    cache_control: str


@dataclass
class Bucket:
    """One bucket with its files."""

    public: bool
    size_limit: int | None
    media_types: list[str] | None
    files: dict[str, StoredFile] = field(default_factory=dict)


class StorageServer:
    """Answers the routes below `/storage/v1`."""

    def __init__(self, keyring: Keyring, now: Callable[[], float]) -> None:
        self._keyring, self._now = keyring, now
        self._secret = secrets.token_hex(32)  # its own key: links survive a rotation
        self.buckets: dict[str, Bucket] = {}

    async def serve(self, request: web.Request, bearer: str | None) -> web.StreamResponse:
        """The answer to one request."""
        try:
            if request["mode"].startswith("storage:"):
                raise _fault_of(request["mode"].removeprefix("storage:"))
            return await self._route(request, bearer)
        except StorageFaultError as fault:
            return web.json_response(fault.body, status=fault.http)

    async def _route(self, request: web.Request, bearer: str | None) -> web.StreamResponse:
        kind, *rest = unquote(request.path.removeprefix("/storage/v1/")).split("/")
        first, path = rest[0] if rest else "", "/".join(rest[1:])
        if kind == "object" and request.method == "GET" and first in {"sign", "public"}:
            answer = self._signed if first == "sign" else self._open
            return answer(request, path)
        self._check_role(bearer)
        if kind == "bucket":
            return self._bucket(request.method, first, await _body(request))
        if kind == "object":
            return await self._object(request, first, path)
        raise NO_OBJECT

    async def _object(self, request: web.Request, first: str, path: str) -> web.StreamResponse:
        second, _, below = path.partition("/")
        if first == "sign":
            return self._sign(second, below, await _body(request))
        if first == "list":
            return self._list(second, await _body(request))
        if first == "info":
            stored = self._find(second, below)
            return web.json_response({"size": len(stored.content), "metadata": {}})
        if request.method in {"POST", "PUT"}:
            return await self._upload(request, first, path)
        if request.method == "DELETE":
            return self._remove(first, await _body(request))
        if first == "authenticated":
            return _served(request, self._find(second, below))
        return _served(request, self._find(first, path))

    def _check_role(self, bearer: str | None) -> None:
        """Only the service key may; a wrong key is refused as Row Level Security does it."""
        if bearer is None:
            text = "headers must have required property 'authorization'"
            raise StorageFaultError("400", "Error", text, "InternalError")
        try:
            role = self._keyring.read(bearer).get("role")
        except FaultError as fault:
            text = "signature verification failed"
            raise StorageFaultError("403", "Unauthorized", text, "AccessDenied") from fault
        if role != "service_role":
            raise FORBIDDEN

    def _bucket(self, method: str, name: str, body: Json) -> web.Response:
        if method == "POST":
            if body["id"] in self.buckets:
                text = "The resource already exists"
                raise StorageFaultError("409", "Duplicate", text, "ResourceAlreadyExists")
            self.buckets[body["id"]] = Bucket(
                bool(body.get("public")),
                body.get("file_size_limit"),
                body.get("allowed_mime_types"),
            )
            return web.json_response({"name": body["id"]})
        if name not in self.buckets:
            raise NO_BUCKET
        bucket, stamp = self.buckets[name], datetime.now(UTC).isoformat()
        return web.json_response(
            {
                "id": name, "name": name, "owner": "", "public": bucket.public,
                "created_at": stamp, "updated_at": stamp, "file_size_limit": bucket.size_limit,
                "allowed_mime_types": bucket.media_types,
            }
        )  # fmt: skip

    def _find(self, bucket: str, path: str) -> StoredFile:
        if bucket not in self.buckets:
            raise NO_BUCKET
        if path not in self.buckets[bucket].files:
            raise NO_OBJECT
        return self.buckets[bucket].files[path]

    async def _upload(self, request: web.Request, name: str, path: str) -> web.Response:
        if name not in self.buckets:
            raise NO_BUCKET
        bucket = self.buckets[name]
        if not path or not _KEY.fullmatch(path):
            raise StorageFaultError("400", "InvalidKey", f"Invalid key: {path}", "InvalidKey")
        form = _form(request.headers["Content-Type"], await request.read())
        media_type, content = form["file"]
        media_type = media_type.partition(";")[0]
        allowed = bucket.media_types
        if allowed and not any(fnmatch.fnmatch(media_type, entry) for entry in allowed):
            text = f"mime type {media_type} is not supported"
            raise StorageFaultError("415", "invalid_mime_type", text, "InvalidMimeType")
        if bucket.size_limit is not None and len(content) > bucket.size_limit:
            text = "The object exceeded the maximum allowed size"
            raise StorageFaultError("413", "Payload too large", text, "EntityTooLarge")
        replaces = request.method == "PUT" or request.headers.get("x-upsert") == "true"
        if path in bucket.files and not replaces:
            text = "The resource already exists"
            raise StorageFaultError("409", "Duplicate", text, "KeyAlreadyExists")
        age = form.get("cacheControl", ("", b""))[1].decode()
        bucket.files[path] = StoredFile(
            content, media_type, f"max-age={age}" if age else "no-cache"
        )
        return web.json_response({"Id": str(uuid4()), "Key": f"{name}/{path}"})

    def _remove(self, name: str, body: Json) -> web.Response:
        if name not in self.buckets:
            raise NO_BUCKET
        files, paths = self.buckets[name].files, body["prefixes"]
        if len(paths) > _MAX_PATHS:
            raise StorageFaultError("400", "Error", "too many paths", "InvalidRequest")
        return web.json_response(
            [{"name": path} for path in paths if files.pop(path, None) is not None]
        )

    def _list(self, name: str, body: Json) -> web.Response:
        if name not in self.buckets:
            raise NO_BUCKET
        folder = body["prefix"].strip("/")
        base = f"{folder}/" if folder else ""
        below = [
            path.removeprefix(base) for path in self.buckets[name].files if path.startswith(base)
        ]
        names = sorted({path.partition("/")[0] for path in below})
        offset = int(body.get("offset", 0))
        return web.json_response(
            [
                {"name": each, "id": str(uuid4()) if each in below else None}
                for each in names[offset : offset + int(body.get("limit", 100))]
            ]
        )

    def _sign(self, name: str, path: str, body: Json) -> web.Response:
        seconds = int(body["expiresIn"])
        if path:
            self._find(name, path)
            return web.json_response({"signedURL": self._link(name, path, seconds)})
        if name not in self.buckets:
            raise NO_BUCKET
        rows = []
        for wanted in body["paths"]:
            found = wanted in self.buckets[name].files
            rows.append(
                {
                    "path": wanted,
                    "error": None
                    if found
                    else "Either the object does not exist or you do not have access to it",
                    "signedURL": self._link(name, wanted, seconds) if found else None,
                }
            )
        return web.json_response(rows)

    def _link(self, name: str, path: str, seconds: int) -> str:
        """Relative to `/storage/v1`, as the client expects it."""
        now = int(self._now())
        claims = {"url": f"{name}/{path}", "scope": "download", "iat": now, "exp": now + seconds}
        return f"/object/sign/{name}/{path}?token={jwt.encode(claims, self._secret, 'HS256')}"

    def _signed(self, request: web.Request, path: str) -> web.Response:
        try:
            claims = jwt.decode(
                request.query.get("token", ""), self._secret, algorithms=["HS256"],
                options={"verify_exp": False, "verify_iat": False},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise StorageFaultError("400", "InvalidJWT", str(error), "InvalidJWT") from error
        if claims["exp"] <= self._now():
            text = '"exp" claim timestamp check failed'
            raise StorageFaultError("400", "InvalidJWT", text, "InvalidJWT")
        if claims["url"] != path:
            text = "Invalid signature"
            raise StorageFaultError("400", "InvalidSignature", text, "InvalidSignature")
        name, _, key = path.partition("/")
        return _served(request, self._find(name, key))

    def _open(self, request: web.Request, path: str) -> web.Response:
        name, _, key = path.partition("/")
        if name not in self.buckets or not self.buckets[name].public:
            raise NO_BUCKET
        return _served(request, self._find(name, key))


def _form(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """The fields of a multipart body, each with its declared type."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    fields: dict[str, tuple[str, bytes]] = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode().lower()
        name = head.decode().partition('name="')[2].partition('"')[0]
        media_type = headers.partition("content-type: ")[2].partition("\r\n")[0]
        fields[name] = (media_type, content.removesuffix(b"\r\n"))
    return fields


async def _body(request: web.Request) -> Json:
    parsed: Json = json.loads(await request.read() or b"{}")
    return parsed


def _served(request: web.Request, file: StoredFile) -> web.Response:
    headers = {
        "Content-Type": file.media_type,
        "Cache-Control": file.cache_control,
        "ETag": f'"{hashlib.sha256(file.content).hexdigest()[:32]}"',
        "Accept-Ranges": "bytes",
        "X-Robots-Tag": "none",
    }
    if "download" in request.query:
        headers["Content-Disposition"] = "attachment"
    return web.Response(body=file.content, headers=headers)


_FAULTS = {
    "rls": FORBIDDEN,
    "too_large": StorageFaultError(
        "413", "Payload too large", "The object exceeded the maximum allowed size", "EntityTooLarge"
    ),
    "busy": StorageFaultError(
        "429", "too_many_connections", "Too many connections", "TooMany", 429
    ),
    "database": StorageFaultError(
        "544", "DatabaseTimeout", "The connection timed out", "DbTime", 544
    ),
    "internal": StorageFaultError("500", "internal", "Internal Server Error", "InternalError", 500),
}


def _fault_of(name: str) -> StorageFaultError:
    return _FAULTS[name]
