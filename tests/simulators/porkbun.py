"""A stand-in for Porkbun's public price list (contract, section 1.3)."""

from aiohttp import web

from tests.simulators.http_server import HttpSimulator


def row(
    registration: object, renewal: object, transfer: object = "11.08", **members: object
) -> object:
    """One suffix of the list."""
    prices = {"registration": registration, "renewal": renewal, "transfer": transfer}
    return prices | {"coupons": []} | members


LISTED: dict[str, object] = {
    "com": row("11.98", "12.10"),
    "so": row("31.20", "46.65"),
    "inc": row("257.98", "2,060.25"),
    "ai": row("82.70", "82.70"),
    "free": row("9.00", "9.00", "0.00", coupons={"registration": {"code": "X", "amount": 1}}),
    "hns": row("5.00", "5.00", specialType="handshake"),
    "nothing": row("0.00", "5.00"),
    "number": row(9.5, 9.5),
    "broken": row("1.2.3", "9"),
    "text": "soon",
    "half": {"registration": "3.00"},
}


class PorkbunSimulator(HttpSimulator):
    """Serves `listed`. A mode `raw:…` answers with the text itself."""

    def __init__(self) -> None:
        super().__init__(self._porkbun)
        self.listed = dict(LISTED)

    async def _porkbun(self, request: web.Request) -> web.StreamResponse:
        mode = request["mode"]
        if mode.startswith("raw:"):
            return web.Response(text=mode[4:], content_type="application/json")
        if request.path != "/api/json/v3/pricing/get":
            return web.json_response({"status": "ERROR", "message": "Invalid endpoint"}, status=400)
        wanted = request.query.get("tlds", ",".join(self.listed)).split(",")
        pricing = {tld: self.listed[tld] for tld in wanted if tld in self.listed}
        return web.json_response({"status": "SUCCESS", "pricing": pricing})
