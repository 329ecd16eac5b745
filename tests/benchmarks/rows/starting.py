"""Row 15: from the start of the process to the first answer, PostgreSQL running."""

import time
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.processes import Server

STARTS = 2  # a round


def measure(bench: Bench) -> list[Measurement]:
    """The start of the service beside one of sixty plain routes; both first ask the database."""
    with bench.database("bench_starts") as database:
        database.add_accounts(1, 1)
        variables = {"DATABASE_URL": database.url}
        arguments = ["-m", "tests.benchmarks.start_floor"]
        ours, floors = [], []
        for number in range(bench.options.rounds * STARTS + 1):
            started = time.perf_counter()
            server = bench.processes.start("start", arguments, variables, "/health")
            base = _seconds(bench, started, server)
            started = time.perf_counter()
            server = bench.service(database, ready="/health/ready")
            own = _seconds(bench, started, server)
            if number:  # the first one compiles and reads from disk
                ours.append(own)
                floors.append(base)
    ratios = [own / base for own, base in zip(ours, floors, strict=True)]
    return [of_rounds("15", ratios, f"{median(ours):.2f} s, floor {median(floors):.2f} s")]


def _seconds(bench: Bench, started: float, server: Server) -> float:
    elapsed = time.perf_counter() - started
    bench.processes.stop(server)
    return elapsed
