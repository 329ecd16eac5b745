"""What every measurement is given."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.benchmarks.database import BenchDatabase, BenchServer
from tests.benchmarks.load import Outcome, Plan
from tests.benchmarks.processes import ROOT, BenchmarkError, Processes, Server


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure."""

    rounds: int = 3
    seconds: float = 2.0
    ten_million: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """The processes and the database server of one run, and how to start what is measured."""

    options: Options
    processes: Processes
    server: BenchServer

    @contextmanager
    def database(self, name: str) -> Iterator[BenchDatabase]:
        """A new database that is dropped afterwards."""
        try:
            yield self.server.create(name)
        finally:
            self.server.drop(name)

    def floor(self, name: str, database: BenchDatabase) -> Server:
        """A running floor."""
        variables = {"DATABASE_URL": database.url, "JWT_SECRET_KEY": database.jwt_secret}
        arguments = ["-m", "tests.benchmarks.floors", name]
        return self.processes.start(name, arguments, variables, "/health")

    def service(
        self,
        database: BenchDatabase,
        name: str = "service",
        ready: str = "/health/live",
        **variables: str,
    ) -> Server:
        """The real service, as in production."""
        arguments = [str(ROOT / "main.py")]
        return self.processes.start(
            name, arguments, database.service_variables() | variables, ready
        )

    def instrumented(self, database: BenchDatabase, *flags: str, **variables: str) -> Server:
        """The real service with what `instrumented.py` adds to it."""
        return self.processes.start(
            "instrumented",
            ["-m", "tests.benchmarks.instrumented", *flags],
            database.service_variables() | variables,
            "/health/live",
        )

    def providers(self) -> Server:
        """Providers that take their time; `/variables` tells the settings that point at them."""
        arguments = ["-m", "tests.benchmarks.outside"]
        return self.processes.start("providers", arguments, {}, "/calls")

    def load(self, server: Server, requests: Sequence[str], **plan: float) -> Outcome:
        """The outcome of a load on one server; every answer must be a success.

        Raises BenchmarkError.
        """
        chosen = {"seconds": self.options.seconds} | plan
        outcome = self.processes.load(Plan(server.port, requests, **chosen))[0]  # type: ignore[arg-type]  # `connections` and `most` are whole numbers
        expect_success(server, outcome)
        return outcome

    def cpu_per_request(self, server: Server, requests: Sequence[str]) -> tuple[Outcome, float]:
        """A load, and the microseconds of CPU that the server's process used for each request."""
        before = server.cpu_s()
        outcome = self.load(server, requests)
        return outcome, (server.cpu_s() - before) / outcome.asked * 1e6


def expect_success(server: Server, outcome: Outcome) -> None:
    """Raises BenchmarkError when an answer was no success: it would be measured as a quick one."""
    if any(not status.startswith("2") for status in outcome.statuses):
        raise BenchmarkError(f"{server.name} answered {outcome.statuses}")
