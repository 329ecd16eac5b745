"""Writes the OpenAPI document to the snapshot: `python -m tests.openapi_snapshot`."""

import json
from pathlib import Path
from typing import Any

from api.application import create_app
from config.settings import Settings

SNAPSHOT = Path(__file__).parent / "openapi.json"


def as_text(document: dict[str, Any]) -> str:  # Any: JSON values
    """The document as it is stored: one value a line, so that changes can be read."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Take the document as it is now."""
    SNAPSHOT.write_text(as_text(create_app(Settings()).openapi()))


if __name__ == "__main__":
    main()
