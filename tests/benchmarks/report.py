"""Writes the table for people and the same as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.targets import AT_ONCE, ENGINE, LATENCIES, TARGETS, WORKERS

MOST_SPREAD = 0.5
LEFT_OUT = (
    "Row 10 is left out: calls to text and image providers are paid for and never made twice to be"
    " quicker, and looking up domains takes less time than the logos beside it."
)


def table(measurements: Sequence[Measurement]) -> str:
    """The table of targets, in Markdown; ⚠ marks a spread above 50 %: repeat such a run."""
    measured = {m.row: m for m in measurements}
    lines = [
        "| # | quantity | value | must | goal | moonshot | reached | spread |",
        "|---|---|---|---|---|---|---|---|",
        *(_line(measured[row]) for row in TARGETS if row in measured),
        "",
        *(f"* {m.row}: {m.note}" for m in measurements if m.note),
        "",
        LEFT_OUT,
    ]
    return "\n".join(lines)


def latencies(measurements: Sequence[Measurement]) -> str:
    """The table of waiting times, in Markdown; empty when none were measured."""
    measured = {m.row: m for m in measurements if m.row in LATENCIES}
    if not measured:
        return ""
    lines = ["| one request, warm | p50 | p95 | p95 must |", "|---|---|---|---|"]
    for row, measurement in measured.items():
        bound = LATENCIES[row]
        must = "–" if bound is None else f"{bound:.0f} ms"
        if bound is not None and measurement.value > bound:
            must += ", **missed**"
        p50 = measurement.details["p50_ms"]
        lines.append(f"| {row} | {p50:.0f} ms | {measurement.value:.0f} ms | {must} |")
    return "\n".join(lines) + "\n"


def packages_at_once(measurements: Sequence[Measurement]) -> str:
    """The table of many packages at once, in Markdown; empty when they were not measured."""
    measured = [m for m in measurements if m.row == AT_ONCE]
    if not measured:
        return ""
    lines = [
        "| at once | wall p50 | p95 | alone | p50 ÷ alone | a second |",
        "|---|---|---|---|---|---|",
    ]
    for measurement in measured:
        seen = measurement.details
        lines.append(
            f"| {measurement.row} from outside providers, with all of the engine's work"
            f" | {seen['p50_ms']:.0f} ms | {measurement.value:.0f} ms | {seen['alone_ms']:.0f} ms"
            f" | {seen['ratio']:.1f} | {seen['rate']:.2f} |"
        )
    return "\n".join(lines) + "\n"


def packages_by_workers(measurements: Sequence[Measurement]) -> str:
    """The table of packages made by workers, in Markdown; empty when none was measured."""
    measured = {m.details["processes"]: m for m in measurements if m.row == WORKERS}
    if not measured:
        return ""
    head = (
        "| workers | packages/s | × one worker | wait until begun p50 | queries/job (worker's)"
        " | ms/job in PostgreSQL | CPU ms/job | overhead ms/job, idle |"
    )
    lines = [head, "|---|---|---|---|---|---|---|---|"]
    for processes, measurement in measured.items():
        seen = measurement.details
        lines.append(
            f"| {processes or 'none, in the API'} | {measurement.value:.2f}"
            f" | {measurement.value / measured[1].value:.2f} | {seen['wait_ms']:.0f} ms"
            f" | {seen['queries']:.1f} ({seen['worker_queries']:.1f}) | {seen['database_ms']:.1f}"
            f" | {seen['cpu_ms']:.0f} | {seen['overhead_ms']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def engine_table(measurements: Sequence[Measurement]) -> str:
    """The table of the built-in engine by itself, in Markdown; empty when it was not measured."""
    measured = {m.row: m for m in measurements if m.row in ENGINE}
    if not measured:
        return ""
    lines = ["| the engine by itself | p50 | p95 | must |", "|---|---|---|---|"]
    for row, measurement in measured.items():
        quantity, must, unit = ENGINE[row]
        missed = ", **missed**" if measurement.value > must else ""
        middle = measurement.details.get("p50_ms")
        p50 = f"{middle:.0f} {unit}" if isinstance(middle, float) else "–"
        lines.append(
            f"| {quantity} | {p50} | {measurement.value:.0f} {unit} | {must} {unit}{missed} |"
        )
    return "\n".join(lines) + "\n"


def _line(measurement: Measurement) -> str:
    target = TARGETS[measurement.row]
    level = target.level(measurement.value)
    cells = (
        target.row,
        target.quantity,
        f"**{_number(measurement.value)}{target.unit}**",
        _number(target.must),
        _number(target.goal),
        _number(target.moonshot),
        level if level != "missed" else "**missed**",
        _spread(measurement.spread),
    )
    return "| " + " | ".join(cells) + " |"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _spread(spread: float | None) -> str:
    if spread is None:
        return "–"
    return f"{spread:.0%}" + (" ⚠" if spread > MOST_SPREAD else "")


def write_json(measurements: Sequence[Measurement], path: Path) -> None:
    """Everything that was seen, with what it was seen on."""
    rows = [
        asdict(m) | ({"target": asdict(TARGETS[m.row])} if m.row in TARGETS else {})
        for m in measurements
    ]
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "os": platform.system(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))
