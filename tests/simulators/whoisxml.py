"""A stand-in for WhoisXML API: Domain Availability and the balance (contract, section 1.1)."""

from aiohttp import web

from tests.simulators.http_server import HttpSimulator

KEY = "at_29alphanumericsForTestsOnly000"
BALANCE = "/user-service/account-balance"
RESTRICTED = "Access restricted. Check credits balance or enter the correct API key."


class WhoisXmlSimulator(HttpSimulator):
    """Says of each name what `values` holds, and AVAILABLE of the rest."""

    def __init__(self) -> None:
        super().__init__(self._whoisxml)
        self.values: dict[str, str] = {}

    @property
    def asked(self) -> list[str]:
        """The names asked for, in order."""
        return [seen.query.get("domainName", "") for seen in self.seen]

    async def _whoisxml(self, request: web.Request) -> web.StreamResponse:
        mode, query = request["mode"], request.query
        if mode in _BODIES:
            status, body = _BODIES[mode]
            return web.json_response(body, status=status)
        if request.path not in {"/api/v1", BALANCE} or request.method != "GET":
            return web.json_response({"code": 404, "messages": "Not found"}, status=404)
        if query.get("apiKey") != KEY:
            return web.json_response({"code": 403, "messages": RESTRICTED}, status=403)
        if request.path == BALANCE:
            return web.json_response({"data": []})
        if not query.get("domainName"):
            return web.json_response({"code": 422, "messages": ["domainName"]}, status=422)
        domain = query["domainName"]
        value = self.values.get(domain, "AVAILABLE")
        if query.get("mode") != "DNS_AND_WHOIS" or query.get("credits") != "DA":
            value = "UNAVAILABLE" if mode == "ok" else value  # what the defaults would say
        return web.json_response(
            {"DomainInfo": {"domainName": domain, "domainAvailability": value}}
        )


_BODIES: dict[str, tuple[int, object]] = {
    "restricted": (403, {"code": 403, "messages": RESTRICTED}),
    "restricted_list": (403, {"code": 403, "messages": [RESTRICTED]}),
    "unauthorised": (401, {"code": 401, "messages": RESTRICTED}),
    "unpaid": (402, {"code": 402, "messages": RESTRICTED}),
    "older": (403, {"ErrorMessage": {"errorCode": "403", "msg": RESTRICTED}}),
    "older_in_200": (200, {"ErrorMessage": {"errorCode": "403", "msg": RESTRICTED}}),
    "code_in_200": (200, {"code": 403, "messages": RESTRICTED}),
    "rate_in_200": (200, {"code": 429, "messages": "Too many requests"}),
    "odd_error": (200, {"ErrorMessage": {"errorCode": "WHOIS_00", "msg": "?"}}),
    "bad_parameter": (400, {"code": 400, "messages": "mode"}),
    "bad_name": (422, {"code": 422, "messages": ["domainName"]}),
    "rate": (429, {"code": 429, "messages": "Too many requests"}),
    "no_info": (200, {}),
    "info_is_text": (200, {"DomainInfo": "none"}),
    "other_name": (
        200,
        {"DomainInfo": {"domainName": "other.com", "domainAvailability": "AVAILABLE"}},
    ),
    "list": (200, []),
}
