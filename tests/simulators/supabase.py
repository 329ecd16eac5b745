"""A stand-in for a Supabase project on a real socket: Auth and Storage behind their gateway.

Written from contract supabase.md, section 7 above all. `modes` of the HTTP simulator make single
requests fail; `switches` set the project up; `skip` moves its clock; `mails` is the side channel
by which a test reads the post.
"""

import json
import time

from aiohttp import web

from tests.simulators.gotrue import GoTrue
from tests.simulators.gotrue_rows import Mail
from tests.simulators.http_server import HttpSimulator, Seen
from tests.simulators.supabase_keys import FaultError, Keyring, Switches
from tests.simulators.supabase_storage import StorageServer

_NEW_ERRORS = "2024-01-01"
_MAX_BODY = 1_000_000

SECRET_TEXT = "provider text that nobody may see"


class SupabaseSimulator(HttpSimulator):
    """One project. Its address is `url` while it is entered."""

    def __init__(self, **switches: object) -> None:
        super().__init__(self._serve)
        self.switches = Switches(**switches)  # type: ignore[arg-type]  # named by the tests
        self._skipped = 0.0
        self.keyring = Keyring(self.switches, self.now)
        self.gotrue = GoTrue(self.switches, self.keyring, self.now)
        self.storage = StorageServer(self.keyring, self.now)
        self.called: dict[str, list[Seen]] = {}  # deployed Edge Functions, and who called them

    def now(self) -> float:
        """Seconds since 1970 on the project's clock."""
        return time.time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let time pass."""
        self._skipped += seconds

    @property
    def mails(self) -> list[Mail]:
        """All mails that were sent, the newest last."""
        return self.gotrue.mails

    def paths(self, method: str | None = None) -> list[str]:
        """The paths of all requests so far, oldest first."""
        return [seen.path for seen in self.seen if method in {None, seen.method}]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.keyring.issuer = f"{self.url}/auth/v1"
        try:
            if request.path.startswith("/auth/v1/"):
                return await self._serve_auth(request)
            if request.path.startswith("/storage/v1/"):
                bearer = self.keyring.authorization(request, guarded=False)
                return await self.storage.serve(request, bearer)
            if request.path.startswith("/functions/v1/"):
                return self._serve_function(request)
        except web.HTTPUnauthorized as refusal:
            return web.Response(status=401, text=refusal.text, content_type="application/json")
        return web.json_response({"message": "no Route matched with those values"}, status=404)

    def _serve_function(self, request: web.Request) -> web.StreamResponse:
        """What a function does that lets in nobody but the service itself."""
        name = request.path.rpartition("/")[2]
        if name not in self.called:
            return web.json_response({"code": "NOT_FOUND", "message": SECRET_TEXT}, status=404)
        bearer = self.keyring.authorization(request, guarded=False)
        if bearer != self.keyring.service_jwt:
            return web.json_response({"error": SECRET_TEXT}, status=401)
        self.called[name].append(self.seen[-1])
        return web.json_response({"id": "49a3999c"})

    async def _serve_auth(self, request: web.Request) -> web.StreamResponse:
        bearer = self.keyring.authorization(request, guarded=True)
        try:
            _raise_wanted(request["mode"])
            return self.gotrue.serve(request, _parsed(await request.read()), bearer)
        except FaultError as fault:
            return _answer(request, fault)


def _raise_wanted(mode: str) -> None:
    """`fault:422:weak_password` and the like make a request fail so."""
    if mode.startswith("fault:"):
        _, status, code = mode.split(":")
        raise FaultError(int(status), code, SECRET_TEXT, weak_password={"reasons": ["pwned"]})


def _parsed(body: bytes) -> dict[str, object]:
    if len(body) > _MAX_BODY:
        raise FaultError(413, "request_entity_too_large", "Request body too large")
    try:
        parsed = json.loads(body or b"{}")
    except ValueError as error:
        raise FaultError(400, "bad_json", "Could not parse request body as JSON") from error
    assert isinstance(parsed, dict)
    return parsed


def _answer(request: web.Request, fault: FaultError) -> web.Response:
    """The error in the form that the request's version header asks for (section 3.1)."""
    asked = request.headers.get("X-Supabase-Api-Version", "")
    headers = {} if fault.code == "weak_password" else {"x-sb-error-code": fault.code}
    if asked >= _NEW_ERRORS:
        body = {"code": fault.code, "message": fault.message, **fault.more}
        headers["X-Supabase-Api-Version"] = _NEW_ERRORS
    else:
        body = {
            "code": fault.status, "error_code": fault.code, "msg": fault.message, **fault.more
        }  # fmt: skip
    return web.json_response(body, status=fault.status, headers=headers)
