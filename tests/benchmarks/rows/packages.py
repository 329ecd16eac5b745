"""Rows 6 and 12: whole packages from the built-in engine."""

from contextlib import ExitStack
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.processes import Server, json_of
from tests.benchmarks.requests import DESCRIPTION, get, post

AT_ONCE = 6
PACKAGES = 18  # a round
REPEATS = 5  # single packages


def measure(bench: Bench) -> list[Measurement]:
    """One package beside its critical path, and many with one and two engine processes."""
    return [_single(bench), _scaling(bench)]


def _single(bench: Bench) -> Measurement:
    with bench.database("bench_package") as database:
        account = database.add_accounts(1, 1)[0]
        service = bench.instrumented(database)
        bench.load(service, [package(account.token, seed=0)], connections=1, most=2)
        walls, paths, steps = [], [], []
        for seed in range(1, 2 * REPEATS, 2):
            steps.append(json_of(service.port, get(f"/bench/steps?seed={seed}", account.token)))
            paths.append(critical_path(steps[-1]))
            one = [package(account.token, seed=seed + 1)]
            walls.append(bench.load(service, one, connections=1, most=1).longest_ms / 1000)
        bench.processes.stop(service)
    ratios = [wall / path for wall, path in zip(walls, paths, strict=True)]
    alone = ", ".join(f"{step} {median(s[step] for s in steps) * 1000:.0f}" for step in steps[0])
    note = f"{median(walls) * 1000:.0f} ms; each step alone, in ms: {alone}"
    return of_rounds("6", ratios, note, {"walls_s": walls, "paths_s": paths})


def critical_path(steps: dict[str, float]) -> float:
    """Seconds of the longest chain: names, then domains or taglines or logos in the palette."""
    palette_late = max(0.0, steps["palette"] - steps["names"])
    last = max(steps["domains"], steps["taglines"], palette_late + steps["logos"])
    return steps["names"] + last


def _scaling(bench: Bench) -> Measurement:
    with ExitStack() as stack:
        database = stack.enter_context(bench.database("bench_packages"))
        account = database.add_accounts(1, 1)[0]
        servers = [
            bench.service(database, f"engine{count}", ENGINE_PROCESSES=str(count))
            for count in (1, 2)
        ]
        stack.callback(bench.processes.stop, *servers)
        for server in servers:
            _rate(bench, server, account.token, AT_ONCE)
        rates = [
            [_rate(bench, server, account.token, PACKAGES) for server in servers]
            for _ in range(bench.options.rounds)
        ]
    one, two = (median(pair[i] for pair in rates) for i in (0, 1))
    note = f"{one:.2f}/s with one, {two:.2f}/s with two, {AT_ONCE} at once"
    return of_rounds("12", [pair[1] / pair[0] for pair in rates], note)


def _rate(bench: Bench, server: Server, token: str, count: int) -> float:
    """Packages a second, each of another seed."""
    requests = [package(token, seed=seed) for seed in range(count)]
    return bench.load(server, requests, connections=AT_ONCE, most=count).rate


def package(token: str, seed: int) -> str:
    """A request for a package."""
    return post("/api/generate/package", {"description": DESCRIPTION, "seed": seed}, token)
