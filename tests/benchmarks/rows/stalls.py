"""Row 11: how long the event loop of the API stands still while others work hard."""

from tests.benchmarks.bench import Bench, expect_success
from tests.benchmarks.load import Plan
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.processes import json_of
from tests.benchmarks.requests import get, post
from tests.benchmarks.rows.packages import package

PASSWORD = "four plain words here"
LONGER = 3  # than other measurements, so that rare pauses are seen


def measure(bench: Bench) -> list[Measurement]:
    """The longest stall while packages are made and passwords are checked."""
    with bench.database("bench_stalls") as database:
        account = database.add_accounts(1, 1)[0]
        service = bench.instrumented(database)
        login = {"email": "founder@example.com", "password": PASSWORD}
        bench.load(service, [post("/api/auth/signup", login)], connections=1, most=1)
        packages = [package(account.token, seed) for seed in range(100)]
        bench.load(service, packages, connections=2, most=2)
        seconds = bench.options.seconds * LONGER
        plans = [
            Plan(service.port, packages, connections=2, seconds=seconds),
            Plan(service.port, [post("/api/auth/login", login)], connections=2, seconds=seconds),
        ]
        probe = get("/bench/stall", account.token)
        json_of(service.port, probe)
        seen = []
        for _ in range(bench.options.rounds):
            for outcome in bench.processes.load(*plans):
                expect_success(service, outcome)
            seen.append(json_of(service.port, probe))
        bench.processes.stop(service)
    worst = max(seen, key=lambda round_: round_["stall_ms"])
    stalls = [round_["stall_ms"] for round_ in seen]
    note = (
        f"the loop's own processor time in it: {worst['own_ms']:.1f} ms;"
        f" rounds {', '.join(f'{stall:.0f}' for stall in stalls)} ms"
    )
    spread = (max(stalls) - min(stalls)) / max(stalls)
    return [Measurement("11", worst["stall_ms"], spread, note, {"rounds": seen})]
