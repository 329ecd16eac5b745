"""Any process may be killed at any moment: one package, one charge, one set of files."""

import random
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import redis

from tests.e2e import ledger
from tests.e2e.processes import Api, Deployment, Program, deployment
from tests.e2e.quick import LEASE_S
from tests.simulators.redis_server import RedisServer

pytestmark = pytest.mark.timeout(600)

PACKAGES = 30
SEED = 20
SPREAD_S = 20.0
MORE_DISASTERS = 3
REST_S = 300  # after the last crash everything has ended: promise P3


class Customer:
    """Somebody who repeats a request until it is answered."""

    def __init__(self, api: Api, number: int) -> None:
        self._address = api.address
        body = {"email": f"customer-{number}@example.com", "password": "four plain words here"}
        answer = httpx.post(f"{api.address}/api/auth/signup", json=body).raise_for_status()
        self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def order(self, key: str, pause_s: float = 0) -> str:
        """Where the package will be; asked for with one key however often."""
        time.sleep(pause_s)
        headers = self._headers | {"Prefer": "respond-async", "Idempotency-Key": key}
        body = {"description": f"A small bakery that delivers bread, order {key}", "tlds": []}
        until = time.monotonic() + REST_S
        while True:
            assert time.monotonic() < until, "no answer"
            try:
                answer = httpx.post(
                    f"{self._address}/api/generate/package", json=body, headers=headers, timeout=30
                )
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if answer.status_code not in {409, 503}:
                break
            time.sleep(0.3)
        assert answer.is_success, answer.text
        return answer.headers["location"]


def come_to_rest(deployed: Deployment) -> None:
    """Wait until everything has ended and every message is sent."""
    until = time.monotonic() + REST_S
    while unrested := ledger.unrested(deployed.postgres.url):
        assert time.monotonic() < until, unrested
        time.sleep(0.2)


class Disasters:
    """What may happen to a deployment with two workers; each is over when its method returns."""

    def __init__(self, deployed: Deployment, chance: random.Random) -> None:
        self._deployed = deployed
        self._chance = chance
        self.api = deployed.api()
        self.workers = [deployed.worker(), deployed.worker()]

    def kill_api(self) -> None:
        self.api.kill()
        self.api.start()

    def kill_worker_child(self) -> None:
        children = self._worker().children()
        if children:  # it may just be starting
            self._chance.choice(children).kill()

    def kill_worker(self) -> None:
        worker = self._worker()
        worker.kill()
        worker.start()

    def freeze_worker(self) -> None:
        worker = self._worker()
        worker.signal(signal.SIGSTOP)
        time.sleep(1.5 * LEASE_S)
        worker.signal(signal.SIGCONT)

    def kill_redis(self) -> None:
        self._redis.stop()
        self._redis.start()

    def flush_redis(self) -> None:
        with redis.Redis.from_url(self._redis.url) as client:
            client.flushall()

    def kill_postgres(self) -> None:
        self._deployed.postgres.kill()
        self._deployed.postgres.start()

    def all(self) -> list[Callable[[], None]]:
        """Each of them."""
        return [
            self.kill_api,
            self.kill_worker_child,
            self.kill_worker,
            self.freeze_worker,
            self.kill_redis,
            self.flush_redis,
            self.kill_postgres,
        ]

    def _worker(self) -> Program:
        return self._chance.choice(self.workers)

    @property
    def _redis(self) -> RedisServer:
        assert self._deployed.redis is not None
        return self._deployed.redis


def test_thirty_packages_outlive_the_death_of_every_process(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with deployment(tmp_path) as deployed, ThreadPoolExecutor(PACKAGES) as pool:
        disasters = Disasters(deployed, chance)
        customers = [Customer(disasters.api, number) for number in range(PACKAGES // ledger.UNITS)]
        keys = [f"order-{number}" for number in range(PACKAGES)]
        ordered = [
            pool.submit(customers[number % len(customers)].order, key, chance.uniform(0, SPREAD_S))
            for number, key in enumerate(keys)
        ]
        happen = disasters.all() + chance.choices(disasters.all(), k=MORE_DISASTERS)
        chance.shuffle(happen)
        for disaster in happen:
            time.sleep(chance.uniform(0, 2))
            disaster()
        places = [order.result() for order in ordered]
        assert len(set(places)) == PACKAGES
        come_to_rest(deployed)
        again = [customers[n % len(customers)].order(key) for n, key in enumerate(keys)]
        assert again == places, "a repeated request gets the first one's answer"

        assert [worker.end() for worker in disasters.workers] == [0, 0]
        assert disasters.api.end() == 0
        found = ledger.audit(deployed.postgres.url, deployed.storage)
        assert {place.rpartition("/")[2] for place in places} == found.packages.keys()
        succeeded = list(found.packages.values()).count("success")
        print(found.packages.values(), found.orphans, "orphans")
        assert succeeded > PACKAGES / 2
