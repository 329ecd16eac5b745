"""One fresh process of the built-in engine: its start, its memory and the time of each stage.

`python -m tests.benchmarks.engine_stages [ROUNDS]` prints JSON: milliseconds, MB (10^6 bytes).
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STARTED = time.perf_counter()  # before anything of the engine is loaded

from core.engine import facade  # noqa: E402  # its loading is part of what is measured
from core.engine.facade import Query  # noqa: E402
from core.engine.logos.generate import generate_logos  # noqa: E402
from utils.image_utils import svg_to_png  # noqa: E402

PNG_WIDTH = 1024

# Of every width of small company; no field of its own is written for these sentences.
DESCRIPTIONS = (
    "A neighbourhood sourdough bakery that delivers by bike",
    "Invoicing software for independent builders",
    "Drones that inspect wind turbines",
    "A law firm that helps immigrants with visas",
    "Phone and laptop repair while you wait",
    "Kubernetes observability for engineering teams",
    "A climbing gym with a bouldering cave",
    "A volunteer network for lonely neighbours",
    "Violin lessons for adults who start late",
    "Contract machining of precision parts in short runs",
    "A plumber for old houses, day and night",
    "zxqv blorp",
)


def main() -> None:
    """Measure and print."""
    facade.warm_up()
    start = 1000 * (time.perf_counter() - _STARTED)
    memory = _resident_mb()
    stages: dict[str, list[float]] = {}
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 4):
        for description in DESCRIPTIONS:
            _brand(description, seed, stages)
    json.dump({"start_ms": start, "resident_mb": memory, "stages_ms": stages}, sys.stdout)


def _brand(description: str, seed: int, stages: dict[str, list[float]]) -> None:
    """One whole brand, its stages timed; a package is all of them in a row."""
    query = Query(description)
    whole = time.perf_counter()
    with _timed("names", stages):
        names, _ = facade.complete_names(query, seed, 10, ())
    name = names[0]
    with _timed("taglines", stages):
        facade.make_taglines(query, name.text, name.parts, seed, 5)
    with _timed("palette", stages):
        palette = facade.make_palette(query, seed, None)
    with _timed("svg", stages):
        logos = generate_logos(facade.brief_of(query), name.text, name.parts, palette, seed=seed)
    with _timed("png", stages):
        for logo in logos:
            svg_to_png(logo.files[0].svg, PNG_WIDTH)
    stages.setdefault("package", []).append(1000 * (time.perf_counter() - whole))


@contextmanager
def _timed(stage: str, stages: dict[str, list[float]]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    stages.setdefault(stage, []).append(1000 * (time.perf_counter() - started))


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
