"""Row 13: lists and counts over few and over many rows."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import UUID

from database.pages import Position, encode_cursor
from tests.benchmarks.bench import Bench
from tests.benchmarks.database import BenchDatabase
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.processes import Server
from tests.benchmarks.requests import get
from tests.benchmarks.rows.growth_data import BIG_USER, fill

SMALL = 10_000
LARGE = {"13": 1_000_000, "13+": 10_000_000}
ASKED = 200  # times a round

_Rounds = dict[str, list[float]]  # by call: p50 of each round in ms


def measure(bench: Bench) -> list[Measurement]:
    """The p50 of every list call, relative to a small database; the worst call counts."""
    rows = ["13", *(["13+"] if bench.options.ten_million else [])]
    with ExitStack() as stack:
        small = _served(bench, stack, SMALL)
        return [_compared(bench, small, row) for row in rows]


def _compared(bench: Bench, small: tuple[Server, str], row: str) -> Measurement:
    with ExitStack() as stack:
        large = _served(bench, stack, LARGE[row])
        few, many = _Rounds(), _Rounds()
        for _ in range(bench.options.rounds):
            for name, path in calls().items():
                few.setdefault(name, []).append(_p50(bench, small, path))
                many.setdefault(name, []).append(_p50(bench, large, path))
    ratios = {
        name: [large / small for large, small in zip(many[name], few[name], strict=True)]
        for name in many
    }
    measured = {name: of_rounds(row, seen) for name, seen in ratios.items()}
    worst = max(measured, key=lambda name: measured[name].value)
    each = ", ".join(f"{name} {m.value:.2f}" for name, m in measured.items())
    return of_rounds(row, ratios[worst], f"{each}", {"few_ms": few, "many_ms": many})


def _served(bench: Bench, stack: ExitStack, rows: int) -> tuple[Server, str]:
    """A service over a database with so many generations, and a token of their main owner."""
    database: BenchDatabase = stack.enter_context(bench.database(f"bench_rows_{rows}"))
    fill(database, rows)
    token = database.log_in(BIG_USER)
    server = bench.service(database, f"service{rows}", ENGINE_PROCESSES="1")
    stack.callback(bench.processes.stop, server)
    return server, token


def _p50(bench: Bench, served: tuple[Server, str], path: str) -> float:
    server, token = served
    return bench.load(server, [get(path, token)], connections=1, most=ASKED).p50_ms


def calls() -> dict[str, str]:
    """Every list and count that a client can ask for."""
    middle = datetime.now(UTC) - timedelta(days=5)
    cursor = encode_cursor(Position(middle, UUID(int=0)))
    return {
        "projects": "/api/projects",
        "projects, later page": f"/api/projects?cursor={cursor}",
        "history": "/api/users/history",
        "history, later page": f"/api/users/history?cursor={cursor}",
        "history of a rare type": "/api/users/history?type=package",
        "history of a rare status": "/api/users/history?status=failed",
        "account": "/api/users/me",
    }
