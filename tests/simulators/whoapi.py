"""A stand-in for WhoAPI, request "taken" (contract, section 1.2): whatever happens, HTTP is 200."""

from aiohttp import web

from tests.simulators.http_server import HttpSimulator

KEY = "whoapi-key-for-tests-only-71c2"


class WhoApiSimulator(HttpSimulator):
    """Says of each name what `taken` holds, and "0" of the rest.

    A mode `status:16` answers with that status, `taken:…` with that JSON value, `raw:…` with the
    text itself.
    """

    def __init__(self) -> None:
        super().__init__(self._whoapi)
        self.taken: dict[str, object] = {}

    @property
    def asked(self) -> list[str]:
        """The names asked for, in order."""
        return [seen.query.get("domain", "") for seen in self.seen]

    async def _whoapi(self, request: web.Request) -> web.StreamResponse:
        kind, _, value = request["mode"].partition(":")
        query = request.query
        if kind == "raw":
            return web.Response(text=value, content_type="text/html")
        if kind == "taken":
            return web.Response(text=f'{{"status":"0","taken":{value}}}', content_type="text/html")
        status = value if kind == "status" else "0"
        if query.get("apikey") != KEY:
            status = "12"
        elif not query.get("domain"):
            status = "9"
        elif query.get("r") != "taken":
            status = "8"
        body: dict[str, object] = {"status": status, "status_desc": f"for {query.get('apikey')}"}
        if status == "0":
            body["taken"] = self.taken.get(query["domain"], "0")
        return web.json_response(body)
