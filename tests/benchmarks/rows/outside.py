"""Rows 7 to 9, and fifty packages at once: packages from providers that take their time.

The rows are about everything around the engine, which works each stage out only once in them; the
line beneath the table has all of its work.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.database import Account
from tests.benchmarks.instrumented import REMEMBERING
from tests.benchmarks.load import Outcome
from tests.benchmarks.measurement import Measurement, of_rounds
from tests.benchmarks.outside import SUFFIX
from tests.benchmarks.processes import Server, json_of
from tests.benchmarks.requests import DESCRIPTION, get, post
from tests.benchmarks.rows.packages import critical_path
from tests.simulators import openrouter

ACCOUNTS = 64
AT_ONCE = 50
PACE = 20.0
REPEATS = 5
BARE_CALLS = 2_000


def measure(bench: Bench) -> list[Measurement]:
    """Packages one by one, fifty at once, and twenty a second."""
    with ExitStack() as stack:
        database = stack.enter_context(bench.database("bench_outside"))
        accounts = database.add_accounts(ACCOUNTS, 1)
        providers = bench.providers()
        stack.callback(bench.processes.stop, providers)
        settings = json_of(providers.port, get("/variables")) | {"APP_ENV": "test"}
        service = bench.instrumented(database, REMEMBERING, **settings)
        stack.callback(bench.processes.stop, service)
        rows = _around_the_engine(bench, service, providers, settings, accounts)
    with ExitStack() as stack:
        database = stack.enter_context(bench.database("bench_outside_all"))
        accounts = database.add_accounts(ACCOUNTS, 1)
        providers = bench.providers()
        stack.callback(bench.processes.stop, providers)
        settings = json_of(providers.port, get("/variables")) | {"APP_ENV": "test"}
        service = bench.instrumented(database, **settings)
        stack.callback(bench.processes.stop, service)
        return [*rows, _with_the_engine(bench, service, accounts)]


def _around_the_engine(
    bench: Bench,
    service: Server,
    providers: Server,
    settings: Mapping[str, str],
    accounts: list[Account],
) -> list[Measurement]:
    for _round in range(2):
        _at_once(bench, service, accounts)
    path = _path(bench, service, accounts[0])
    json_of(providers.port, get("/calls"))
    alone, at_once, steady, cpu, calls, bare = [], [], [], [], [], []
    for _round in range(bench.options.rounds):
        alone.append(bench.load(service, _packages(accounts), connections=1, most=3).p50_ms)
        json_of(providers.port, get("/calls"))
        before = service.cpu_s()
        at_once.append(_at_once(bench, service, accounts))
        cpu.append((service.cpu_s() - before) / AT_ONCE * 1000)
        calls.append(sum(json_of(providers.port, get("/calls")).values()) / AT_ONCE)
        steady.append(
            bench.load(
                service,
                _packages(accounts),
                connections=ACCOUNTS,  # one is asked again before the server closes it
                pace=PACE,
                warm_up_s=2 * path / 1000,
                seconds=5 * bench.options.seconds,
            )
        )
        bare.append(_bare(bench, settings))
    ratios = [spent / (count * one) for spent, count, one in zip(cpu, calls, bare, strict=True)]
    return [
        of_rounds(
            "7",
            [outcome.p50_ms / path for outcome in at_once],
            f"p50 {median(o.p50_ms for o in at_once):.0f} ms, critical path {path:.0f} ms, one"
            f" alone {median(alone):.0f} ms; {median(o.rate for o in at_once):.1f} packages/s",
        ),
        of_rounds(
            "8",
            [outcome.p99_ms / path for outcome in steady],
            f"p50 {median(o.p50_ms for o in steady):.0f} ms,"
            f" p99 {median(o.p99_ms for o in steady):.0f} ms at {PACE:.0f} packages/s",
        ),
        of_rounds(
            "9",
            ratios,
            f"{median(cpu):.1f} ms for a package of {median(calls):.1f} operations, requests and"
            f" database included; {median(bare):.2f} ms for a bare call",
        ),
    ]


def _with_the_engine(bench: Bench, service: Server, accounts: list[Account]) -> Measurement:
    _at_once(bench, service, accounts)
    path = _path(bench, service, accounts[0])
    rounds = [_at_once(bench, service, accounts) for _ in range(bench.options.rounds)]
    return Measurement(
        "50 packages",
        median(outcome.p95_ms for outcome in rounds),
        details={
            "p50_ms": median(outcome.p50_ms for outcome in rounds),
            "path_ms": path,
            "rate": median(outcome.rate for outcome in rounds),
        },
    )


def _path(bench: Bench, service: Server, account: Account) -> float:
    """Milliseconds of the critical path of one package alone."""
    asked = get(f"/bench/steps?seed=1&tld={SUFFIX}", account.token)
    repeats = REPEATS if bench.options.rounds > 1 else 2
    steps = [json_of(service.port, asked) for _ in range(repeats)]
    return median(critical_path(step) for step in steps) * 1000


def _at_once(bench: Bench, service: Server, accounts: list[Account]) -> Outcome:
    return bench.load(service, _packages(accounts), connections=AT_ONCE, most=AT_ONCE)


def _packages(accounts: list[Account]) -> list[str]:
    body = {"description": DESCRIPTION, "seed": 1, "tlds": [SUFFIX]}
    return [post("/api/generate/package", body, account.token) for account in accounts]


def _bare(bench: Bench, settings: Mapping[str, str]) -> float:
    """Milliseconds of processor time of one bare call."""
    url = f"{settings['TEXT_API_URL']}/chat/completions"
    arguments = [url, openrouter.KEY, str(BARE_CALLS), str(AT_ONCE)]
    return float(bench.processes.output_of(["-m", "tests.benchmarks.bare_calls", *arguments], {}))
