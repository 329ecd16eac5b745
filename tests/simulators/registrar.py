"""A stand-in for Cloudflare Registrar's domain-check (contract, section 1.3)."""

import json

from aiohttp import web

from tests.simulators.http_server import HttpSimulator

KEY = "cf-token-for-tests-only-9b1d"
ACCOUNT = "0123456789abcdef0123456789abcdef"


def sold(
    registration: str = "10.46", renewal: str = "11.20", **members: object
) -> dict[str, object]:
    """A name that can be registered."""
    pricing = {"currency": "USD", "registration_cost": registration, "renewal_cost": renewal}
    return {"registrable": True, "tier": "standard", "pricing": pricing} | members


def refused(reason: str, **members: object) -> dict[str, object]:
    """A name that cannot."""
    return {"registrable": False, "reason": reason} | members


class RegistrarSimulator(HttpSimulator):
    """Gives of each name the row in `rows`, a standard quote of the rest; None leaves it out."""

    def __init__(self) -> None:
        super().__init__(self._registrar)
        self.rows: dict[str, dict[str, object] | None] = {}

    @property
    def asked(self) -> list[list[str]]:
        """The names of each call, in order."""
        return [json.loads(seen.body)["domains"] for seen in self.seen]

    async def _registrar(self, request: web.Request) -> web.StreamResponse:
        mode = request["mode"]
        if mode in _BODIES:
            return web.json_response(_BODIES[mode])
        if mode.startswith("raw:"):
            return web.Response(text=mode[4:], content_type="application/json")
        if request.path != f"/accounts/{ACCOUNT}/registrar/domain-check":
            return _error(404, 7003, "Could not route")
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, 10000, "Authentication error")
        domains = (await request.json())["domains"]
        if not 1 <= len(domains) <= 20:
            return _error(400, 1007, "Too many domains")
        rows = [
            {"name": domain} | row
            for domain in domains
            if (row := self.rows.get(domain, sold())) is not None
        ]
        if mode == "shuffled":
            rows.reverse()
        return web.json_response(
            {"success": True, "errors": [], "messages": [], "result": {"domains": rows}}
        )


def _error(status: int, code: int, message: str) -> web.Response:
    body = {"success": False, "errors": [{"code": code, "message": message}], "result": None}
    return web.json_response(body, status=status)


_BODIES: dict[str, object] = {
    "failure_in_200": {
        "success": False,
        "errors": [{"code": 1000, "message": "?"}],
        "result": None,
    },
    "success_as_text": {"success": "true", "errors": [], "result": {"domains": []}},
    "no_result": {"success": True, "errors": [], "messages": []},
    "domains_is_object": {"success": True, "errors": [], "result": {"domains": {}}},
    "list": [],
}
