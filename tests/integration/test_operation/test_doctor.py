"""`python main.py doctor`, as a person on call starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from sqlalchemy import make_url, text

from database.migrate import HEAD
from database.unit_of_work import Database
from services.doctor_report import ATTENTION, FINE, NO_DATABASE
from tests.integration.test_operation.job_rows import (
    add_jobs,
    add_messages,
    set_last_run,
    set_total,
)
from tests.running_service import ROOT, free_port, running_service
from tests.simulators.redis_server import RedisServer
from utils.ids import uuid7

pytestmark = pytest.mark.timeout(180)

CANARY = "canary-7f3a"
LISTENER = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        server.accept()
"""


@pytest.fixture(scope="module")
def nameserver() -> Iterator[str]:
    """An address that can be reached: the doctor looks whether a resolver is there."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENER], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


class Doctor:
    """Starts the command in a folder of its own."""

    def __init__(self, folder: Path, nameserver: str) -> None:
        self.folder = folder
        self._nameserver = nameserver

    def see(
        self, database_url: str | None, *arguments: str, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """What it says of the database of this URL, or of the embedded one."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(self.folder / "data"),
            "DNS_NAMESERVERS": json.dumps([self._nameserver]),
            "JWT_SECRET_KEY": f"{CANARY}-of-the-tokens-vT3mWc5yLr1uJd7",
        }
        if database_url is not None:
            environment["DATABASE_URL"] = database_url
        done = subprocess.run(
            [sys.executable, ROOT / "main.py", "doctor", *arguments],
            cwd=self.folder,
            env=environment | variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        told = done.stdout + done.stderr
        assert CANARY not in told
        assert "jobs@example.com" not in told
        assert "Traceback" not in told
        return done


@pytest.fixture
def doctor(tmp_path: Path, nameserver: str) -> Doctor:
    return Doctor(tmp_path, nameserver)


async def test_a_healthy_service_needs_nobody(
    database: Database, database_url: str, doctor: Doctor
) -> None:
    await set_total(database, "refunds", 5)
    await set_total(database, "spend_usd:flux", 2.5)
    await set_last_run(database, "reap generations", 5)
    await set_last_run(database, "sweep files", 4 * 3600)

    done = doctor.see(database_url)

    assert done.returncode == FINE, done.stdout
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0] == "Nothing needs attention."
    assert f"schema {HEAD}" in done.stdout
    assert "units given back so far: 5" in lines
    assert "flux: 2.50 USD" in lines
    assert "sweep files: 4 hours ago" in lines
    assert "refresh prices: never" in lines
    assert "text models: nothing configured; used: the built-in engine" in lines
    assert list(doctor.folder.iterdir()) == []


async def test_what_is_stuck_is_told(database: Database, database_url: str, doctor: Doctor) -> None:
    dead = uuid7()
    await add_jobs(database, "pending", age_s=600)
    await add_jobs(database, "running", job_id=dead, age_s=200, lease_left_s=-90)
    await add_jobs(database, "failed", job_id=uuid7(), error_code="PROVIDERS_FAILED")
    await add_messages(database, "mail", dead, due_s=400)
    await set_last_run(database, "reap generations", 500)

    done = doctor.see(database_url)
    told = json.loads(doctor.see(database_url, "--json").stdout)

    assert done.returncode == ATTENTION
    problems = [line for line in done.stdout.splitlines() if line.startswith("! ")]
    assert [problem.split()[1] for problem in problems] == ["A", "The", "A", "reap"]
    assert f"{dead} package by host-1-ab" in done.stdout
    assert "PROVIDERS_FAILED: 1" in done.stdout
    assert "reap generations: 8 minutes ago, late" in done.stdout
    assert len(told["needs_attention"]) == len(problems)
    (job,) = told["found"]["work"]["running"]
    assert job["id"] == str(dead)
    assert job["lease_left_s"] <= -90
    assert told["found"]["work"]["figures"]["outbox_unsent"] == {"mail": 1}


async def tables(database: Database) -> set[str]:
    async with database.session() as session:
        found = await session.scalars(
            text("select tablename from pg_tables where schemaname = 'public'")
        )
        return set(found)


async def test_another_schema_is_told_and_left_as_it_is(
    database: Database, database_url: str, doctor: Doctor
) -> None:
    engine = await database.engine()
    name = f"{make_url(database_url).database}_empty"
    empty_url = make_url(database_url).set(database=name)
    empty = Database(lambda: empty_url.render_as_string(hide_password=False), database.options)
    async with engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f'create database "{name}"'))
        try:
            done = doctor.see(empty_url.render_as_string(hide_password=False))
            assert await tables(empty) == set()
        finally:
            await empty.close()
            await outside.execute(text(f'drop database "{name}"'))

    assert done.returncode == ATTENTION
    assert done.stdout.startswith(f"! The schema is empty and not {HEAD}")


@pytest.mark.parametrize(
    ("port", "database", "state"),
    [("closed", "bpg_test_nowhere", "not reachable"), ("", "bpg_test_nowhere", "refuses us")],
)
def test_a_database_that_does_not_answer_is_told(
    database_url: str, doctor: Doctor, port: str, database: str, state: str
) -> None:
    url = make_url(database_url).set(database=database, password=CANARY)
    if port:
        url = url.set(host="127.0.0.1", port=free_port(), query={})

    done = doctor.see(url.render_as_string(hide_password=False))

    assert done.returncode == NO_DATABASE
    assert done.stdout.startswith("! The database ")
    assert state in done.stdout.splitlines()[0]
    assert "text models: " in done.stdout, "the rest is told all the same"


async def test_waiting_messages_in_redis_are_counted(
    database: Database, database_url: str, doctor: Doctor
) -> None:
    with RedisServer(doctor.folder) as server:
        with redis.Redis.from_url(server.url) as client:
            client.rpush("celery", "one", "two")
        up = doctor.see(database_url, REDIS_URL=server.url)
        server.stop()
        down = doctor.see(database_url, REDIS_URL=server.url.replace("//", f"//:{CANARY}@"))

    assert (up.returncode, down.returncode) == (FINE, ATTENTION), up.stdout + down.stdout
    assert "2 messages wait" in up.stdout
    assert "messages wait" not in down.stdout
    assert "(not reachable)" in down.stdout


def test_the_embedded_database_is_looked_at_and_left_alone(doctor: Doctor) -> None:
    stopped = doctor.see(None)
    assert stopped.returncode == NO_DATABASE
    assert stopped.stdout.startswith("! The database is not running.")
    assert list(doctor.folder.iterdir()) == []

    postgres = doctor.folder / "data" / "postgres"
    with running_service(doctor.folder, None):
        users = (postgres / ".handle_pids.json").read_text()
        server = (postgres / "postmaster.pid").read_text()

        done = doctor.see(None)

        assert done.returncode == FINE, done.stdout
        assert f"schema {HEAD}" in done.stdout
        assert (postgres / "postmaster.pid").read_text() == server
        assert (postgres / ".handle_pids.json").read_text() == users
    assert not (postgres / "postmaster.pid").exists(), "the service was its last user"
    assert doctor.see(None).returncode == NO_DATABASE
    assert not (postgres / "postmaster.pid").exists()


def test_what_is_for_machines_is_json_also_without_a_database(doctor: Doctor) -> None:
    done = doctor.see(None, "--json")

    told: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == NO_DATABASE
    assert told["needs_attention"] == ["The database is not running."]
    assert told["found"]["database"]["state"] == "not running"
    assert told["found"]["work"] is None
