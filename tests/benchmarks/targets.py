"""What is promised of each quantity, and how a value is judged."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["moonshot", "goal", "must", "missed"]


@dataclass(frozen=True, slots=True)
class Target:
    """A quantity and its three levels; where `more_is_better` is off, less is."""

    row: str
    quantity: str
    must: float
    goal: float
    moonshot: float
    more_is_better: bool = False
    unit: str = ""

    def level(self, value: float) -> Level:
        """The best level that the value reaches."""
        steps: tuple[tuple[Level, float], ...] = (
            ("moonshot", self.moonshot),
            ("goal", self.goal),
            ("must", self.must),
        )
        for level, bound in steps:
            if value >= bound if self.more_is_better else value <= bound:
                return level
        return "missed"


TARGETS = {
    target.row: target
    for target in (
        Target("1", "GET one project, requests/s ÷ F1", 0.5, 0.75, 1.0, True),
        Target("2", "list of 20 projects, requests/s ÷ F1", 0.5, 0.8, 1.1, True),
        Target(
            "3", "create a generation, requests/s ÷ one bare CTE statement", 0.4, 0.6, 0.9, True
        ),
        Target("4", "middleware + token + access log, CPU ÷ an empty route", 1.2, 0.8, 0.5),
        Target("5", "reads at 4 × the pool, p99 ÷ p50", 8, 5, 3),
        Target("6", "one package, wall ÷ critical path", 1.10, 1.03, 1.01),
        Target("7", "50 packages at once, p50 of the wall ÷ critical path", 2.0, 1.6, 1.2),
        Target("8", "20 packages/s on one core, p99 of the wall ÷ critical path", 1.25, 1.15, 1.10),
        Target("9", "CPU of making a package ÷ CPU of as many bare aiohttp calls", 8, 4, 2),
        Target("11", "longest stall of the event loop during work", 50, 20, 5, unit=" ms"),
        Target("12", "packages/s with 2 engine processes ÷ with 1", 1.5, 1.8, 1.95, True),
        Target("13", "slowest of the list calls, p50 at 1e6 rows ÷ at 1e4", 2, 1.5, 1.2),
        Target("13+", "slowest of the list calls, p50 at 1e7 rows ÷ at 1e4", 3, 2, 1.5),
        Target("14", "quota on one row (64 clients) ÷ on many rows", 0.2, 0.4, 0.8, True),
        Target(
            "15", "start to first answer ÷ a FastAPI + SQLAlchemy + 60 routes start", 1.3, 1.1, 1
        ),
        Target("16", "resident memory of the API process, warm", 130, 110, 95, unit=" MiB"),
    )
}

# Packages from outside providers: what the machine's processors allow, so nothing is promised.
AT_ONCE = "50 packages"
WORKERS = "workers"

# Milliseconds in which 95 of 100 must be answered, on two cores; None where nothing is promised.
LATENCIES: dict[str, float | None] = {
    "names": 150,
    "taglines": None,
    "palette": None,
    "logos": None,
    "domains": None,
    "package": 1500,
}

# The built-in engine: what is measured, the bound, and its unit; times of stages are the p95, warm.
ENGINE: dict[str, tuple[str, int, str]] = {
    "engine start": ("start of a process, all data and typefaces loaded", 400, "ms"),
    "engine memory": ("resident memory of a process, warm", 80, "MB"),
    "engine names": ("ten names", 100, "ms"),
    "engine taglines": ("five taglines", 15, "ms"),
    "engine palette": ("one palette with both themes", 20, "ms"),
    "engine svg": ("three logos with all their SVG files", 50, "ms"),
    "engine png": ("three PNG files, 1024 px wide", 300, "ms"),
    "engine package": ("all of them in a row", 600, "ms"),
}
