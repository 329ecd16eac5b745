"""The server of the service in the event loop of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI

from api.http_protocol import DeadlineProtocol


@asynccontextmanager
async def serving(
    app: FastAPI, http: type[DeadlineProtocol] = DeadlineProtocol, **options: Any
) -> AsyncIterator[int]:
    """The port of a server in this event loop."""
    config = uvicorn.Config(app, port=0, http=http, log_config=None, lifespan="off", **options)
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield server.servers[0].sockets[0].getsockname()[1]
    await server.shutdown()
