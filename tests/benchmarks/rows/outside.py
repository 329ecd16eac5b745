"""Rows 7 to 9, and fifty packages at once: packages from providers that take their time.

The rows are about everything around the engine, which works each stage out only once in them; the
line beneath the table has all of its work.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from tests.benchmarks import targets
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


@dataclass(frozen=True, slots=True)
class _World:
    """A service, its providers, and who asks for packages."""

    bench: Bench
    service: Server
    providers: Server
    settings: Mapping[str, str]
    accounts: list[Account]

    @classmethod
    @contextmanager
    def opened(cls, bench: Bench, *flags: str) -> Iterator["_World"]:
        """With production's settings, but for providers on this machine, which it would refuse."""
        with bench.database("bench_outside") as database:
            accounts = database.add_accounts(ACCOUNTS, 1)
            providers = bench.providers()
            settings = json_of(providers.port, get("/variables"))
            service = bench.instrumented(database, *flags, **settings, APP_ENV="test")
            yield cls(bench, service, providers, settings, accounts)
            bench.processes.stop(service, providers)

    @property
    def packages(self) -> list[str]:
        """The same package for each account."""
        body = {"description": DESCRIPTION, "seed": 1, "tlds": [SUFFIX]}
        return [post("/api/generate/package", body, each.token) for each in self.accounts]

    def fifty_at_once(self) -> Outcome:
        """What came of them."""
        return self.bench.load(self.service, self.packages, connections=AT_ONCE, most=AT_ONCE)

    def alone(self) -> float:
        """Milliseconds of one package after the other, the median."""
        plan = {"connections": 1, "most": REPEATS}
        return self.bench.load(self.service, self.packages, **plan).p50_ms

    def path(self) -> float:
        """Milliseconds of the critical path of one package."""
        asked = get(f"/bench/steps?seed=1&tld={SUFFIX}", self.accounts[0].token)
        steps = [json_of(self.service.port, asked) for _ in range(REPEATS)]
        return median(critical_path(step) for step in steps) * 1000

    def unasked(self) -> None:
        """Fifty packages at once without requests and rows."""
        asked = get(f"/bench/packages?count={AT_ONCE}&seed=1&tld={SUFFIX}", self.accounts[0].token)
        json_of(self.service.port, asked)

    def calls(self) -> int:
        """Requests to providers since the last time."""
        told: dict[str, int] = json_of(self.providers.port, get("/calls"))
        return sum(told.values())

    def bare_call(self) -> float:
        """Milliseconds of processor time of a call without anything around it."""
        url = f"{self.settings['TEXT_API_URL']}/chat/completions"
        arguments = [url, openrouter.KEY, str(BARE_CALLS), str(AT_ONCE)]
        program = ["-m", "tests.benchmarks.bare_calls", *arguments]
        return float(self.bench.processes.output_of(program, {}))


def measure(bench: Bench) -> list[Measurement]:
    """Packages one by one, fifty at once, and twenty a second."""
    with _World.opened(bench, REMEMBERING) as world:
        rows = _around_the_engine(world)
    with _World.opened(bench) as world:
        return [*rows, _with_the_engine(world)]


def _around_the_engine(world: _World) -> list[Measurement]:
    bench, service = world.bench, world.service
    for _round in range(2):
        world.fifty_at_once()
    path = world.path()
    alone, at_once, steady, whole, cpu, calls, bare = [], [], [], [], [], [], []
    for _round in range(bench.options.rounds):
        alone.append(world.alone())
        before = service.cpu_s()
        at_once.append(world.fifty_at_once())
        whole.append((service.cpu_s() - before) / AT_ONCE * 1000)
        world.calls()
        before = service.cpu_s()
        world.unasked()
        cpu.append((service.cpu_s() - before) / AT_ONCE * 1000)
        calls.append(world.calls() / AT_ONCE)
        steady.append(
            bench.load(
                service,
                world.packages,
                connections=ACCOUNTS,  # each is asked again before the server closes it
                pace=PACE,
                warm_up_s=2 * path / 1000,
                seconds=5 * bench.options.seconds,
            )
        )
        bare.append(world.bare_call())
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
            f"{median(cpu):.1f} ms for a package of {median(calls):.1f} operations,"
            f" {median(whole):.1f} ms with its request, events and rows;"
            f" {median(bare):.2f} ms for a bare call",
        ),
    ]


def _with_the_engine(world: _World) -> Measurement:
    world.fifty_at_once()
    alone = world.alone()
    rounds = [world.fifty_at_once() for _ in range(world.bench.options.rounds)]
    p50_ms = median(outcome.p50_ms for outcome in rounds)
    return Measurement(
        targets.AT_ONCE,
        median(outcome.p95_ms for outcome in rounds),
        details={
            "p50_ms": p50_ms,
            "alone_ms": alone,
            "ratio": p50_ms / alone,
            "rate": median(outcome.rate for outcome in rounds),
        },
    )
