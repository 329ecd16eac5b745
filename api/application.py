"""Assembles the application: container, middleware, error handlers, routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware

from api import docs
from api.routes import ROUTERS
from config.constants import MAX_BODY_BYTES
from config.logging_config import configure_logging
from config.settings import Settings
from middleware.cors import add_cors
from middleware.error_handler import register_error_handlers
from middleware.logging_middleware import EdgeMiddleware
from middleware.rate_limiter import RequestLimitMiddleware
from services.container import Container

_DESCRIPTION = """Describe a startup and get ten brandable names with the honest state of their
domains, five taglines, an accessible palette, three vector logos, or all of it as one package.

Sign up, press **Authorize** and paste the `access_token`. Two generations a day are free; one that
fails costs nothing."""


def _operation_id(route: APIRoute) -> str:
    return route.name


def create_app(settings: Settings, container: Container | None = None) -> FastAPI:
    """The application. Opens no connection, so any test may call it."""
    container = container or Container(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        configure_logging(
            level=settings.log_level, as_json=settings.is_production, folder=Path("logs")
        )
        await container.start()
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
        generate_unique_id_function=_operation_id,
        max_body_size=MAX_BODY_BYTES,
    )
    app.state.container = container
    register_error_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    if not settings.is_production:
        app.include_router(docs.router)
    _add_middleware(app, settings)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """From the inside out: the last one added sees a request first."""
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=3)
    if settings.limits.requests_enabled:
        app.add_middleware(
            RequestLimitMiddleware, trusted_proxies=settings.security.trusted_proxies
        )
    add_cors(app, settings.cors_origins)
    app.add_middleware(EdgeMiddleware, https_only=settings.is_production)
