"""Any process may be killed at any moment: one package, one charge, one set of files."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from tests.e2e import ledger
from tests.e2e.customers import Customer, come_to_rest, wait_until
from tests.e2e.processes import Api, Deployment, Program, deployment
from tests.e2e.quick import LEASE_S
from tests.simulators.redis_server import RedisServer

pytestmark = pytest.mark.timeout(600)

PACKAGES = 30
FEWER = 10
SEED = 20
SPREAD_S = 12.0
MORE_DISASTERS = 3
RUNNING = "select id from generations where status = 'running' limit 1"


class Disasters:
    """What may happen to a deployment with two workers; each is over when its method returns."""

    def __init__(self, deployed: Deployment, chance: random.Random) -> None:
        self._deployed = deployed
        self._chance = chance
        self.api = deployed.api()
        self.workers = [deployed.worker(processes=2) for _ in range(2)]

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
        worker = self._chance.choice(self.workers)
        worker.revive()
        return worker

    @property
    def _redis(self) -> RedisServer:
        assert self._deployed.redis is not None
        return self._deployed.redis


def order_all(
    pool: ThreadPoolExecutor, customers: Sequence[Customer], number: int, chance: random.Random
) -> dict[str, "Future[str]"]:
    """Every customer orders in turn, at random moments; the answers by key."""
    return {
        f"order-{n}": pool.submit(
            customers[n % len(customers)].order, f"order-{n}", chance.uniform(0, SPREAD_S)
        )
        for n in range(number)
    }


def wait_until_busy(deployed: Deployment, ordered: Mapping[str, "Future[str]"]) -> None:
    """Wait until something is being made, or all has been."""
    url = deployed.postgres.url
    wait_until(
        lambda: (
            ledger.rows(url, RUNNING)
            or (all(order.done() for order in ordered.values()) and not ledger.unrested(url))
        )
    )


def test_thirty_packages_outlive_the_death_of_every_process(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with deployment(tmp_path) as deployed, ThreadPoolExecutor(PACKAGES) as pool:
        disasters = Disasters(deployed, chance)
        customers = customers_for(disasters.api, PACKAGES)
        ordered = order_all(pool, customers, PACKAGES, chance)
        happen = disasters.all() + chance.choices(disasters.all(), k=MORE_DISASTERS)
        chance.shuffle(happen)
        for disaster in happen:
            wait_until_busy(deployed, ordered)
            time.sleep(chance.uniform(0, 2))
            disaster()
        packages = {key: order.result() for key, order in ordered.items()}
        come_to_rest(deployed, disasters.workers)
        check_repeated(customers, packages)
        for worker in disasters.workers:
            worker.end()  # one that a supervisor has just started does so without a farewell
        assert disasters.api.end() == 0
        check_ledger(deployed, packages)


def test_packages_outlive_the_death_of_the_only_process(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    with deployment(tmp_path, with_redis=False) as deployed, ThreadPoolExecutor(FEWER) as pool:
        api = deployed.api()
        customers = customers_for(api, FEWER)
        ordered = order_all(pool, customers, FEWER, chance)
        for disaster in (api.kill, deployed.postgres.kill, api.kill):
            wait_until_busy(deployed, ordered)
            time.sleep(chance.uniform(0, 2))
            disaster()
            (api if disaster == api.kill else deployed.postgres).start()
        packages = {key: order.result() for key, order in ordered.items()}
        come_to_rest(deployed)
        check_repeated(customers, packages)
        assert api.end() == 0
        check_ledger(deployed, packages)


def customers_for(api: Api, packages: int) -> list[Customer]:
    """As many as the packages need who each spend the whole quota."""
    return [Customer(api.address, number) for number in range(packages // ledger.UNITS)]


def check_repeated(customers: Sequence[Customer], packages: Mapping[str, str]) -> None:
    """A repeated request gets what the first one got."""
    for number, (key, package) in enumerate(packages.items()):
        assert customers[number % len(customers)].order(key) == package


def check_ledger(deployed: Deployment, packages: Mapping[str, str]) -> None:
    """Nothing is lost, nothing is there twice, and the disasters did hit work."""
    found = ledger.audit(deployed.postgres.url, deployed.storage)
    assert set(packages.values()) == found.packages.keys()
    assert len(found.packages) == len(packages)
    assert found.again > 0, "nothing was hit"
    assert list(found.packages.values()).count("success") > len(packages) / 2
