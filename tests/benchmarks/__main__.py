"""`python -m tests.benchmarks`: measures rows of the table and prints it."""

import argparse
import fcntl
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.benchmarks.bench import Bench, Options
from tests.benchmarks.database import BenchServer
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.processes import ROOT, Processes
from tests.benchmarks.report import (
    engine_table,
    latencies,
    packages_at_once,
    packages_by_workers,
    table,
    write_json,
)
from tests.benchmarks.rows import (
    creates,
    engine,
    growth,
    latency,
    outside,
    overhead,
    packages,
    reads,
    stalls,
    starting,
    workers,
)
from tests.benchmarks.targets import AT_ONCE, WORKERS

FOLDER = ROOT / ".data" / "benchmarks"

GROUPS: dict[tuple[str, ...], ModuleType] = {
    ("1", "2", "5"): reads,
    ("3", "14"): creates,
    ("4",): overhead,
    ("6", "12"): packages,
    ("7", "8", "9", AT_ONCE): outside,
    ("11",): stalls,
    ("13",): growth,
    ("15",): starting,
    ("16", "latency"): latency,
    (WORKERS,): workers,
    ("engine",): engine,
}


def parse_arguments() -> argparse.Namespace:
    """The command line."""
    known = [row for rows in GROUPS for row in rows]
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description="Measure the service beside its floors."
    )
    parser.add_argument("--rows", default=",".join(known), help=f"of {', '.join(known)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one short round: no figures to keep")
    parser.add_argument("--ten-million", action="store_true", help="row 13 at 1e7 rows too")
    arguments = parser.parse_args()
    if unknown := set(arguments.rows.split(",")) - set(known):
        parser.error(f"unknown rows: {', '.join(sorted(unknown))}")
    return arguments


def main() -> None:
    """Measure, and clean up whatever happens."""
    arguments = parse_arguments()
    options = Options(
        rounds=1 if arguments.quick else arguments.rounds,
        seconds=0.7 if arguments.quick else 2.0,
        ten_million=arguments.ten_million,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with alone(), Processes(FOLDER) as processes:
        bench = Bench(options, processes, BenchServer(FOLDER / "postgres"))
        measurements = run(bench, set(arguments.rows.split(",")))
    sys.stdout.write(
        "\n".join(
            [
                "",
                table(measurements),
                "",
                packages_at_once(measurements),
                packages_by_workers(measurements),
                latencies(measurements),
                engine_table(measurements),
            ]
        )
    )
    write_json(measurements, FOLDER / "results.json")


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder: two runs at once would drop each other's databases."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("another run of the benchmarks is under way")
        yield


def run(bench: Bench, wanted: set[str]) -> list[Measurement]:
    """The measurements of all groups that have a wanted row."""
    found: list[Measurement] = []
    for rows, group in GROUPS.items():
        if wanted.isdisjoint(rows):
            continue
        started = time.monotonic()
        measure: Callable[[Bench], list[Measurement]] = group.measure
        found += measure(bench)
        sys.stderr.write(f"rows {', '.join(rows)}: {time.monotonic() - started:.0f} s\n")
    return found


if __name__ == "__main__":
    main()
