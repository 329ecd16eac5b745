"""The built-in engine by itself: its start, its memory, and the time of each stage."""

import json
import statistics
import subprocess
import sys
from typing import Any

from tests.benchmarks.bench import Bench
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.processes import ROOT

STARTS = 5
_PASSES = 4  # over all descriptions


def measure(bench: Bench) -> list[Measurement]:
    """Fresh processes one after the other: the first ones only start, the last one works."""
    quick = bench.options.rounds == 1
    starts = [_run(0) for _ in range(1 if quick else STARTS)]
    worked = _run(1 if quick else _PASSES)
    found = [
        Measurement("engine start", statistics.median(run["start_ms"] for run in starts)),
        Measurement("engine memory", statistics.median(run["resident_mb"] for run in starts)),
    ]
    for stage, times in worked["stages_ms"].items():
        ordered = sorted(times)
        p95 = ordered[int(0.95 * len(ordered))]
        details = {"p50_ms": statistics.median(times), "brands": len(times)}
        found.append(Measurement(f"engine {stage}", p95, details=details))
    return found


def _run(passes: int) -> dict[str, Any]:  # Any: JSON values
    command = [sys.executable, "-m", "tests.benchmarks.engine_stages", str(passes)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found
