"""Workers as they are deployed, without a changed interval: they die in the middle of packages."""

from pathlib import Path

import pytest

from tests.e2e import ledger
from tests.e2e.customers import Customer, come_to_rest, wait_until
from tests.e2e.processes import WORKER, deployment, main_program

pytestmark = pytest.mark.timeout(600)

LOGOS = ledger.CALLS["logo"]
NEVER_S = 3600.0
STATES = "select status, attempt, handed_back from generations where attempt > 0 order by 3"
DONE = """
select count(*) from generation_steps
where status = 'completed' and step in ('names', 'palette', 'domains', 'taglines')"""


def test_a_killed_and_a_stopped_worker_cost_nothing_but_time(tmp_path: Path) -> None:
    with deployment(tmp_path) as deployed:
        url = deployed.postgres.url
        api = deployed.api(main_program())
        killed, stopped = deployed.worker(WORKER), deployed.worker(WORKER)
        deployed.images.api.latency_s = NEVER_S
        packages = [Customer(api.address, number).order("one") for number in range(2)]
        wait_until(lambda: deployed.calls["image"] == 2 * LOGOS)  # one package a worker
        wait_until(lambda: ledger.rows(url, DONE) == [{"count": 2 * 4}])
        texts = deployed.calls["text"]
        assert texts == 2 * ledger.TEXT_CALLS

        stopping = stopped.tell_to_end()
        killed.kill()
        assert stopping.wait(timeout=60) == 0  # promise P10
        broken_off, handed_back = ledger.rows(url, STATES)
        assert broken_off["handed_back"] == 0
        assert handed_back == {"status": "pending", "attempt": 1, "handed_back": 1}

        deployed.images.api.latency_s = 0
        worker = deployed.worker(WORKER)
        come_to_rest(deployed)
        assert ledger.rows(url, STATES) == [
            {"status": "success", "attempt": 2, "handed_back": handed_back}
            for handed_back in (0, 1)
        ]
        assert deployed.calls == {"text": texts, "image": 2 * 2 * LOGOS}
        assert (worker.end(), api.end()) == (0, 0)
        found = ledger.audit(url, deployed.storage)
        assert found.packages == dict.fromkeys(packages, "success")
