"""Reads server-sent events as clients do."""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class Sent:
    """One event; a comment is one without a number."""

    seq: int | None
    type: str
    data: Any  # Any: JSON values
    retry: str | None = None


async def sent(response: httpx.Response) -> AsyncGenerator[Sent, None]:
    """What comes, block by block."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            fields[name] = value.removeprefix(" ")
            continue
        yield Sent(
            seq=int(fields["id"]) if "id" in fields else None,
            type=fields.get("event", ""),
            data=json.loads(fields.get("data", "null")),
            retry=fields.get("retry"),
        )
        fields = {}


async def seqs(response: httpx.Response) -> list[int]:
    """The numbers of all events until the stream ends."""
    return [event.seq async for event in sent(response) if event.seq is not None]
