"""Those who order packages, and repeat a request until it is answered."""

import time
from collections.abc import Callable, Sequence

import httpx

from tests.e2e import ledger
from tests.e2e.processes import Deployment, Program

REST_S = 300  # after the last crash everything has ended: promise P3
_AGAIN = {409, 503}


class Customer:
    """An account of the service at an address; `number` makes it one of its own."""

    def __init__(self, address: str, number: int = 0) -> None:
        body = {"email": f"customer-{number}@example.com", "password": "four plain words here"}
        answer = httpx.post(f"{address}/api/auth/signup", json=body).raise_for_status()
        self.address = address
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def order(self, key: str, pause_s: float = 0) -> str:
        """The id of the package that is asked for with this key, however often."""
        time.sleep(pause_s)
        headers = self.headers | {"Prefer": "respond-async", "Idempotency-Key": key}
        body = {"description": f"A small bakery that delivers bread, order {key}", "tlds": []}
        until = time.monotonic() + REST_S
        while True:
            assert time.monotonic() < until, "no answer"
            try:
                answer = httpx.post(
                    f"{self.address}/api/generate/package", json=body, headers=headers, timeout=30
                )
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code not in _AGAIN:
                break
            time.sleep(0.3)
        assert answer.is_success, answer.text
        return answer.headers["location"].rpartition("/")[2]


def wait_until(is_done: Callable[[], object], seconds: float = REST_S) -> None:
    """Look again and again."""
    until = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def come_to_rest(deployed: Deployment, supervised: Sequence[Program] = ()) -> None:
    """Wait until everything has ended and every message is sent."""
    until = time.monotonic() + REST_S
    while unrested := ledger.unrested(deployed.postgres.url):
        assert time.monotonic() < until, unrested
        time.sleep(0.2)
        for program in supervised:
            program.revive()
