"""Row 4: what everything around a route costs, in processor time."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.instrumented import ACCEPT_ONLY
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.requests import get


def measure(bench: Bench) -> list[Measurement]:
    """CPU of an empty guarded route of ours less an empty route, relative to the latter."""
    with bench.database("bench_overhead") as database:
        account = database.add_accounts(1, 0)[0]
        floor = bench.floor("empty", database)
        service = bench.instrumented(database, ACCEPT_ONLY)
        ours, bare = [], []
        for _ in range(bench.options.rounds):
            bare.append(bench.cpu_per_request(floor, [get("/api/empty")])[1])
            ours.append(bench.cpu_per_request(service, [get("/bench/empty", account.token)])[1])
        bench.processes.stop(floor, service)
    ratios = [(own - base) / base for own, base in zip(ours, bare, strict=True)]
    note = f"{min(ours):.0f} µs a request with all, {min(bare):.0f} µs for an empty FastAPI route"
    return [of_rounds("4", ratios, note, {"ours_us": ours, "bare_us": bare})]
