"""The service as it is deployed, without a changed interval: a worker dies in the middle of it."""

from pathlib import Path

import pytest

from tests.e2e import ledger
from tests.e2e.customers import Customer, come_to_rest, wait_until
from tests.e2e.processes import WORKER, Deployment, deployment, main_program

pytestmark = pytest.mark.timeout(600)

STEPS_BEFORE_LOGOS = {"names", "palette", "domains", "taglines"}
NEVER_S = 3600.0


def reach_the_logos(deployed: Deployment, package: str) -> None:
    """Wait until everything but the logos is kept, and the logos are being drawn."""
    query = f"select step from generation_steps where generation_id = '{package}'"
    url = deployed.postgres.url
    wait_until(lambda: {row["step"] for row in ledger.rows(url, query)} >= STEPS_BEFORE_LOGOS)
    wait_until(lambda: deployed.calls["image"] == ledger.CALLS["logo"])


def test_a_killed_worker_costs_one_package_and_one_charge(tmp_path: Path) -> None:
    with deployment(tmp_path) as deployed:
        api, worker = deployed.api(main_program()), deployed.worker(WORKER)
        deployed.images.api.latency_s = NEVER_S
        package = Customer(api.address).order("one")
        reach_the_logos(deployed, package)
        texts = deployed.calls["text"]
        assert texts == ledger.TEXT_CALLS

        worker.kill()
        deployed.images.api.latency_s = 0
        worker.start()
        come_to_rest(deployed)

        assert deployed.calls == {"text": texts, "image": 2 * ledger.CALLS["logo"]}
        assert (worker.end(), api.end()) == (0, 0)
        found = ledger.audit(deployed.postgres.url, deployed.storage)
        assert (found.packages, found.again) == ({package: "success"}, 1)


def test_a_stopped_worker_hands_its_work_on(tmp_path: Path) -> None:
    with deployment(tmp_path) as deployed:
        api, worker = deployed.api(main_program()), deployed.worker(WORKER)
        deployed.images.api.latency_s = NEVER_S
        package = Customer(api.address).order("one")
        reach_the_logos(deployed, package)

        assert worker.end() == 0  # within a minute
        state = f"select status, handed_back, lease_owner from generations where id = '{package}'"
        (handed_back,) = ledger.rows(deployed.postgres.url, state)
        assert handed_back == {"status": "pending", "handed_back": 1, "lease_owner": None}

        deployed.images.api.latency_s = 0
        other = deployed.worker(WORKER)
        come_to_rest(deployed)
        assert deployed.calls["text"] == ledger.TEXT_CALLS
        assert (other.end(), api.end()) == (0, 0)
        found = ledger.audit(deployed.postgres.url, deployed.storage)
        assert found.packages == {package: "success"}
