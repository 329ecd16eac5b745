"""Row 16 and the waiting time of one user with the built-in engine, warm."""

from tests.benchmarks.bench import Bench
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.requests import DESCRIPTION, get, post

REPEATS = 15
DOMAINS = ["simmer", "crumbwheel", "loafride"]

_CALLS = {
    "names": "/api/generate/names",
    "taglines": "/api/generate/taglines",
    "palette": "/api/generate/colors",
    "logos": "/api/generate/logos",
    "domains": "/api/domains/check",
    "package": "/api/generate/package",
}


def measure(bench: Bench) -> list[Measurement]:
    """Latencies of each kind of result, one after the other; then the memory of the process."""
    repeats = REPEATS if bench.options.rounds > 1 else 3
    with bench.database("bench_latencies") as database:
        account = database.add_accounts(1, 1)[0]
        service = bench.service(database)
        found = []
        for name, path in _CALLS.items():
            requests = [post(path, _body(name, seed), account.token) for seed in range(repeats + 2)]
            bench.load(service, requests[:2], connections=1, most=2)
            found.append((name, bench.load(service, requests[2:], connections=1, most=repeats)))
        reads = [get("/api/projects", account.token), get("/api/users/history", account.token)]
        bench.load(service, reads, most=500)
        memory = service.resident_mib()
        bench.processes.stop(service)
    return [
        *(
            Measurement(name, outcome.p95_ms, details={"p50_ms": outcome.p50_ms})
            for name, outcome in found
        ),
        Measurement("16", memory, note="after every kind of request, engine processes not counted"),
    ]


def _body(name: str, seed: int) -> dict[str, object]:
    if name == "domains":
        return {"domains": [f"{domain}{seed}" for domain in DOMAINS]}
    return {"description": DESCRIPTION, "seed": seed}
