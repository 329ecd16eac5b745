"""Builds the run-time pack from the readable sources: `python -m core.engine.build`.

Each folder of `data/source/` becomes one section: `{file stem: file content}` of its TOML files.
"""

import json
import tomllib
import zlib
from pathlib import Path
from typing import Any

from core.engine.pack import PACK_DIRECTORY

SOURCE_DIRECTORY = PACK_DIRECTORY / "source"


def read_section(folder: Path) -> dict[str, Any]:  # Any: TOML values
    """All TOML files of one source folder, in name order."""
    return {path.stem: tomllib.loads(path.read_text()) for path in sorted(folder.glob("*.toml"))}


def packed(content: dict[str, Any]) -> bytes:  # Any: JSON values
    """The bytes of one section; equal content gives equal bytes."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def build() -> None:
    """Write every section next to the sources."""
    for folder in sorted(path for path in SOURCE_DIRECTORY.iterdir() if path.is_dir()):
        (PACK_DIRECTORY / f"{folder.name}.json.zz").write_bytes(packed(read_section(folder)))


if __name__ == "__main__":
    build()
