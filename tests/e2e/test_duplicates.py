"""The queue repeats itself: one package, one charge, one set of files."""

from pathlib import Path

import pytest
import redis

from tests.e2e import ledger
from tests.e2e.customers import Customer, come_to_rest, wait_until
from tests.e2e.deliveries import DELIVERIES, VISIBILITY_S
from tests.e2e.processes import Deployment, deployment
from workers.celery_app import build_celery_app

pytestmark = pytest.mark.timeout(300)

QUEUE = "celery"
COPIES = 5
CALLS = {"text": ledger.TEXT_CALLS, "image": ledger.CALLS["logo"]}


def check_made_once(deployed: Deployment, package: str) -> None:
    come_to_rest(deployed)
    assert deployed.calls == CALLS
    found = ledger.audit(deployed.postgres.url, deployed.storage)
    assert (found.packages, found.again, found.orphans) == ({package: "success"}, 0, 0)


def test_a_message_copied_five_times_makes_one_package(tmp_path: Path) -> None:
    with deployment(tmp_path) as deployed:
        api = deployed.api()
        package = Customer(api.address).order("one")
        assert deployed.redis is not None
        with redis.Redis.from_url(deployed.redis.url) as queue:
            wait_until(lambda: queue.llen(QUEUE))
            queue.rpush(QUEUE, *[queue.lindex(QUEUE, 0)] * COPIES)
            app = build_celery_app(deployed.redis.url)
            for _ in range(COPIES):
                app.send_task("generations.run", args=[package])
            assert queue.llen(QUEUE) == 1 + 2 * COPIES

            workers = [deployed.worker(), deployed.worker()]
            wait_until(lambda: not queue.llen(QUEUE) and not queue.hlen("unacked"))
        check_made_once(deployed, package)
        assert [worker.end() for worker in workers] == [0, 0]


def test_a_task_longer_than_the_visibility_timeout_makes_one_package(tmp_path: Path) -> None:
    with deployment(tmp_path) as deployed:
        api = deployed.api()
        deliveries = tmp_path / DELIVERIES
        deployed.images.api.latency_s = 4 * VISIBILITY_S
        package = Customer(api.address).order("one")
        for _ in range(2):
            deployed.worker("tests.e2e.short_visibility")
        check_made_once(deployed, package)
        assert len(deliveries.read_text().split()) > 1, "the task was not delivered again"
