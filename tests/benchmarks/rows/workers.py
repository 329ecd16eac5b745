"""Packages made by worker processes: how many a second, and what each of them costs.

The same batch is made by the API process alone, and by 1, 2 and 4 processes of a Celery worker,
with all of the engine's work, from providers that take their time.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from statistics import median
from uuid import UUID

from tests.benchmarks import targets
from tests.benchmarks.bench import Bench
from tests.benchmarks.counting import (
    API,
    WORKER,
    Counted,
    CountingServer,
    count_anew,
    counted,
)
from tests.benchmarks.database import BenchDatabase
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.outside import SUFFIX
from tests.benchmarks.processes import ROOT, BenchmarkError, Program, Server, json_of
from tests.benchmarks.requests import DESCRIPTION, get, post
from tests.benchmarks.rows.packages import critical_path
from tests.simulators.redis_server import RedisServer

PROCESSES = (1, 2, 4)
PACKAGES, QUICK_PACKAGES = 8, 4  # in a batch, as many for each process
ALONE = 3
SENDERS = 8
LOOK_S = 0.25
PATIENCE_S = 240.0

# A result is there for others once its transaction is committed.
_MADE = """
select g.status, extract(epoch from g.created_at)::float8 as accepted,
    extract(epoch from e.created_at)::float8 as begun,
    extract(epoch from pg_xact_commit_timestamp(g.xmin))::float8 as ended,
    (select json_object_agg(s.step, s.duration_ms / 1000.0) from generation_steps s
        where s.generation_id = g.id) as steps
from generations g
left join generation_events e on e.generation_id = g.id and e.type = 'job.started'
where g.user_id = $1 and g.generation_type = 'package'
"""


@dataclass(frozen=True, slots=True)
class _Made:
    """One package, with seconds since 1970 and the seconds of each step."""

    status: str
    accepted: float
    begun: float
    ended: float
    steps: dict[str, float]

    @property
    def overhead_ms(self) -> float:
        """All that is no step on its critical path: the way to a worker, records, publication."""
        return (self.ended - self.accepted - critical_path(self.steps)) * 1000


@dataclass(frozen=True, slots=True)
class _World:
    """A counting database, a broker and providers; `variables` are for every process.

    Each package has a seed of its own, for the domains of the same one would be known.
    """

    bench: Bench
    database: BenchDatabase
    broker: str
    variables: Mapping[str, str]
    seeds: Iterator[int] = field(default_factory=count)

    @classmethod
    @contextmanager
    def opened(cls, bench: Bench) -> Iterator["_World"]:
        """With production's settings, but for providers on this machine, which it would refuse."""
        folder = bench.processes.folder
        bench = replace(bench, server=CountingServer(folder / "postgres-counting"))
        with bench.database("bench_workers") as database, RedisServer(folder) as redis:
            providers = bench.providers()
            variables = {
                **database.service_variables(),
                **json_of(providers.port, get("/variables")),
                "APP_ENV": "test",
                "DATA_DIR": str(folder / "workers-data"),
            }
            yield cls(bench, database, redis.url, variables)
            bench.processes.stop(providers)

    def service(self, name: str, **variables: str) -> Server:
        """The API, as `main.py` starts it."""
        own = {"DATABASE_URL": self.database.url_of(API)}
        return self.bench.processes.start(
            name, [str(ROOT / "main.py")], {**self.variables, **own, **variables}, "/health/live"
        )

    def worker(self, processes: int) -> Program:
        """A Celery worker, as it is started by hand."""
        command = "-m celery -A workers.celery_app worker --loglevel warning --concurrency"
        own = {"DATABASE_URL": self.database.url_of(WORKER), "REDIS_URL": self.broker}
        return self.bench.processes.spawn(
            f"worker{processes}", [*command.split(), str(processes)], {**self.variables, **own}
        )

    def made(self, service: Server, maker: Program, packages: int) -> list[_Made]:
        """So many packages of a new user, asked for at once; all have ended.

        Raises BenchmarkError.
        """
        account = self.database.add_accounts(1, 1)[0]
        self.database.run(f"update users set is_premium = true where id = '{account.user_id}'")
        asked = [
            post(
                "/api/generate/package",
                {"description": DESCRIPTION, "seed": next(self.seeds), "tlds": [SUFFIX]},
                account.token,
                {"Prefer": "respond-async"},
            )
            for _ in range(packages)
        ]
        self.bench.load(service, asked, connections=min(SENDERS, packages), most=packages)
        return self._ended(account.user_id, maker)

    def _ended(self, user_id: UUID, maker: Program) -> list[_Made]:
        until = time.monotonic() + PATIENCE_S
        unfinished = (
            "select count(*) from generations where status in ('pending', 'running')"
            f" and user_id = '{user_id}'"
        )
        while self.database.number(unfinished):
            maker.check()
            if time.monotonic() > until:
                raise BenchmarkError(f"packages do not end, see {maker.output}")
            time.sleep(LOOK_S)
        rows = self.database.rows(_MADE, user_id)
        if any(row["status"] != "success" for row in rows):
            raise BenchmarkError(f"packages failed, see {maker.output}")
        return [_Made(**{**row, "steps": json.loads(row["steps"])}) for row in rows]


def measure(bench: Bench) -> list[Measurement]:
    """The batch in the API process, then by workers."""
    with _World.opened(bench) as world:
        stop = bench.processes.stop
        service = world.service("embedded")
        found = [_measured(world, service, service, 0)]
        stop(service)
        service = world.service("service", REDIS_URL=world.broker)
        for processes in PROCESSES:
            worker = world.worker(processes)
            found.append(_measured(world, service, worker, processes))
            stop(worker)
        stop(service)
    return found


def _measured(world: _World, service: Server, maker: Program, processes: int) -> Measurement:
    """One line of the table; `processes` is 0 when the API makes the packages itself."""
    world.made(service, maker, max(processes, 2))  # so that every process has made one
    quick = world.bench.options.rounds == 1
    alone = [world.made(service, maker, 1)[0] for _ in range(1 if quick else ALONE)]
    count_anew(world.database)
    before = maker.whole_cpu_s()
    batch = world.made(service, maker, QUICK_PACKAGES if quick else PACKAGES)
    cpu_s, statements = maker.whole_cpu_s() - before, counted(world.database)
    seconds = max(each.ended for each in batch) - min(each.accepted for each in batch)
    return Measurement(
        targets.WORKERS,
        len(batch) / seconds,
        details={
            "processes": processes,
            "wait_ms": median(each.begun - each.accepted for each in batch) * 1000,
            "alone_wait_ms": median(each.begun - each.accepted for each in alone) * 1000,
            "alone_ms": median(each.ended - each.accepted for each in alone) * 1000,
            "overhead_ms": median(each.overhead_ms for each in alone),
            "steps": [each.steps for each in alone],
            "cpu_ms": cpu_s / len(batch) * 1000,
            **_of_database(statements, len(batch)),
        },
    )


def _of_database(statements: Sequence[Counted], packages: int) -> dict[str, object]:
    """Statements a package, by whom, and how long the server worked on them."""
    by_role = {
        role: sum(each.calls for each in statements if each.role == role) / packages
        for role in (API, WORKER)
    }
    return {
        "queries": sum(by_role.values()),
        "worker_queries": by_role[WORKER],
        "database_ms": sum(each.milliseconds for each in statements) / packages,
        "statements": [
            (each.role, each.calls / packages, each.milliseconds / packages, each.query)
            for each in statements
        ],
    }
