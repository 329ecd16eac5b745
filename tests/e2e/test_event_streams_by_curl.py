"""Progress as `curl -N` shows it, with the work done by a worker: no gap and no repeat."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import redis

from tests.running_service import RunningService, running_service, running_worker
from tests.simulators.redis_server import RedisServer

CURL = shutil.which("curl")
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(CURL is None, reason="no curl; test_event_streams.py streams without it"),
    pytest.mark.usefixtures("database"),  # without a row in it
]

ACCOUNT = {"email": "founder@example.com", "password": "four plain words here"}
PACKAGE = {"description": "A small bakery that delivers bread", "tlds": []}
LAST = "job.success"


@dataclass
class Stream:
    """A running curl, and the events that it has shown so far."""

    process: "subprocess.Popen[str]"
    ids: list[int] = field(default_factory=list)
    types: list[str] = field(default_factory=list)

    def read(self, until: int | None = None) -> None:
        """Read up to the event with this number, or to the end of the stream."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                self.types.append(value)
            elif name == "id":
                self.ids.append(int(value))
                if self.ids[-1] == until:
                    return
        assert until is None, f"the stream ended before event {until}"

    def cut(self) -> None:
        """Break the connection off."""
        self.process.kill()
        self.process.wait(timeout=20)


@contextmanager
def curl(address: str, **headers: str) -> Iterator[Stream]:
    """`curl -N` at an address."""
    assert CURL is not None
    given = [part for pair in headers.items() for part in ("-H", f"{pair[0]}: {pair[1]}")]
    process = subprocess.Popen(
        [CURL, "-sSfN", "--noproxy", "*", *given, address], stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield Stream(process)
        finally:
            process.kill()


class Deployment:
    """A service that leaves its work to workers, of which there is none yet."""

    def __init__(self, folder: Path, database_url: str, broker: RedisServer) -> None:
        self._folder = folder
        self._url = database_url
        self._variables = {"REDIS_URL": broker.url, "DATABASE_POOL_SIZE": "4"}

    @contextmanager
    def service(self) -> Iterator[RunningService]:
        with running_service(
            self._folder, self._url, PUBLIC_URL="http://localhost:8000", **self._variables
        ) as service:
            yield service

    def wait_for_the_message(self) -> None:
        """Return when the broker has it: a process that dies before keeps it for a while."""
        with redis.Redis.from_url(self._variables["REDIS_URL"]) as client:
            while not client.llen("celery"):
                time.sleep(0.05)

    @contextmanager
    def worker(self) -> Iterator[None]:
        with running_worker(self._folder, self._url, **self._variables):
            yield


@pytest.fixture
def deployed(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    with RedisServer(tmp_path) as broker:
        yield Deployment(tmp_path, database_url, broker)


def order(service: RunningService) -> tuple[str, dict[str, str]]:
    """The path of a package's job, and the headers of its owner."""
    session = httpx.post(f"{service.address}/api/auth/signup", json=ACCOUNT).json()
    owner = {"Authorization": f"Bearer {session['access_token']}"}
    accepted = httpx.post(
        f"{service.address}/api/generate/package",
        json=PACKAGE,
        headers=owner | {"Prefer": "respond-async"},
    )
    assert accepted.status_code == 202, accepted.text
    return accepted.headers["location"], owner


def assert_whole(*streams: Stream) -> None:
    """Together they tell everything once, from the first event to the last."""
    ids = [number for stream in streams for number in stream.ids]
    types = [name for stream in streams for name in stream.types]
    assert ids == list(range(1, len(ids) + 1))
    assert (types[0], types[-1]) == ("job.accepted", LAST)
    assert types.count("step.completed") == 5
    assert types.count(LAST) == 1


def test_a_stream_tells_from_the_first_moment_and_goes_on_after_a_cut(deployed: Deployment) -> None:
    with deployed.service() as service:
        path, owner = order(service)
        events = f"{service.address}{path}/events"
        with curl(events, **owner) as first:
            first.read(until=1)  # there is no worker yet: nothing else has happened
            with deployed.worker():
                first.read(until=4)
                first.cut()
                with curl(events, **owner, **{"Last-Event-ID": "4"}) as second:
                    second.read()
        with curl(f"{events}?after=0", **owner) as whole:
            whole.read()

    assert_whole(first, second)
    assert_whole(whole)


def test_a_ticket_opens_one_stream_and_another_one_goes_on(deployed: Deployment) -> None:
    with deployed.service() as service:
        path, owner = order(service)

        def ticket() -> str:
            address = f"{service.address}{path}/events/ticket"
            return service.address + str(httpx.post(address, headers=owner).json()["url"])

        used = ticket()
        with deployed.worker():
            with curl(used) as first:
                first.read(until=3)
                first.cut()
            with curl(used) as refused:
                refused.read()
                assert refused.process.wait(timeout=20) == 22  # an HTTP error
            with curl(f"{ticket()}&after=3") as second:
                second.read()

    assert refused.ids == []
    assert_whole(first, second)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_stream_goes_on_at_the_next_start_of_the_service(
    deployed: Deployment, how: signal.Signals
) -> None:
    with deployed.service() as service:
        path, owner = order(service)
        with curl(f"{service.address}{path}/events", **owner) as first:
            first.read(until=1)
            deployed.wait_for_the_message()
            service.end(how)
            first.read()
            ended = first.process.wait(timeout=20)
    with deployed.service() as service, deployed.worker():
        address = f"{service.address}{path}/events"
        with curl(address, **owner, **{"Last-Event-ID": str(first.ids[-1])}) as second:
            second.read()

    assert (ended == 0) == (how == signal.SIGTERM)  # told of the end, or broken off
    assert_whole(first, second)
