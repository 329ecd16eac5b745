"""The read-only data pack: everything the engine knows, loaded once per process."""

import zlib
from functools import cache
from pathlib import Path
from typing import Any

import orjson

PACK_DIRECTORY = Path(__file__).parent / "data"


def load(name: str) -> dict[str, Any]:  # Any: each section has a schema of its own
    """One section of the pack, for example "industries" or "taglines", as plain JSON values.

    Read anew each time, for those who keep something smaller. Raises FileNotFoundError when the
    pack was not built: `python -m core.engine.build`.
    """
    packed = (PACK_DIRECTORY / f"{name}.json.zz").read_bytes()
    content: dict[str, Any] = orjson.loads(zlib.decompress(packed))
    return content


@cache
def section(name: str) -> dict[str, Any]:  # Any: as above
    """The same, kept for the life of the process."""
    return load(name)
