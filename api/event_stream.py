"""Server-sent events, as the HTML standard defines them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager

import orjson
from fastapi import Response
from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.event_streams import Events

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2_000
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Response):
    """Opens the events when it is sent, and closes them whatever becomes of the client.

    What opening them raises is answered like any other error. FastAPI's own streams open too late
    for that, and their heartbeat cannot be set.
    """

    def __init__(self, opened: AbstractAsyncContextManager[Events]) -> None:
        super().__init__()
        self._opened = opened

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send events until there are no more."""
        async with self._opened as events:
            stream = StreamingResponse(_written(events), headers=_HEADERS, media_type=MEDIA_TYPE)
            await stream(scope, receive, send)


async def _written(events: Events) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MS)
    async for event in events:
        if event is None:
            yield KEEPALIVE_COMMENT
        else:
            data = {**event.payload, "created_at": event.created_at}
            text = orjson.dumps(data, option=orjson.OPT_UTC_Z).decode()
            yield format_sse_event(id=str(event.seq), event=event.type, data_str=text)
