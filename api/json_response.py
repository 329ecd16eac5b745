"""Answers of hot reads as ready bytes; the routes still declare their models for OpenAPI."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Response

from database.pages import Page


def json_bytes(value: Mapping[str, Any] | Page) -> Response:  # Any: column values
    """A 200 answer; UUIDs, times and decimals become texts."""
    content = (
        {"items": value.items, "next_cursor": value.next_cursor}
        if isinstance(value, Page)
        else value
    )
    return Response(orjson.dumps(content, default=str), media_type="application/json")
