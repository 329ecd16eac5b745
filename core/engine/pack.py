"""The read-only data pack: everything the engine knows, loaded once per process."""

import json
import zlib
from functools import cache
from pathlib import Path
from typing import Any

PACK_DIRECTORY = Path(__file__).parent / "data"


def load(name: str) -> dict[str, Any]:  # Any: each section has a schema of its own
    """One section of the pack, for example "industries" or "taglines", as plain JSON values.

    Read anew each time, for those who keep something smaller. Raises FileNotFoundError when the
    pack was not built: `python -m core.engine.build`.
    """
    packed = (PACK_DIRECTORY / f"{name}.json.zz").read_bytes()
    content: dict[str, Any] = json.loads(zlib.decompress(packed))
    return content


@cache
def section(name: str) -> dict[str, Any]:  # Any: as above
    """The same, kept for the life of the process."""
    return load(name)


@cache
def entries(name: str) -> tuple[str, ...]:
    """The ids that a section holds, in order: "industries" gives every field of business."""
    return tuple(sorted(load(name)))
