"""The service is told to stop while it is asked, watched and at work."""

from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from tests.e2e import ledger
from tests.e2e.customers import Customer, come_to_rest, wait_until
from tests.e2e.processes import Deployment, deployment, main_program

pytestmark = pytest.mark.timeout(300)

SLOW_S, NEVER_S = 4.0, 3600.0
BEGUN = ["job.accepted", "job.started", "step.started"]
GONE_S = 30  # promise P10
BRIEF = {"description": "A small bakery that delivers bread", "name": "Crumbloom"}


def ask(customer: Customer, what: str) -> httpx.Response:
    """Ask for a result and wait for it."""
    return httpx.post(
        f"{customer.address}/api/generate/{what}", json=BRIEF, headers=customer.headers, timeout=60
    )


def watch(customer: Customer, place: str, seen: list[str]) -> None:
    """Note the types of all events until the stream ends."""
    with httpx.stream("GET", f"{place}/events", headers=customer.headers, timeout=60) as stream:
        seen.extend(
            line.removeprefix("event: ")
            for line in stream.iter_lines()
            if line.startswith("event: ")
        )


def readiness(line: HTTPConnection) -> int:
    """What a balancer hears on the connection that it keeps."""
    line.request("GET", "/health/ready")
    answer = line.getresponse()
    answer.read()
    return answer.status


def jobs(customer: Customer) -> dict[str, str]:
    """Where each job of the customer is, by its kind."""
    listed = httpx.get(f"{customer.address}/api/users/history", headers=customer.headers)
    return {
        job["generation_type"]: f"{customer.address}/api/generations/{job['id']}"
        for job in listed.raise_for_status().json()["items"]
    }


def ask_slowly(
    deployed: Deployment, pool: ThreadPoolExecutor, customer: Customer, what: str, seconds: float
) -> "Future[httpx.Response]":
    """Ask for something that the text model takes so long for; it is being asked on return."""
    deployed.providers.text.latency_s = seconds
    before = deployed.calls["text"]
    answer = pool.submit(ask, customer, what)
    wait_until(lambda: deployed.calls["text"] > before)
    return answer


def test_a_stopped_service_answers_or_tells_where_the_answer_will_be(tmp_path: Path) -> None:
    with deployment(tmp_path, with_redis=False) as deployed, ThreadPoolExecutor() as pool:
        api = deployed.api(main_program())
        customer = Customer(api.address)
        balancer = HTTPConnection("127.0.0.1", api.port)
        assert readiness(balancer) == 200
        never = ask_slowly(deployed, pool, customer, "taglines", NEVER_S)
        slow = ask_slowly(deployed, pool, customer, "colors", SLOW_S)
        place = jobs(customer)["tagline"]
        seen: list[str] = []
        stream = pool.submit(watch, customer, place, seen)
        wait_until(lambda: len(seen) == len(BEGUN))

        process = api.tell_to_end()
        wait_until(lambda: readiness(balancer) == 503, 5)
        stream.result(timeout=5)
        assert seen == BEGUN
        assert slow.result().status_code == 200
        assert never.result().status_code == 202
        assert never.result().headers["location"] == place.removeprefix(customer.address)
        assert process.wait(timeout=GONE_S) == 0
        balancer.close()

        deployed.providers.text.latency_s = 0
        api.start()
        come_to_rest(deployed)
        job = httpx.get(place, headers=customer.headers).raise_for_status().json()
        assert (job["status"], job["attempt"]) == ("success", 2)
        assert api.end() == 0
        ledger.audit(deployed.postgres.url, deployed.storage)
