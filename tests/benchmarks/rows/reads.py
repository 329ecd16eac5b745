"""Rows 1, 2 and 5: hot reads of the whole product beside all floors."""

from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.load import Outcome
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.processes import Server
from tests.benchmarks.requests import get

ACCOUNTS = 64
PROJECTS = 25  # each, more than a page
FLOORS = ("F0", "F1", "F2", "F3")

_Rounds = dict[str, list[tuple[Outcome, float]]]  # by server: outcome, CPU a request in µs


def measure(bench: Bench) -> list[Measurement]:
    """Requests a second relative to F1, and the tail when four callers want each connection."""
    with bench.database("bench_reads") as database:
        accounts = database.add_accounts(ACCOUNTS, PROJECTS)
        one = [get(f"/api/projects/{p}", a.token) for a in accounts for p in a.projects]
        page = [get("/api/projects?limit=20", a.token) for a in accounts]
        servers = [*(bench.floor(name, database) for name in FLOORS), bench.service(database)]
        ones: _Rounds = {server.name: [] for server in servers}
        pages: _Rounds = {server.name: [] for server in servers}
        for _ in range(bench.options.rounds):
            for server in servers:
                ones[server.name].append(_measured(bench, server, one))
                pages[server.name].append(_measured(bench, server, page))
        bench.processes.stop(*servers)
    tails = [outcome.p99_ms / outcome.p50_ms for outcome, _ in ones["service"]]
    p50, p99 = (median(getattr(o, q) for o, _ in ones["service"]) for q in ("p50_ms", "p99_ms"))
    return [
        _relative("1", ones),
        _relative("2", pages),
        of_rounds("5", tails, f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, 32 connections, pool of 8"),
    ]


def _measured(bench: Bench, server: Server, requests: list[str]) -> tuple[Outcome, float]:
    return bench.cpu_per_request(server, requests)


def _relative(row: str, rounds: _Rounds) -> Measurement:
    """Each round's rate relative to F1 in the same round."""
    floor = [outcome.rate for outcome, _ in rounds["F1"]]
    ratios = {
        name: [outcome.rate / base for (outcome, _), base in zip(seen, floor, strict=True)]
        for name, seen in rounds.items()
    }
    rates = {name: median(outcome.rate for outcome, _ in seen) for name, seen in rounds.items()}
    cpu = {name: median(micro for _, micro in seen) for name, seen in rounds.items()}
    beside = " · ".join(f"{name} {median(ratios[name]):.2f}" for name in FLOORS)
    note = (
        f"{rates['service']:.0f}/s; {beside}; CPU a request {cpu['service']:.0f} µs,"
        f" F1 {cpu['F1']:.0f} µs ({cpu['F1'] / cpu['service']:.2f})"
    )
    return of_rounds(
        row, ratios["service"], note, {"ratios": ratios, "rates": rates, "cpu_us": cpu}
    )
