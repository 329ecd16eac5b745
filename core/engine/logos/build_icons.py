"""Bakes silhouettes of known brands; a developer's tool, not run-time.

`python -m core.engine.logos.build_icons FOLDER` reads the unpacked icon collection that
`data/NOTICE` names and writes the section `icons`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from core.engine.build import packed
from core.engine.logos.silhouette import silhouette
from core.engine.pack import PACK_DIRECTORY


def icons(folder: Path) -> dict[str, Any]:  # Any: JSON values
    """Names and silhouettes, as hexadecimal numbers, in the same order."""
    collection = json.loads((folder / "simple-icons/icons.json").read_text())
    found = {
        name: silhouette(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" color="#000">'
            f"{icon['body']}</svg>"
        )
        for name, icon in sorted(collection["icons"].items())
    }
    inked = {name: bits for name, bits in found.items() if bits}
    return {"names": " ".join(inked), "bits": " ".join(f"{bits:x}" for bits in inked.values())}


if __name__ == "__main__":
    (PACK_DIRECTORY / "icons.json.zz").write_bytes(packed(icons(Path(sys.argv[1]))))
