"""The service is killed or stopped: nothing is lost, left behind or charged twice."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.running_service import RunningService, running_service, running_worker
from tests.simulators.redis_server import RedisServer

pytestmark = pytest.mark.timeout(300)

ACCOUNT = {"email": "founder@example.com", "password": "four plain words here"}
PACKAGE = {"description": "A small bakery that delivers bread", "tlds": []}


def wait_until(is_done: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@contextmanager
def client_of(service: RunningService, path: str) -> Iterator[httpx.Client]:
    """A client of the account, through signing up or logging in."""
    with httpx.Client(base_url=service.address, timeout=60) as client:
        token = client.post(path, json=ACCOUNT).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def processes_of(service: RunningService) -> list[psutil.Process]:
    """The engine's processes; the database's own are not children of ours."""
    return psutil.Process(service.process.pid).children(recursive=True)


def test_what_a_killed_process_was_making_is_made_after_its_next_start(tmp_path: Path) -> None:
    with running_service(tmp_path, None) as service, client_of(service, "/api/auth/signup") as api:
        accepted = api.post(
            "/api/generate/package", json=PACKAGE, headers={"Prefer": "respond-async"}
        )
        address = accepted.headers["location"]
        wait_until(lambda: api.get(address).json()["status"] == "running", 20)
        engine = processes_of(service)
        assert service.end(signal.SIGKILL) == -signal.SIGKILL
        wait_until(lambda: not any(process.is_running() for process in engine), 20)

    with running_service(tmp_path, None) as service, client_of(service, "/api/auth/login") as api:
        found: dict[str, Any] = {}  # Any: JSON values

        def is_terminal() -> bool:
            found.update(api.get(address).raise_for_status().json())
            return found["status"] not in {"pending", "running"}

        wait_until(is_terminal, 60)
        assert (found["status"], found["quota_state"]) == ("success", "spent")
        assert (found["attempt"], found["result"]["status"]) == (2, "completed")
        assert api.get("/api/users/me").json()["generations_remaining"] == 1
        finished = api.post("/api/generate/package", json=PACKAGE)
        assert finished.json()["status"] == "completed"
        assert api.get("/api/users/me").json()["generations_remaining"] == 0
        assert api.post("/api/generate/package", json=PACKAGE).status_code == 429


def test_a_killed_database_of_our_own_is_started_again_and_the_work_goes_on(tmp_path: Path) -> None:
    with running_service(tmp_path, None) as service, client_of(service, "/api/auth/signup") as api:
        accepted = api.post(
            "/api/generate/package", json=PACKAGE, headers={"Prefer": "respond-async"}
        )
        address = accepted.headers["location"]
        lock = tmp_path / "data" / "postgres" / "postmaster.pid"
        psutil.Process(int(lock.read_text().splitlines()[0])).kill()

        def has_ended() -> bool:
            job = api.get(address)
            assert job.status_code in {200, 503}, job.text
            return job.status_code == 200 and job.json()["status"] == "success"

        wait_until(has_ended, 60)
        assert api.get("/api/users/me").json()["generations_remaining"] == 1
        assert service.end() == 0
    assert not lock.exists()


@pytest.mark.parametrize("worker_first", [True, False])
def test_the_last_of_service_and_worker_stops_the_database(
    tmp_path: Path, worker_first: bool
) -> None:
    lock = tmp_path / "data" / "postgres" / "postmaster.pid"
    with (
        RedisServer(tmp_path) as redis,
        running_service(tmp_path, None, REDIS_URL=redis.url) as service,
        running_worker(tmp_path, None, REDIS_URL=redis.url) as worker,
        client_of(service, "/api/auth/signup") as api,
    ):
        assert api.post("/api/generate/package", json=PACKAGE).status_code == 200
        first, last = (worker, service.process) if worker_first else (service.process, worker)
        first.terminate()
        assert first.wait(timeout=60) == 0
        assert lock.exists()
        last.terminate()
        assert last.wait(timeout=60) == 0
        wait_until(lambda: not lock.exists(), 20)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_service_finishes_what_it_accepted_and_leaves_nothing_running(
    tmp_path: Path, how: signal.Signals
) -> None:
    with running_service(tmp_path, None) as service, client_of(service, "/api/auth/signup") as api:
        accepted = api.post(
            "/api/generate/package", json=PACKAGE, headers={"Prefer": "respond-async"}
        )
        address = accepted.headers["location"]
        lock = tmp_path / "data" / "postgres" / "postmaster.pid"
        database = psutil.Process(int(lock.read_text().splitlines()[0]))
        children = [database, *processes_of(service)]
        assert service.end(how) == 0

    wait_until(lambda: not any(process.is_running() for process in children), 20)
    assert not lock.exists()
    with running_service(tmp_path, None) as service, client_of(service, "/api/auth/login") as api:
        assert api.get(address).json()["status"] == "success"
