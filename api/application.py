"""Assembles the application: container, middleware, error handlers, routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware

from api import docs
from api.openapi import install_openapi
from api.routes import ROUTERS
from api.server import told_to_stop
from config.constants import MAX_BODY_BYTES
from config.logging_config import configure_logging
from config.settings import Settings
from middleware.buckets import Buckets
from middleware.compression import CompressionMiddleware
from middleware.cors import CorsMiddleware
from middleware.error_handler import ErrorBoundary, register_error_handlers
from middleware.limits import BodyLimitMiddleware
from middleware.logging_middleware import EdgeMiddleware
from middleware.rate_limiter import RequestLimitMiddleware
from services.container import Container
from utils.garbage import settle_garbage_collector

BODY_TIMEOUT_S = 10.0
# Of what we serve; the list is read anew for every request.
INCOMPRESSIBLE = ("application/pdf", "application/zip", "image/png", "text/event-stream")

_DESCRIPTION = """Describe a startup and get ten brandable names with the honest state of their
domains, five taglines, an accessible palette, three vector logos, or all of it as one package.

Sign up, press **Authorize** and paste the `access_token`. Two generations a day are free; one that
fails costs nothing.

A POST that generates or creates a project may be repeated without a second effect: send it with an
`Idempotency-Key` of your own. Each of the others may be sent twice as it is.

Whatever is called, 400 refuses what is not HTTP, 431 a head over 64 KiB, and 503 a call too many
at once."""


def create_app(settings: Settings, container: Container | None = None) -> FastAPI:
    """The application. Opens no connection, so any test may call it."""
    container = container or Container(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        configure_logging(
            level=settings.log_level, as_json=settings.is_production, folder=Path("logs")
        )
        await container.start()
        settle_garbage_collector()
        with told_to_stop(container.begin_shutdown):
            yield
        await container.aclose()

    app = FastAPI(
        title=settings.app_name,
        version=settings.app_version,
        description=_DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None if settings.is_production else "/openapi.json",
        middleware=_middleware(settings),
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # we have our own
    )
    app.state.container = container
    register_error_handlers(app)
    _add_routes(app)
    if not settings.is_production:
        app.include_router(docs.router)
    install_openapi(app)
    return app


def _add_routes(app: FastAPI) -> None:
    """All routes side by side: a router that is included is searched once more for each request."""
    for router in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                route.operation_id = route.name
            app.router.routes.append(route)


def _middleware(settings: Settings) -> list[Middleware]:
    """From the outside in: the first sees a request first."""
    limiter = Middleware(RequestLimitMiddleware, buckets=Buckets())
    return [
        Middleware(
            EdgeMiddleware,
            https_only=settings.is_production,
            trusted_proxies=settings.security.trusted_proxies,
        ),
        Middleware(CorsMiddleware, origins=settings.cors_origins),
        Middleware(
            CompressionMiddleware,
            minimum_size=1000,
            compresslevel=3,
            exclude_content_types=INCOMPRESSIBLE,
        ),
        *([limiter] if settings.limits.requests_enabled else []),
        Middleware(BodyLimitMiddleware, max_bytes=MAX_BODY_BYTES, timeout_s=BODY_TIMEOUT_S),
        Middleware(ErrorBoundary),
    ]
